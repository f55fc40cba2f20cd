//! Resets a password: the old one and all sessions end. The user gets a new one by a one-time link to its
//! verified contact, or by a temporary password that is shown once, to the person who resets it, and only lets
//! the user choose another. Nobody chooses a password for somebody else.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    link,
    states::{LinkPurpose, PasswordDelivery},
};
use secrecy::SecretString;

use crate::{auth::secret, domain::policy::UserTarget, operations::prelude::*};

/// How long after one link a delegate may have the next one sent: otherwise a delegate could keep a user from
/// ever signing in.
const PAUSE: TimeDelta = TimeDelta::minutes(5);

/// The user whose password is reset.
#[derive(Debug, Serialize)]
pub struct ResetPassword {
    pub on: OnUser,
    /// How the user comes to a new one.
    pub delivery: PasswordDelivery,
}

/// A temporary password and its hash.
pub struct Temporary {
    password: SecretString,
    hash: String,
}

impl Operation for ResetPassword {
    const KIND: OperationKind = OperationKind::ResetPassword;
    type Prepared = Option<Temporary>;

    fn subject(&self) -> Subject {
        self.on.into()
    }

    fn request(&self) -> RequestFacts {
        RequestFacts {
            shown_secret: self.delivery == PasswordDelivery::ShowOnce,
            ..RequestFacts::default()
        }
    }

    async fn prepare(&self, app: &App, facts: &Facts) -> Result<Option<Temporary>> {
        let allowed = facts
            .account
            .as_ref()
            .is_some_and(|account| account.rules.allows(self.delivery));
        if self.delivery == PasswordDelivery::Link || !allowed {
            return Ok(None);
        }
        let password = secret::temporary_password(&app.rng);
        let hash = app.hasher.hash(&password, &app.rng).await?;
        Ok(Some(Temporary { password, hash }))
    }

    async fn apply(&self, act: &Act<'_>, temporary: &Option<Temporary>) -> Result<Effect> {
        let user = act.user()?;
        let account = act.facts().account.as_ref();
        if !account.is_some_and(|account| account.rules.allows(self.delivery)) {
            return Err(Error::Failed(Reason::DeliveryNotAllowed));
        }
        let effect = Effect::on_user(user).change(Key::Delivery, self.delivery.as_str());
        match (self.delivery, temporary) {
            (PasswordDelivery::Link, _) => self.send_link(act, user, effect).await,
            (PasswordDelivery::ShowOnce, Some(temporary)) => {
                self.show_once(act, user, temporary, effect).await
            }
            // Showing a password was allowed only after the first decision, so none is ready; the next attempt has
            // one.
            (PasswordDelivery::ShowOnce, None) => Err(Error::Overloaded),
        }
    }
}

impl ResetPassword {
    async fn send_link(&self, act: &Act<'_>, user: &UserTarget, effect: Effect) -> Result<Effect> {
        let (purpose, life) = match (user.enrolled, user.contact_verified) {
            // A user who never enrolled gets a new enrolment link, which also proves the contact.
            (false, _) => (LinkPurpose::Enrol, act.config().auth.enrol_link()),
            (true, true) => (LinkPurpose::Reset, act.config().auth.reset_link()),
            (true, false) => return Err(Error::Failed(Reason::NoVerifiedContact)),
        };
        if user.contact_asleep() {
            return Err(Error::Failed(Reason::ContactAsleep));
        }
        let delegated = act.grant().is_some();
        if delegated && let Some(link) = links::recent_by_delegate(act, user.id, PAUSE).await? {
            return Err(pending(&link));
        }
        // A delegate cannot lock out a guarded user: the present password and sessions last until the link is
        // redeemed.
        let effect = if delegated && user.is_guarded() {
            effect.change(Key::UntilRedeemed, "UNCHANGED")
        } else {
            passwords::clear_password(act, user).await?;
            sessions::revoke_all(act, user.id, None).await?;
            effect
        };
        let link = links::insert(act, act.account(), user.id, purpose, life).await?;
        Ok(effect.deliver([Delivery::link(link, purpose)]))
    }

    async fn show_once(
        &self,
        act: &Act<'_>,
        user: &UserTarget,
        temporary: &Temporary,
        effect: Effect,
    ) -> Result<Effect> {
        let told = contacts::verified(act, user.id).await?;
        if act.grant().is_some() && told.is_none() {
            return Err(Error::Failed(Reason::NoVerifiedContact));
        }
        let until = act.now() + act.config().auth.temporary_password();
        passwords::set_temporary_password(act, user, &temporary.hash, until).await?;
        sessions::revoke_all(act, user.id, None).await?;
        links::close_all(act, user.id).await?;
        let operation = act.operation();
        Ok(effect
            .secret(temporary.password.clone())
            .deliver(told.map(|to| Delivery::UserChanged {
                user: user.id,
                operation,
                to,
            })))
    }
}

/// Says which link was sent, what became of it, and when another can be.
fn pending(link: &link::Model) -> Error {
    let what = match link.purpose {
        LinkPurpose::Enrol => "a link to enrol by",
        _ => "a link to a new password",
    };
    let state = match link.closed_at {
        None => "it has not been used yet",
        Some(_) => "it has been used or replaced since",
    };
    let time = |at: DateTime<Utc>| at.format("%H:%M:%S UTC").to_string();
    let message = format!(
        "A delegate had {what} sent to this user at {}, and {state}. A delegate can have another sent at {}.",
        time(link.created_at),
        time(link.created_at + PAUSE)
    );
    Error::Input {
        field: "userId",
        reason: Reason::ResetPending,
        message,
    }
}
