//! Takes a user's delegated role.

use crate::operations::prelude::*;

/// The user concerned.
#[derive(Debug, Serialize)]
pub struct RemoveDelegatedRole(pub OnUser);

impl Operation for RemoveDelegatedRole {
    const KIND: OperationKind = OperationKind::RemoveDelegatedRole;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        self.0.into()
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        let Some(held) = user.delegated_role else {
            return Err(Error::Failed(Reason::RoleNotHeld));
        };
        users::set_delegated_role(act, user, None).await?;
        let (before, now) = (held.as_str(), "NONE");
        Ok(Effect::on_user(user)
            .change(Key::DelegatedRoleBefore, before)
            .change(Key::DelegatedRole, now))
    }
}
