//! Ends all sessions of a user: whoever is signed in as the user must sign in again.

use entity::ids::{OrganizationId, UserId};

use crate::{
    domain::kind::OperationKind,
    error::Result,
    operations::{Effect, Operation, nothing_to_prepare},
    store::{
        act::Act,
        facts::{Subject, TargetId},
        sessions,
    },
};

/// The user whose sessions are ended.
#[derive(Debug)]
pub struct RevokeSessions {
    pub account: OrganizationId,
    pub user: UserId,
}

impl Operation for RevokeSessions {
    const KIND: OperationKind = OperationKind::RevokeSessions;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::User(self.user))
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        sessions::revoke_all(act, user.id, None).await?;
        Ok(Effect::on_user(user))
    }
}
