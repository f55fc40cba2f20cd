//! Consent: what an answer to an offer changes between a client and a partner.
//!
//! The mutations, the page of an offer and the entry in the record ask here; nothing else decides it. Whether the
//! person who answers may do so is decided by the policy.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    ids::{GrantId, OfferId, PlanId},
    states::{DelegatedRole, OfferPart},
};
use serde::Serialize;

use crate::domain::{
    offer::Item,
    reason::Reason,
    values::{OfferDigest, OfferToken, Seats, Term},
};

/// What an offer proposes, in the revision that is current.
#[derive(Clone, Debug)]
pub struct OfferTerms {
    pub offer: OfferId,
    pub revision: i32,
    /// The digest of what a client reads.
    pub digest: OfferDigest,
    /// The most that is asked for, and for how long; `None` if it asks for no delegation.
    pub delegation: Option<(DelegatedRole, Term)>,
    /// Whether its subscription is a trial.
    pub trial: bool,
    /// Its subscriptions.
    pub items: Vec<Item>,
}

/// The client's grant to the offer's partner that nobody has ended; its term may be over.
#[derive(Clone, Debug)]
pub struct OpenGrant {
    pub grant: GrantId,
    /// The offer that it was given by, and its revision.
    pub offer: OfferId,
    pub revision: i32,
    pub role_cap: DelegatedRole,
    /// The term as it was chosen.
    pub term: String,
    pub accepted_at: DateTime<Utc>,
    /// When the term ends; the client may have shortened it.
    pub expires_at: DateTime<Utc>,
}

/// What the client took of the offer, and granted to its partner, before it answers.
#[derive(Clone, Debug, Default)]
pub struct PriorAnswers {
    /// The grant to the partner.
    pub standing: Option<OpenGrant>,
    /// Subscriptions that were taken of the offer, with their seats.
    pub taken: Option<BTreeMap<PlanId, i32>>,
    /// Plans of which the client had a trial, by whatever offer.
    pub tried: BTreeSet<PlanId>,
    /// The revision that the client's latest answer declined.
    pub declined: Option<i32>,
}

impl PriorAnswers {
    /// The grant, while its term runs.
    fn running(&self, now: DateTime<Utc>) -> Option<&OpenGrant> {
        self.standing
            .as_ref()
            .filter(|grant| now < grant.expires_at)
    }

    /// Why the client cannot decline, if it cannot: it took a part of the offer, and that is ended in other ways.
    pub fn bars_decline(&self, offer: OfferId, now: DateTime<Utc>) -> Option<Reason> {
        if self.running(now).is_some_and(|grant| grant.offer == offer) {
            Some(Reason::GrantStands)
        } else if self.taken.is_some() {
            Some(Reason::SubscriptionsTaken)
        } else {
            None
        }
    }

    /// Whether something is left to answer: subscriptions are taken once, delegation on new terms again.
    pub fn leaves_open(&self, delegation: bool) -> bool {
        self.taken.is_none() || delegation
    }
}

/// What the client read: an answer is an answer to that, and to no later revision.
#[derive(Clone, Debug, Serialize)]
pub struct ReadTerms {
    /// The unguessable part of the offer's URL.
    pub token: OfferToken,
    pub revision: i32,
    pub digest: OfferDigest,
}

impl ReadTerms {
    fn is_current(&self, offered: &OfferTerms) -> Result<(), Refusal> {
        if self.revision == offered.revision && self.digest == offered.digest {
            Ok(())
        } else {
            Err(Reason::OfferChanged.into())
        }
    }
}

/// What the client takes.
#[derive(Clone, Debug, Serialize)]
pub struct Wish {
    /// The parts that are taken; `None` for all.
    pub parts: Option<Vec<OfferPart>>,
    /// Plans of which the client wants a different number of seats than the offer proposes.
    pub seats: Vec<(PlanId, Seats)>,
    /// The client's role cap; `None` for the offer's.
    pub role_cap: Option<DelegatedRole>,
    /// The client's term; `None` for the offer's.
    pub term: Option<Term>,
    /// Whether these terms are to replace those of an open grant.
    pub amend: bool,
}

