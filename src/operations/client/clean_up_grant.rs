//! Takes the admin roles that were given under a grant, and ends every password that someone who acted under it
//! may know: the end of a grant leaves some of these on purpose. It also works while the grant is open.

use entity::ids::GrantId;

use crate::{
    operations::prelude::*,
    store::ends::{self, EndResult, Passwords},
};

/// The grant, and what is cleaned up.
#[derive(Debug, Serialize)]
pub struct CleanUpGrant {
    pub grant: GrantId,
    /// Whether the admin roles given under it are taken.
    pub strip_roles: bool,
    /// Whether the passwords set under it are ended.
    pub force_resets: bool,
}

impl Operation for CleanUpGrant {
    const KIND: OperationKind = OperationKind::CleanUpGrant;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Grant(self.grant)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let grant = act.facts().grant.as_ref().ok_or_else(Error::not_found)?;
        let effect = Effect::on(grant.id).change(Key::Partner, grant.partner.to_string());
        let mut ended = EndResult::default();
        if self.force_resets {
            let life = act.config().auth.enrol_link();
            ended = ends::end_passwords(act, grant.id, Passwords::All, life).await?;
        }
        if self.strip_roles {
            ended.roles = ends::strip_roles(act, grant.id, None).await?;
        }
        Ok(effect.ended(ended))
    }
}
