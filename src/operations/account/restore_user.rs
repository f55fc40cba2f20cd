//! Restores a deleted user, with its admin roles and without licences. What it signed in with before opens
//! nothing any more: it chooses a new password by a link.

use entity::ids::{OrganizationId, UserId};

use crate::{
    domain::{kind::OperationKind, reason::Reason},
    error::{Error, Result},
    operations::{Effect, Operation, nothing_to_prepare},
    store::{
        act::Act,
        facts::{Subject, TargetId},
        links, passwords, sessions, users,
    },
};

/// The user to be restored.
#[derive(Debug)]
pub struct RestoreUser {
    pub account: OrganizationId,
    pub user: UserId,
}

impl Operation for RestoreUser {
    const KIND: OperationKind = OperationKind::RestoreUser;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::User(self.user))
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        if !user.deleted {
            return Err(Error::Failed(Reason::UserNotDeleted));
        }
        users::restore(act, user.id).await?;
        passwords::clear_password(act, user).await?;
        sessions::revoke_all(act, user.id, None).await?;
        links::close_all(act, user.id).await?;
        Ok(Effect::on_user(user))
    }
}
