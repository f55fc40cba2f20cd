//! Takes an admin role from a user; never the last enrolled global admin's.

use entity::{
    ids::{OrganizationId, UserId},
    states::AdminRole,
};

use crate::{
    domain::kind::OperationKind,
    error::Result,
    operations::{Effect, Operation, nothing_to_prepare},
    store::{
        act::Act,
        awaited,
        facts::{Subject, TargetId},
        roles, taken,
    },
};

/// The role and the user concerned.
#[derive(Debug)]
pub struct RemoveAdminRole {
    pub account: OrganizationId,
    pub user: UserId,
    pub role: AdminRole,
}

impl Operation for RemoveAdminRole {
    const KIND: OperationKind = OperationKind::RemoveAdminRole;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::User(self.user))
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        // What waits is an own admin's word: no delegate takes it.
        if act.causes().is_empty() && awaited::take(act, user.id, self.role).await? {
            let effect = Effect::on_user(user).change("role", self.role.as_str());
            if !user.roles.contains(self.role) {
                return Ok(effect.change("waits", "false"));
            }
        }
        if self.role == AdminRole::GlobalAdmin {
            roles::keep_a_global_admin(act, user).await?;
        }
        roles::remove(act, user, self.role).await?;
        let effect = Effect::on_user(user).change("role", self.role.as_str());
        Ok(match user.appointed.contains(self.role) {
            true => effect.change(taken::APPOINTED, "true"),
            false => effect,
        })
    }
}
