//! Ends all sessions of a user: whoever is signed in as the user must sign in again.

use entity::ids::{OrganizationId, UserId};

use crate::{
    app::App,
    domain::{
        kind::OperationKind,
        policy::{Facts, Target},
    },
    error::{Error, Result},
    operations::{Effect, Ids, Operation},
    store::{
        act::Act,
        facts::{Subject, TargetId},
        sessions,
    },
};

/// The user whose sessions are ended.
#[derive(Debug)]
pub struct RevokeSessions {
    /// The account.
    pub account: OrganizationId,
    /// The user.
    pub user: UserId,
}

impl Operation for RevokeSessions {
    const KIND: OperationKind = OperationKind::RevokeSessions;
    type Prepared = ();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::User(self.user))
    }

    async fn prepare(&self, _: &App, _: &Facts) -> Result<()> {
        Ok(())
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let Target::User(user) = &act.facts().target else {
            return Err(Error::not_found());
        };
        sessions::revoke_all(act, user.id, None).await?;
        let ids = Ids {
            user: Some(user.id),
            ..Ids::default()
        };
        Ok(Effect::on("user", user.id)
            .named(user.name.clone())
            .ids(ids))
    }
}
