//! An act: the permission to write to one account, within one transaction.

use chrono::{DateTime, Utc};
use entity::{
    ids::{GrantId, OperationId, OrganizationId, UserId},
    states::Side,
};
use uuid::Uuid;

use crate::{
    ambient::Rng,
    app::App,
    config::Config,
    db::Tx,
    domain::{
        grant::GrantFacts,
        hands::Cause,
        policy::{AccountFacts, DeviceTarget, DomainTarget, Facts, Permit, Target, UserTarget},
        reason::Reason,
        viewer::Actor,
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

    /// The transaction, for the store only.
    pub(in crate::store) fn tx(&self) -> &Tx {
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

    /// The facts that the permit was decided on.
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
    /// [`Reason::GrantOver`] when it was ended or its term is over.
    pub fn open_grant(&self) -> Result<&GrantFacts> {
        let grant = self.facts.grant.as_ref().ok_or_else(Error::not_found)?;
        if grant.ended_at.is_some() || grant.expires_at <= self.now {
            Err(Error::Failed(Reason::GrantOver))
        } else {
            Ok(grant)
        }
    }

    /// The grant that it touches, which nobody has ended, and the side on which the actor is.
    ///
    /// # Errors
    /// [`Reason::GrantOver`] when it is ended.
    pub fn own_side(&self) -> Result<(&GrantFacts, Side)> {
        let grant = self.facts.grant.as_ref().ok_or_else(Error::not_found)?;
        if grant.ended_at.is_some() {
            return Err(Error::Failed(Reason::GrantOver));
        }
        let actor = self.facts.caller.actor();
        let side = if actor.is_some_and(|actor| actor.organization == grant.client) {
            Side::Client
        } else {
            Side::Partner
        };
        Ok((grant, side))
    }

    /// The account, as the decision saw it.
    ///
    /// # Errors
    /// When there is none.
    pub fn account_facts(&self) -> Result<&AccountFacts> {
        self.facts.account.as_ref().ok_or_else(Error::not_found)
    }

    /// The signed-in user who acts.
    ///
    /// # Errors
    /// When nobody is signed in.
    pub fn signed_in(&self) -> Result<&Actor> {
        self.facts.caller.actor().ok_or_else(Error::not_found)
    }

    /// The time of the act if it is the account's own; `None` if it rests on a grant.
    pub(in crate::store) fn now_if_own(&self) -> Option<DateTime<Utc>> {
        self.causes().is_empty().then_some(self.now())
    }

    /// The application, for the keys and anchors that prove a record.
    pub(in crate::store) fn app(&self) -> &App {
        self.app
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.app.config
    }

    /// The id of the record's entry about it.
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

    /// A new id.
    pub fn id<T: From<Uuid>>(&self) -> T {
        self.app.rng.id(self.now)
    }

    /// The signed-in user who acts.
    pub fn actor(&self) -> Option<UserId> {
        self.facts.caller.actor().map(|actor| actor.user)
    }

    /// The persons of partners whom the act rests on; none if it is the account's own.
    pub fn causes(&self) -> Vec<Cause> {
        self.permit.causes()
    }

    /// The first of [`Self::causes`]: what the act gives counts as given under this person's grant.
    pub fn cause(&self) -> Option<Cause> {
        self.causes().first().copied()
    }

    /// The grant that the act rests on first.
    pub fn grant(&self) -> Option<GrantId> {
        self.cause().map(|cause| cause.grant)
    }
}
