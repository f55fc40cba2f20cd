//! Gives back the admin roles that delegates took under a grant, as roles that the account itself gave, which they
//! were before.

use entity::ids::GrantId;

use crate::{operations::prelude::*, store::taken};

/// The grant concerned.
#[derive(Debug, Serialize)]
pub struct GiveBackRoles {
    pub grant: GrantId,
}

impl Operation for GiveBackRoles {
    const KIND: OperationKind = OperationKind::GiveBackRoles;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Grant(self.grant)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let grant = act.facts().grant.as_ref().ok_or_else(Error::not_found)?;
        let given = taken::give_back(act, grant.id).await?;
        let given = given.iter();
        let given = given.map(|(user, role)| format!("{user}:{}", role.as_str()));
        Ok(Effect::on(grant.id)
            .change(Key::Partner, grant.partner.to_string())
            .change(Key::RolesGivenBack, given.collect::<Vec<_>>().join(", ")))
    }
}