/// What an acceptance comes to.
#[derive(Debug)]
pub enum Acceptance {
    /// The client has all of it on these terms already: nothing is written. The grant, if delegation was taken.
    Again(Option<GrantId>),
    /// Something begins, or goes on other terms.
    New {
        /// What becomes of the grant; `None` if delegation was not taken.
        grant: Option<GrantStep>,
        /// Subscriptions that begin, with their seats; `None` if none were taken.
        begins: Option<Vec<(PlanId, i32)>>,
    },
}

/// What becomes of the grant to the partner.
#[derive(Debug)]
pub enum GrantStep {
    /// It stays as it is.
    Untouched(GrantId),
    /// A new one begins. If there is one whose grace time is over, it ends.
    Begin(Terms, Option<GrantId>),
    /// It goes on, on other terms.
    Amend(Terms, OpenGrant),
    /// Its term was over, within the grace time: it goes on as the same grant.
    Renew(Terms, OpenGrant),
}

/// The terms of a grant.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The most that a delegate may be.
    pub role_cap: DelegatedRole,
    pub term: Term,
    /// When the term ends.
    pub expires_at: DateTime<Utc>,
}

/// Why an answer is not possible, and which field of it is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub reason: Reason,
    /// The field of the input; `None` if the reason is the present state.
    pub field: Option<&'static str>,
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Self {
        Self {
            reason,
            field: None,
        }
    }
}

fn at(field: &'static str, reason: Reason) -> Refusal {
    Refusal {
        reason,
        field: Some(field),
    }
}

/// What the acceptance comes to. A grant whose term is over is renewed within `grace`.
pub fn accept(
    offered: &OfferTerms,
    read: &ReadTerms,
    wish: &Wish,
    before: &PriorAnswers,
    now: DateTime<Utc>,
    grace: TimeDelta,
) -> Result<Acceptance, Refusal> {
    read.is_current(offered)?;
    let (delegation, items) = parts(offered, wish)?;
    let grant = match &offered.delegation {
        Some(asked) if delegation => {
            let terms = terms(asked, wish, now)?;
            Some(grant_step(offered, wish, before, terms, now, grace)?)
        }
        _ => None,
    };
    let wanted = || -> BTreeMap<PlanId, i32> {
        let items = offered.items.iter();
        items.map(|item| (item.plan, seats(wish, item))).collect()
    };
    let untouched = match &grant {
        None => Some(None),
        Some(GrantStep::Untouched(id)) => Some(Some(*id)),
        Some(_) => None,
    };
    // Taken before, and nothing is new: the earlier answer counts for this one.
    let again = !items
        || before
            .taken
            .as_ref()
            .is_some_and(|taken| *taken == wanted());
    match untouched {
        Some(grant) if again => Ok(Acceptance::Again(grant)),
        _ if items && before.taken.is_some() => Err(Reason::SubscriptionsTaken.into()),
        _ => Ok(Acceptance::New {
            grant,
            begins: match items {
                true => Some(begins(offered, wish, before)?),
                false => None,
            },
        }),
    }
}

/// Whether a refusal is new; false if the latest answer already declined this revision.
pub fn decline(
    offered: &OfferTerms,
    read: &ReadTerms,
    before: &PriorAnswers,
    now: DateTime<Utc>,
) -> Result<bool, Refusal> {
    read.is_current(offered)?;
    match before.bars_decline(offered.offer, now) {
        Some(reason) => Err(reason.into()),
        None => Ok(before.declined != Some(read.revision)),
    }
}

