//! Takes an admin role from a user; never from the last enrolled global admin.

use entity::states::AdminRole;

use crate::operations::prelude::*;

/// The role and the user concerned.
#[derive(Debug, Serialize)]
pub struct RemoveAdminRole {
    pub on: OnUser,
    pub role: AdminRole,
}

impl Operation for RemoveAdminRole {
    const KIND: OperationKind = OperationKind::RemoveAdminRole;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        self.on.into()
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        // A role that waits was given by one of the account's own admins: no delegate may take it.
        if act.causes().is_empty() && awaited::take(act, user.id, self.role).await? {
            let effect = Effect::on_user(user).change(Key::Role, self.role.as_str());
            if !user.roles.contains(self.role) {
                return Ok(effect.change(Key::Waits, "false"));
            }
        }
        if self.role == AdminRole::GlobalAdmin {
            roles::keep_a_global_admin(act, user).await?;
        }
        roles::remove(act, user, self.role).await?;
        let effect = Effect::on_user(user).change(Key::Role, self.role.as_str());
        Ok(match user.appointed.contains(self.role) {
            true => effect.change(Key::Appointed, "true"),
            false => effect,
        })
    }
}
