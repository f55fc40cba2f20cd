//! What shares a transaction: acts that were let through and prepared, and refusals to be counted.

use chrono::{DateTime, Utc};

use crate::{
    db::{Lock, Locks, Trusted},
    domain::policy::{Facts, Permit, RequestFacts},
    error::Result,
    operations::{
        any_operation::{AnyOperation, Prepared},
        operation::Envelope,
        refuse::Refusal,
    },
    store::{
        facts::{self, Who},
        hot::facts::Asked,
    },
};

/// An operation on its way.
pub(in crate::operations) struct Pending {
    pub who: Who,
    pub envelope: Envelope,
    pub operation: Box<dyn AnyOperation>,
}

impl Pending {
    /// The facts about `who`, with what came with the request.
    pub async fn facts(&self, conn: &impl Trusted, who: &Who, now: DateTime<Utc>) -> Result<Facts> {
        let facts = facts::load(conn, who, &self.operation.subject(), now).await?;
        Ok(self.with_request(facts))
    }

    pub(super) fn with_request(&self, facts: Facts) -> Facts {
        let request = RequestFacts {
            ticket: self.envelope.ticket.is_some(),
            note: self.envelope.note.is_some(),
            acts: true,
            ..self.operation.request()
        };
        Facts { request, ..facts }
    }

    /// What facts in one row are asked for; `None` if the decision rests on others.
    pub(super) fn asked(&self) -> Option<Asked> {
        match self.who.anew() {
            Who::Session(session, user) => Asked::of(session, user, &self.operation.subject()),
            _ => None,
        }
    }
}

/// An operation that was let through once and prepared, with the facts and the permit of that first decision.
pub(in crate::operations) struct Ready {
    pub pending: Pending,
    pub facts: Facts,
    pub permit: Permit,
    pub prepared: Prepared,
    pub locks: Locks,
}

/// What shares a transaction.
pub(in crate::operations) enum Member {
    /// An act.
    Act(Box<Ready>),
    /// A refusal, which is counted, and entered if it is the first of its hour.
    Refusal(Box<Refusal>),
}

impl Member {
    /// The organizations that it concerns.
    pub fn locks(&self) -> Locks {
        match self {
            Self::Act(ready) => ready.locks.clone(),
            Self::Refusal(refusal) => refusal.locks(),
        }
    }
}

/// The organizations that an operation with these facts concerns.
pub(in crate::operations) fn locks(facts: &Facts) -> Locks {
    let mut locks = Locks::default();
    if let Some(account) = &facts.account {
        locks.add(account.id, Lock::Exclusive);
    }
    if let Some(actor) = facts.caller.actor() {
        locks.add(actor.organization, Lock::Shared);
    }
    for partner in facts.partners() {
        locks.add(partner, Lock::Shared);
    }
    locks
}
