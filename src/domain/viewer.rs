//! Who asks: the facts about an actor, read from the database at each request.

use chrono::TimeDelta;
use entity::{
    ids::{OrganizationId, SessionId, UserId},
    states::{AdminRole, DelegatedRole},
};

use crate::domain::{
    certification::Certification,
    hands::{Cause, Hands},
    role::RoleSet,
};

/// For how long a proof of who is signed in is fresh.
pub const FRESH: TimeDelta = TimeDelta::minutes(5);

/// An admin role that a delegate gave, and the grant under which it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    pub role: AdminRole,
    /// Which delegate, under which grant.
    pub cause: Cause,
}

/// A signed-in user as the database knows it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub user: UserId,
    pub session: SessionId,
    pub organization: OrganizationId,
    /// True for operators' organization.
    pub platform: bool,
    /// The own organization's certification.
    pub certification: Certification,
    /// Whether the session was begun with a temporary password that still stands: good for choosing
    /// another, and for nothing else.
    pub must_change: bool,
    /// Admin roles in the own organization that count now.
    pub roles: RoleSet,
    /// Those of them that the organization itself gave: by an act that did not rest on a grant.
    pub appointed: RoleSet,
    /// The others of them, with the active grants under which they were given, the oldest first.
    pub given: Vec<Given>,
    /// Roles given under grants that are not active, or are capped below FULL, or by who holds FULL
    /// no more: they count for nothing.
    pub dormant: RoleSet,
    /// Whether it proved who it is a moment ago, by a sign-in or by its password.
    pub fresh: bool,
    /// Whether it chose its password by a link that no admin of its own organization had sent, so short a while
    /// ago that it consents to nothing yet.
    pub recovered: bool,
    /// In whose hands it is: what its roles allow is done only where every hand allows it too.
    pub hands: Hands,
    /// The delegated role held for the own organization's clients.
    pub delegated_role: Option<DelegatedRole>,
    /// Display name, for the record.
    pub name: String,
    /// Sign-in name, for the record.
    pub sign_in_name: String,
    /// The own organization's name, for the record.
    pub organization_name: String,
}

impl Actor {
    /// True for a global admin of its own organization's appointment, in nobody's hands.
    pub fn is_global_admin(&self) -> bool {
        self.appointed.contains(AdminRole::GlobalAdmin) && self.hands.is_empty()
    }

    /// True for an operator: a global admin of the platform.
    pub fn is_operator(&self) -> bool {
        self.platform && self.is_global_admin()
    }
}

/// A job that acts by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// The command line.
    Cli,
    Worker,
}

impl Job {
    /// The name in the record.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cli => "cli",
            Self::Worker => "worker",
        }
    }
}

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Nobody is signed in.
    Anonymous,
    /// A signed-in user.
    User(Box<Actor>),
    /// A job of the server.
    System(Job),
}

impl Caller {
    /// The signed-in user, if it is one.
    pub fn actor(&self) -> Option<&Actor> {
        match self {
            Self::User(actor) => Some(actor),
            _ => None,
        }
    }
}
