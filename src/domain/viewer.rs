//! Who asks: the facts about an actor, read from the database at each request.

use entity::{
    ids::{GrantId, OrganizationId, SessionId, UserId},
    states::{AdminRole, DelegatedRole},
};

use crate::domain::{certification::Certification, role::RoleSet};

/// An admin role that a delegate gave, and the grant under which it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// The role.
    pub role: AdminRole,
    /// The grant.
    pub grant: GrantId,
    /// Whose delegate.
    pub partner: OrganizationId,
}

/// A signed-in user as the database knows it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The user.
    pub user: UserId,
    /// Its session.
    pub session: SessionId,
    /// The grant under which a delegate caused the secret that began the session.
    pub secret_grant: Option<GrantId>,
    /// Its own organization.
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
    /// Those of them that the organization itself gave: not under a grant, and not by someone whose
    /// own role was given so.
    pub appointed: RoleSet,
    /// The others of them, with the active grants under which they were given, the oldest first.
    pub given: Vec<Given>,
    /// Roles given under grants that are not active, or are capped below FULL: they count for nothing.
    pub dormant: RoleSet,
    /// Roles that the organization itself gave, and that do not count as such: a partner may hold the
    /// sign-in, since a delegate set the contact, or could have learned the password. They count as given
    /// under those grants.
    pub in_hands: RoleSet,
    /// The delegated role held for the own organization's clients; none for who is in a partner's hands.
    pub delegated_role: Option<DelegatedRole>,
    /// Display name, for the record.
    pub name: String,
    /// Sign-in name, for the record.
    pub sign_in_name: String,
    /// The own organization's name, for the record.
    pub organization_name: String,
}

impl Actor {
    /// True for a global admin of its own organization's appointment.
    pub fn is_global_admin(&self) -> bool {
        self.appointed.contains(AdminRole::GlobalAdmin)
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
    /// The worker.
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
