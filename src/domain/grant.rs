//! A grant's state, derived from its facts at a moment.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    ids::{GrantId, OrganizationId},
    states::{DelegatedRole, Side},
};

use crate::domain::{certification::Certification, described::Described, reason::Reason};

/// What decides a grant's state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantFacts {
    /// The grant.
    pub id: GrantId,
    /// The organization that administers.
    pub partner: OrganizationId,
    /// The organization that consented.
    pub client: OrganizationId,
    /// The most that a delegate may be in this client.
    pub role_cap: DelegatedRole,
    /// When the term ends.
    pub expires_at: DateTime<Utc>,
    /// When a side ended it.
    pub ended_at: Option<DateTime<Utc>>,
    /// Held by the client.
    pub client_hold: bool,
    /// Held by the partner.
    pub partner_hold: bool,
    /// The partner's certification.
    pub partner_certification: Certification,
}

/// Days before the end of a term at which both sides are reminded of it; on the day itself last.
const REMINDERS: [i64; 4] = [30, 7, 1, 0];

/// When both sides are next reminded that a term ends then; `None` when no more.
pub fn next_reminder(expires_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let moments = REMINDERS.iter();
    moments
        .map(|days| expires_at - TimeDelta::days(*days))
        .find(|moment| *moment > now)
}

/// Days left of a term, a begun one counted; 0 when it is over.
pub fn days_left(expires_at: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    let day = TimeDelta::days(1).num_seconds();
    let left = (expires_at - now).num_seconds().max(0);
    (left + day - 1) / day
}

/// A grant's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantState {
    /// Delegates can act.
    Active,
    /// Paused: by the client, the partner, or the partner's certification.
    Held,
    /// Its term is over.
    Expired,
    /// A side ended it.
    Ended,
}

impl GrantFacts {
    /// Whether this side holds it.
    pub fn held_by(&self, side: Side) -> bool {
        match side {
            Side::Client => self.client_hold,
            Side::Partner => self.partner_hold,
        }
    }

    /// The state at `now`. A grant that is over and also held counts as over.
    pub fn state(&self, now: DateTime<Utc>) -> GrantState {
        if self.ended_at.is_some() {
            GrantState::Ended
        } else if now >= self.expires_at {
            GrantState::Expired
        } else if self.client_hold || self.partner_hold || !self.partner_certification.is_current()
        {
            GrantState::Held
        } else {
            GrantState::Active
        }
    }

    /// What would lift the holds, as a sentence; empty if there is no hold.
    pub fn held_cure(&self) -> String {
        let mut cures = Vec::new();
        if self.client_hold {
            cures.push("the client lifts its hold");
        }
        if self.partner_hold {
            cures.push("the partner lifts its hold");
        }
        if !self.partner_certification.is_current() {
            cures.push("the platform reinstates the partner's certification");
        }
        if cures.is_empty() {
            String::new()
        } else {
            format!("Wait until {}.", cures.join(", and "))
        }
    }
}

impl GrantState {
    /// Why a delegate is refused in this state; `None` while active.
    pub fn refusal(self) -> Option<Reason> {
        match self {
            Self::Active => None,
            Self::Held => Some(Reason::GrantHeld),
            Self::Expired => Some(Reason::GrantExpired),
            Self::Ended => Some(Reason::GrantEnded),
        }
    }
}

impl Described for GrantState {
    const TYPE: &'static str = "GrantState";
    const ABOUT: &'static str = "A grant's state, derived at the moment of the request.";

    fn all() -> &'static [Self] {
        &[Self::Active, Self::Held, Self::Expired, Self::Ended]
    }

    fn name(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Held => "HELD",
            Self::Expired => "EXPIRED",
            Self::Ended => "ENDED",
        }
    }

    fn about(self) -> &'static str {
        match self {
            Self::Active => "The partner's delegates can act.",
            Self::Held => {
                "Paused by the client, by the partner, or because the partner's certification is not current."
            }
            Self::Expired => "Its term is over.",
            Self::Ended => "The client or the partner ended it.",
        }
    }
}
