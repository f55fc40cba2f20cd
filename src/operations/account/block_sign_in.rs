//! Blocks a user from signing in; all sessions end. Never the last global admin of the account's own
//! appointment.

use entity::ids::{OrganizationId, UserId};

use crate::{
    domain::{kind::OperationKind, reason::Reason},
    error::{Error, Result},
    operations::{Effect, Operation, nothing_to_prepare},
    store::{
        act::Act,
        facts::{Subject, TargetId},
        roles, sessions, users,
    },
};

/// The user to be blocked.
#[derive(Debug)]
pub struct BlockSignIn {
    pub account: OrganizationId,
    pub user: UserId,
}

impl Operation for BlockSignIn {
    const KIND: OperationKind = OperationKind::BlockSignIn;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::User(self.user))
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        // The account's own admins make a delegate's block their own.
        let takes_over = act.grant().is_none() && !user.blocked_by_own;
        if user.blocked && !takes_over {
            return Err(Error::Failed(Reason::AlreadyBlocked));
        }
        roles::keep_a_global_admin(act, user).await?;
        users::set_blocked(act, user.id, true).await?;
        sessions::revoke_all(act, user.id, None).await?;
        Ok(Effect::on_user(user))
    }
}
