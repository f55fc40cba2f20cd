//! An act: leave to write to one account, inside one transaction.

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::{GrantId, OperationId, OrganizationId, UserId};
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use crate::{
    ambient::Rng,
    app::App,
    db::Tx,
    domain::{
        grant::GrantFacts,
        hands::Cause,
        policy::{DeviceTarget, DomainTarget, Facts, Permit, Target, UserTarget},
        reason::Reason,
    },
    error::{Error, Result},
};

/// A transaction, a permit and a time. Only the executor makes one, and only from a [`Permit`].
pub struct Act<'a> {
    tx: &'a Tx,
    permit: Permit,
    facts: Facts,
    operation: OperationId,
    now: DateTime<Utc>,
    app: &'a App,
}

impl<'a> Act<'a> {
    /// An act as permitted. `facts` are those that the permit was decided on.
    pub fn new(
        tx: &'a Tx,
        permit: Permit,
        facts: Facts,
        operation: OperationId,
        now: DateTime<Utc>,
        app: &'a App,
    ) -> Self {
        Self {
            tx,
            permit,
            facts,
            operation,
            now,
            app,
        }
    }

    /// The transaction, for the store alone.
    pub(in crate::store) fn tx(&self) -> &DatabaseTransaction {
        self.tx
    }

    /// The account acted on.
    pub fn account(&self) -> OrganizationId {
        self.permit.account()
    }

    /// What was permitted.
    pub fn permit(&self) -> &Permit {
        &self.permit
    }

    /// What it was decided on.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The user that it touches.
    ///
    /// # Errors
    /// When it touches none.
    pub fn user(&self) -> Result<&UserTarget> {
        match &self.facts.target {
            Target::User(user) => Ok(user),
            _ => Err(Error::not_found()),
        }
    }

    /// The device that it touches.
    ///
    /// # Errors
    /// When it touches none.
    pub fn device(&self) -> Result<&DeviceTarget> {
        match &self.facts.target {
            Target::Device(device) => Ok(device),
            _ => Err(Error::not_found()),
        }
    }

    /// The domain name that it touches.
    ///
    /// # Errors
    /// When it touches none.
    pub fn domain(&self) -> Result<&DomainTarget> {
        match &self.facts.target {
            Target::Domain(domain) => Ok(domain),
            _ => Err(Error::not_found()),
        }
    }

    /// The grant that it touches, which no side has ended.
    ///
    /// # Errors
    /// [`Reason::GrantOver`] when it is over.
    pub fn open_grant(&self) -> Result<&GrantFacts> {
        let grant = self.facts.grant.as_ref().ok_or_else(Error::not_found)?;
        if grant.ended_at.is_some() || grant.expires_at <= self.now {
            Err(Error::Failed(Reason::GrantOver))
        } else {
            Ok(grant)
        }
    }

    /// Now, where the act is the account's own; `None` where it rests on a grant.
    pub(in crate::store) fn now_if_own(&self) -> Option<DateTime<Utc>> {
        self.causes().is_empty().then_some(self.now())
    }

    /// The application, for what a record is proven by.
    pub(in crate::store) fn app(&self) -> &App {
        self.app
    }

    /// The entry of the record that will tell of it.
    pub fn operation(&self) -> OperationId {
        self.operation
    }

    /// The time of the act.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Randomness.
    pub fn rng(&self) -> &Rng {
        &self.app.rng
    }

    /// How long a link to enrol is good, or one that a user did not wait for.
    pub fn enrol_life(&self) -> TimeDelta {
        TimeDelta::seconds(self.app.config.auth.enrol_link_seconds)
    }

    /// How long who consents does nothing of the kind after a password that it chose by a link of others.
    pub fn recovered(&self) -> TimeDelta {
        TimeDelta::hours(self.app.config.times.recovered_hours)
    }

    /// How long a released domain name, and a contact that a user had, are looked upon as what they were.
    pub fn name_rest(&self) -> TimeDelta {
        TimeDelta::days(self.app.config.times.domain_rest_days)
    }

    /// How long the link of a recovery waits after its approval.
    pub fn recovery_wait(&self) -> TimeDelta {
        TimeDelta::days(self.app.config.times.recovery_days)
    }

    /// How long after its term an acceptance renews a grant.
    pub fn grace(&self) -> TimeDelta {
        TimeDelta::days(self.app.config.times.grant_grace_days)
    }

    /// A new id.
    pub fn id<T: From<Uuid>>(&self) -> T {
        self.app.rng.id(self.now)
    }

    /// The signed-in user who acts.
    pub fn actor(&self) -> Option<UserId> {
        self.facts.caller.actor().map(|actor| actor.user)
    }

    /// Everyone of a partner whom the act rests on; nobody where it is the account's own.
    pub fn causes(&self) -> Vec<Cause> {
        self.permit.causes()
    }

    /// The first of them: what is given by the act is owed to this one's grant.
    pub fn cause(&self) -> Option<Cause> {
        self.causes().first().copied()
    }

    /// The grant that the act rests on first.
    pub fn grant(&self) -> Option<GrantId> {
        self.cause().map(|cause| cause.grant)
    }
}
