//! The actor: the facts about whoever makes a request, read from the database each time.

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

/// For how long a sign-in, or a confirmation by the password, counts as fresh.
pub const FRESH: TimeDelta = TimeDelta::minutes(5);

/// An admin role that a delegate gave, and the grant under which it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GivenRole {
    pub role: AdminRole,
    /// The delegate who gave it, and the grant.
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
    /// The certification of its organization.
    pub certification: Certification,
    /// Whether the session was begun with a temporary password that has not been replaced: it only lets the
    /// user choose another.
    pub must_change: bool,
    /// The admin roles in its own organization that count now.
    pub roles: RoleSet,
    /// Those of `roles` that the organization itself gave, by an act that did not rest on a grant.
    pub appointed: RoleSet,
    /// The other roles of `roles`, with the active grants under which they were given, the oldest first.
    pub given: Vec<GivenRole>,
    /// Roles that count for nothing now: their grant is not active or is capped below FULL, or the delegate who
    /// gave them no longer holds FULL.
    pub dormant: RoleSet,
    /// Whether it proved who it is within [`FRESH`], by a sign-in or by its password.
    pub fresh: bool,
    /// Whether it has just chosen its password by a link that no admin of its own organization had sent: it
    /// consents to nothing for some time.
    pub recovered: bool,
    /// In whose hands it is: it may do what its roles allow only if every hand allows it too.
    pub hands: Hands,
    /// The delegated role that it holds for its organization's clients.
    pub delegated_role: Option<DelegatedRole>,
    /// Display name, for the record.
    pub name: String,
    /// Sign-in name, for the record.
    pub sign_in_name: String,
    /// The name of its organization, for the record.
    pub organization_name: String,
}

impl Actor {
    /// True for a global admin whom its organization itself appointed, and who is in nobody's hands.
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

/// The caller.
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
