//! Roles: which role includes which, and whose holders each may touch.

use entity::states::{AdminRole, DelegatedRole};

/// A set of admin roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoleSet(u32);

impl RoleSet {
    /// No role.
    pub const NONE: Self = Self(0);

    /// The set of the given roles.
    pub const fn of(roles: &[AdminRole]) -> Self {
        let mut bits = 0;
        let mut rest = roles;
        while let [first, tail @ ..] = rest {
            bits |= 1 << *first as u32;
            rest = tail;
        }
        Self(bits)
    }

    /// Every role.
    pub const ALL: Self = Self::of(AdminRole::ALL);

    /// Whether it holds none.
    pub fn is_empty(self) -> bool {
        self == Self::NONE
    }

    /// True when `role` is in the set.
    pub const fn contains(self, role: AdminRole) -> bool {
        self.0 & (1 << role as u32) != 0
    }

    /// True when every role of `self` is in `other`.
    pub const fn within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Both sets together.
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The roles, in their order.
    pub fn iter(self) -> impl Iterator<Item = AdminRole> {
        AdminRole::ALL
            .iter()
            .copied()
            .filter(move |role| self.contains(*role))
    }

    /// True when some role of the set has the rights of `least`.
    pub fn reaches(self, least: AdminRole) -> bool {
        self.iter().any(|role| includes(role, least))
    }
}

impl FromIterator<AdminRole> for RoleSet {
    fn from_iter<I: IntoIterator<Item = AdminRole>>(roles: I) -> Self {
        roles
            .into_iter()
            .fold(Self::NONE, |set, role| set.union(Self::of(&[role])))
    }
}

/// True when `role` has all rights of `least`: the chain Password < Helpdesk < User < Global.
pub fn includes(role: AdminRole, least: AdminRole) -> bool {
    role == least
        || rank(role)
            .zip(rank(least))
            .is_some_and(|(role, least)| role > least)
}

fn rank(role: AdminRole) -> Option<u8> {
    match role {
        AdminRole::PasswordAdmin => Some(1),
        AdminRole::HelpdeskAdmin => Some(2),
        AdminRole::UserAdmin => Some(3),
        AdminRole::GlobalAdmin => Some(4),
        AdminRole::GroupsAdmin
        | AdminRole::DirectoryReader
        | AdminRole::GuestInviter
        | AdminRole::MessageCenterReader
        | AdminRole::ReportsReader => None,
    }
}

/// What a delegated role is evaluated as, in each account with an active grant.
pub fn stands_for(role: DelegatedRole) -> AdminRole {
    match role {
        DelegatedRole::Full => AdminRole::GlobalAdmin,
        DelegatedRole::Limited => AdminRole::PasswordAdmin,
    }
}

/// The table of targets: `role` may touch a user all of whose roles are in this set, and no other user.
pub const fn targets(role: AdminRole) -> Option<RoleSet> {
    use AdminRole::{
        DirectoryReader, GlobalAdmin, GroupsAdmin, GuestInviter, HelpdeskAdmin,
        MessageCenterReader, PasswordAdmin, ReportsReader, UserAdmin,
    };
    const PASSWORD: RoleSet = RoleSet::of(&[DirectoryReader, GuestInviter, PasswordAdmin]);
    const HELPDESK: RoleSet = PASSWORD.union(RoleSet::of(&[
        MessageCenterReader,
        ReportsReader,
        HelpdeskAdmin,
    ]));
    const USER: RoleSet = HELPDESK.union(RoleSet::of(&[UserAdmin, GroupsAdmin]));
    match role {
        PasswordAdmin => Some(PASSWORD),
        HelpdeskAdmin => Some(HELPDESK),
        UserAdmin => Some(USER),
        GlobalAdmin => Some(RoleSet::ALL),
        GroupsAdmin | DirectoryReader | GuestInviter | MessageCenterReader | ReportsReader => None,
    }
}

/// The union of the targets of every role in `roles` that has the rights of `least`.
pub fn targets_of(roles: RoleSet, least: AdminRole) -> RoleSet {
    roles
        .iter()
        .filter(|role| includes(*role, least))
        .filter_map(targets)
        .fold(RoleSet::NONE, RoleSet::union)
}

/// The admin roles of a user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeldRoles {
    pub all: RoleSet,
    /// Those that its organization itself gave.
    pub appointed: RoleSet,
}