/// Which parts are taken: delegation, subscriptions.
fn parts(offered: &OfferTerms, wish: &Wish) -> Result<(bool, bool), Refusal> {
    let has = (offered.delegation.is_some(), !offered.items.is_empty());
    let Some(parts) = &wish.parts else {
        return Ok(has);
    };
    let wants = (
        parts.contains(&OfferPart::Delegation),
        parts.contains(&OfferPart::Subscriptions),
    );
    if (wants.0 && !has.0) || (wants.1 && !has.1) {
        Err(at("accept", Reason::PartNotOffered))
    } else if wants == (false, false) {
        Err(at("accept", Reason::NothingAccepted))
    } else {
        Ok(wants)
    }
}

/// The client's choice, within what the offer asks for.
fn terms(
    (most, longest): &(DelegatedRole, Term),
    wish: &Wish,
    now: DateTime<Utc>,
) -> Result<Terms, Refusal> {
    let role_cap = wish.role_cap.unwrap_or(*most);
    if role_cap > *most {
        return Err(at("roleCap", Reason::CapExceeded));
    }
    let term = wish.term.as_ref().unwrap_or(longest);
    match (term.end(now), longest.end(now)) {
        (Some(expires_at), Some(latest)) if expires_at <= latest => Ok(Terms {
            role_cap,
            term: term.clone(),
            expires_at,
        }),
        _ => Err(at("term", Reason::TermExceeded)),
    }
}

fn grant_step(
    offered: &OfferTerms,
    wish: &Wish,
    before: &PriorAnswers,
    terms: Terms,
    now: DateTime<Utc>,
    grace: TimeDelta,
) -> Result<GrantStep, Refusal> {
    match &before.standing {
        Some(standing) if now < standing.expires_at => {
            if is_same(offered, standing, &terms) {
                Ok(GrantStep::Untouched(standing.grant))
            } else if wish.amend {
                Ok(GrantStep::Amend(terms, standing.clone()))
            } else {
                Err(Reason::TermsDiffer.into())
            }
        }
        // Within the grace time, the same grant goes on.
        Some(over) if now < over.expires_at + grace => Ok(GrantStep::Renew(terms, over.clone())),
        over => Ok(GrantStep::Begin(
            terms,
            over.as_ref().map(|over| over.grant),
        )),
    }
}

/// Whether a part of the offer is left, for the partner's mail: of each part, whether the client has it by this answer
/// or an earlier one; `None` if the offer does not have the part.
pub fn leaves_a_part(subscriptions: Option<bool>, delegation: Option<bool>) -> bool {
    [subscriptions, delegation].contains(&Some(false))
}

fn is_same(offered: &OfferTerms, standing: &OpenGrant, terms: &Terms) -> bool {
    standing.offer == offered.offer
        && standing.revision == offered.revision
        && standing.role_cap == terms.role_cap
        && standing.term == terms.term.text()
        // The client may have shortened it since.
        && terms.term.end(standing.accepted_at) == Some(standing.expires_at)
}

/// How many seats the client takes of a plan that is offered.
fn seats(wish: &Wish, item: &Item) -> i32 {
    let chosen = wish.seats.iter().find(|(plan, _)| *plan == item.plan);
    chosen.map_or(item.seats, |(_, seats)| seats.number())
}

/// The subscriptions that begin, with at most the seats that the offer lets a client take. A plan is tried once.
fn begins(
    offered: &OfferTerms,
    wish: &Wish,
    before: &PriorAnswers,
) -> Result<Vec<(PlanId, i32)>, Refusal> {
    let is_offered = |plan: &PlanId| offered.items.iter().any(|item| item.plan == *plan);
    if !wish.seats.iter().all(|(plan, _)| is_offered(plan)) {
        return Err(at("seats", Reason::IdInvalid));
    }
    let begins = offered.items.iter().map(|item| {
        let seats = seats(wish, item);
        if seats > item.most(offered.trial) {
            return Err(at("seats", Reason::SeatsExceeded));
        }
        if offered.trial && before.tried.contains(&item.plan) {
            return Err(Reason::TrialTaken.into());
        }
        Ok((item.plan, seats))
    });
    begins.collect()
}
