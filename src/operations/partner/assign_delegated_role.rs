//! Gives a user of the partner administrative access to the clients that it supports.

use entity::states::DelegatedRole;

use crate::operations::prelude::*;

/// The user concerned.
#[derive(Debug, Serialize)]
pub struct AssignDelegatedRole {
    pub on: OnUser,
    pub role: DelegatedRole,
}

impl Operation for AssignDelegatedRole {
    const KIND: OperationKind = OperationKind::AssignDelegatedRole;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        self.on.into()
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        if user.delegated_role == Some(self.role) {
            return Err(Error::Failed(Reason::RoleHeld));
        }
        users::set_delegated_role(act, user, Some(self.role)).await?;
        let before = user.delegated_role.map_or("NONE", DelegatedRole::as_str);
        let now = self.role.as_str();
        Ok(Effect::on_user(user)
            .change(Key::DelegatedRoleBefore, before)
            .change(Key::DelegatedRole, now))
    }
}
