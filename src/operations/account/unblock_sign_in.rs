//! Lets a blocked user sign in again.

use entity::ids::{OrganizationId, UserId};

use crate::{
    domain::{kind::OperationKind, reason::Reason},
    error::{Error, Result},
    operations::{Effect, Operation, nothing_to_prepare},
    store::{
        act::Act,
        facts::{Subject, TargetId},
        users,
    },
};

/// The user to be unblocked.
#[derive(Debug)]
pub struct UnblockSignIn {
    pub account: OrganizationId,
    pub user: UserId,
}

impl Operation for UnblockSignIn {
    const KIND: OperationKind = OperationKind::UnblockSignIn;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::User(self.user))
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        if !user.blocked {
            return Err(Error::Failed(Reason::NotBlocked));
        }
        users::set_blocked(act, user.id, false).await?;
        Ok(Effect::on_user(user))
    }
}
