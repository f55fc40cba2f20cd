//! Resets a password: the old one and all sessions end, and a one-time link to choose a new one is
//! sent to the user's verified contact. Nobody else learns a password.

use chrono::TimeDelta;
use entity::{
    ids::{OrganizationId, UserId},
    states::LinkPurpose,
};

use crate::{
    app::App,
    domain::{
        delivery::Delivery,
        kind::OperationKind,
        policy::{Facts, Target},
        reason::Reason,
    },
    error::{Error, Result},
    operations::{Effect, Ids, Operation},
    store::{
        act::Act,
        facts::{Subject, TargetId},
        links, sessions, users,
    },
};

/// How long a delegate leaves a user the time to redeem a link before the next reset: else a user
/// could be kept from ever signing in.
const PAUSE: TimeDelta = TimeDelta::minutes(5);

/// The user whose password is reset.
#[derive(Debug)]
pub struct ResetPassword {
    /// The account.
    pub account: OrganizationId,
    /// The user.
    pub user: UserId,
    /// How long the link is good.
    pub link_life: TimeDelta,
}

impl Operation for ResetPassword {
    const KIND: OperationKind = OperationKind::ResetPassword;
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
        if !user.contact_verified {
            return Err(Error::Failed(Reason::NoVerifiedContact));
        }
        if act.grant().is_some() && links::has_recent(act, user.id, PAUSE).await? {
            return Err(Error::Failed(Reason::ResetPending));
        }
        users::clear_password(act, user).await?;
        sessions::revoke_all(act, user.id, None).await?;
        let link = links::insert(
            act,
            act.account(),
            user.id,
            LinkPurpose::Reset,
            self.link_life,
        )
        .await?;
        let ids = Ids {
            user: Some(user.id),
            ..Ids::default()
        };
        Ok(Effect::on("user", user.id)
            .named(user.name.clone())
            .change("delivery", "LINK")
            .ids(ids)
            .deliver([Delivery::Link { link }]))
    }
}
