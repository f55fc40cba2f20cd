//! Gives back the admin roles that delegates took under a grant, as they were: given by the account itself.

use entity::ids::GrantId;

use crate::{
    domain::kind::OperationKind,
    error::{Error, Result},
    operations::{Effect, Operation, nothing_to_prepare},
    store::{act::Act, facts::Subject, taken},
};

/// The grant concerned.
#[derive(Debug)]
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
        Ok(Effect::on_grant(grant.id)
            .change("partner", grant.partner.to_string())
            .change("roles_given_back", given.collect::<Vec<_>>().join(", ")))
    }
}
