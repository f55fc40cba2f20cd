//! Hands: the ways in which someone of a partner may hold a user's sign-in, and what they leave of its rights.
//!
//! A user is in a partner's hands while one of them is open. A hand by the contact ends when one of the
//! account's own admins, who is in nobody's hands, has set or confirmed the contact and the user has proven it
//! by a link sent after that. A hand by the password ends when the user has chosen a password by a link to a
//! contact in nobody's hands. Nothing else ends one: not time, not another password chosen while signed in, and
//! not the end of the grant.

use chrono::{DateTime, Utc};
use entity::{
    ids::{GrantId, HandId, OrganizationId, UserId},
    states::{DelegatedRole, Way},
};

use crate::domain::grant::GrantState;

/// The person of a partner, and the grant, under which something was done in an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause {
    pub grant: GrantId,
    pub partner: OrganizationId,
    /// The person; `None` if nobody knows who it was.
    pub person: Option<UserId>,
    /// That person's delegated role at the time.
    pub role: DelegatedRole,
}

/// One way in which someone of a partner may hold a user's sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hand {
    pub id: HandId,
    /// By the contact or by the password.
    pub way: Way,
    /// Which person of the partner, under which grant.
    pub cause: Cause,
    /// When the act that began it, or another of its sort, was last done.
    pub renewed_at: DateTime<Utc>,
    /// The state of the grant now.
    pub state: GrantState,
    /// The cap of the grant now.
    pub role_cap: DelegatedRole,
    /// The delegated role that the person holds now; `None` for none, and for a person who cannot sign in.
    pub person_role: Option<DelegatedRole>,
}

impl Hand {
    /// The delegated role that it lends now: the least of the person's when it began, the person's now, and the
    /// cap; `None` while the grant is not active, and while its person holds no role.
    pub fn reach(&self) -> Option<DelegatedRole> {
        let now = self
            .person_role
            .filter(|_| self.state == GrantState::Active)?;
        Some(now.min(self.cause.role).min(self.role_cap))
    }

    /// Why it lends nothing, as a sentence; empty if it does.
    pub fn sleeps_because(&self) -> &'static str {
        match self.state {
            GrantState::Active if self.person_role.is_some() => "",
            GrantState::Active => {
                "The partner's delegate concerned holds no delegated role any more. "
            }
            GrantState::Held => "The grant concerned is held. ",
            GrantState::Expired => "The term of the grant concerned is over. ",
            GrantState::Ended => "The grant concerned was ended. ",
        }
    }
}

/// What a user may still do while someone of a partner may hold its sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// All: it is in nobody's hands.
    All,
    /// What a delegate with this role could do as well.
    Delegate(DelegatedRole),
    /// Nothing but acts on its own password and sessions.
    Nothing,
}

/// The open hands of one user, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hands(pub Vec<Hand>);

impl Hands {
    /// Whether it is in nobody's hands.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The hands by one way.
    pub fn by(&self, way: Way) -> impl Iterator<Item = &Hand> {
        self.0.iter().filter(move |hand| hand.way == way)
    }

    /// Whether the contact may be read by someone whose grant is not active.
    pub fn contact_asleep(&self) -> bool {
        self.by(Way::Contact).any(|hand| hand.reach().is_none())
    }

    /// Whether the password that was set at `changed_at` was shown under a grant that is not active.
    pub fn secret_asleep(&self, changed_at: Option<DateTime<Utc>>) -> bool {
        self.by(Way::Secret)
            .filter(|hand| Some(hand.renewed_at) >= changed_at)
            .any(|hand| hand.reach().is_none())
    }

    /// What they leave: every one of them must allow what is done.
    pub fn left(&self) -> Left {
        let mut left = Left::All;
        for hand in &self.0 {
            left = match (left, hand.reach()) {
                (Left::Nothing, _) | (_, None) => Left::Nothing,
                (Left::All, Some(role)) => Left::Delegate(role),
                (Left::Delegate(least), Some(role)) => Left::Delegate(least.min(role)),
            };
        }
        left
    }

    /// The first that lends nothing.
    pub fn asleep(&self) -> Option<&Hand> {
        self.0.iter().find(|hand| hand.reach().is_none())
    }

    /// The persons of partners who may be behind what the user does, each once.
    pub fn causes(&self) -> Vec<Cause> {
        let mut causes = Vec::new();
        for hand in &self.0 {
            add(&mut causes, hand.cause);
        }
        causes
    }
}

/// Adds a cause; for a person who is already there under the same grant, only the role is raised.
pub fn add(causes: &mut Vec<Cause>, cause: Cause) {
    let same = |other: &&mut Cause| (other.grant, other.person) == (cause.grant, cause.person);
    match causes.iter_mut().find(same) {
        Some(other) => other.role = other.role.max(cause.role),
        None => causes.push(cause),
    }
}
