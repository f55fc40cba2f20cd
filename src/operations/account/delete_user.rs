//! Deletes a user: licences are freed, sessions and links end, the sign-in name stays taken until it
//! can no longer be restored. Never the last global admin of the account's own appointment.

use entity::ids::{OrganizationId, UserId};

use crate::{
    domain::kind::OperationKind,
    error::Result,
    operations::{Effect, Operation, nothing_to_prepare},
    store::{
        act::Act,
        facts::{Subject, TargetId},
        licences, links, roles, sessions, users,
    },
};

/// The user to be deleted.
#[derive(Debug)]
pub struct DeleteUser {
    pub account: OrganizationId,
    pub user: UserId,
}

impl Operation for DeleteUser {
    const KIND: OperationKind = OperationKind::DeleteUser;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::User(self.user))
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        roles::keep_a_global_admin(act, user).await?;
        users::delete(act, user.id).await?;
        sessions::revoke_all(act, user.id, None).await?;
        links::close_all(act, user.id).await?;
        let freed = licences::free_all(act, user.id).await?;
        Ok(Effect::on_user(user).change("licences_freed", freed.to_string()))
    }
}
