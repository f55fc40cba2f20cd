//! What can be done: the [`OperationKind`]s, and what the catalogue says of each.

mod catalogue;
mod spec;
mod words;

pub use self::{catalogue::OperationKind, spec::Spec};

use std::{collections::HashMap, sync::LazyLock};

use entity::states::{AdminRole, DelegatedRole};
use strum::VariantArray;

use crate::domain::{described::Described, role};

/// The sort of affair that an operation belongs to; it decides whose record the act enters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concern {
    /// The platform's doing: registration and certification.
    Platform,
    /// A partner's own affairs.
    Partner,
    /// A client's consent.
    Client,
    /// The administration of an account, by the account's own admins or by delegates.
    Account,
    /// A user's own session and password.
    Personal,
    /// The server's own jobs.
    System,
}

/// Who may do it, before delegation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// A global admin of the platform.
    Operator,
    /// A user of the account with at least this admin role.
    Own(AdminRole),
    /// A user of the account who holds a delegated role.
    HoldsDelegatedRole,
    /// A user of the grant's partner with at least this admin role there.
    PartnerOf(AdminRole),
    /// A user of the grant's partner with at least this delegated role.
    DelegateOf(DelegatedRole),
    /// Any of these.
    AnyOf(&'static [Requirement]),
    /// A signed-in user, on itself.
    Myself,
    /// Anyone with the right secret.
    Anyone,
    /// A job of the server.
    System,
}

/// Whether delegates may do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delegation {
    /// By each delegate whose role meets the requirement: FULL counts as a global admin, LIMITED as a password admin.
    Delegable,
    /// By no delegate: only the organization's own admins.
    OwnOnly,
    /// By no delegate: device management.
    NotSupported,
}

/// What the operation touches, and which things of that sort it may touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetRule {
    /// Nothing that exists already.
    None,
    /// Any user of the account.
    AnyUser,
    /// A user whom the acting role may touch, never oneself.
    UserWithinRole,
    /// A user whom the acting role may touch, or oneself.
    UserWithinRoleOrSelf,
    /// A domain name of the account.
    Domain,
    /// A client of the account, which is a partner.
    Client,
    /// A device of the account.
    Device,
    /// A grant given by the account.
    Grant,
    /// An offer by another, certified organization.
    Offer,
    /// A recovery.
    Recovery,
    /// What this secret opens.
    Secret(Secret),
}

impl TargetRule {
    /// Whether it touches a user of the account.
    pub const fn is_user(self) -> bool {
        matches!(
            self,
            Self::AnyUser | Self::UserWithinRole | Self::UserWithinRoleOrSelf
        )
    }
}

/// What an operation does to the sign-in of the user that it touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// By the operation, the one who does it may obtain the user's sign-in.
    Obtained,
    /// The operation locks the user out, lets the user in again, or changes what the user may do once signed in.
    Affected,
    /// Nothing.
    Apart,
}

/// Who is told of an operation by mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tells {
    Nobody,
    /// Both sides of the grant.
    Parties,
    /// The account's global admins, if the act rests on a grant.
    Admins,
    /// The account's global admins, if the act rests on a grant and touches an admin.
    AdminsOfAdmin,
    /// The account's global admins, who are told of the contact that the act set, if the act rests on a grant.
    AdminsOfContact,
}

/// How recently the user must have proven who it is, by a sign-in or by its password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// At some time in the session.
    Session,
    /// Within [`crate::domain::viewer::FRESH`].
    Fresh,
    /// Within the same time, but only if a role is given that can consent for the account.
    FreshForConsent,
}

/// What a kind has to do with a side's consent to a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// Nothing.
    None,
    /// A side binds itself, or lets something go on that it had stopped.
    Gives,
    /// A side refuses, pauses, narrows or ends.
    Withholds,
}

/// A secret by which anyone who has it may do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secret {
    /// A password, with the sign-in name.
    Password,
    /// A refresh token.
    RefreshToken,
    /// A link that was sent to a user's contact.
    UserLink,
    /// Another link.
    Link,
}

/// What an operation gives to the user that it touches, so that the user's acts count as the account's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// Nothing of the kind.
    Nothing,
    /// An admin role, unless the role is to wait.
    AdminRole,
    /// A delegated role.
    DelegatedRole,
}

/// What an operation undoes. What the account's own admins did, no delegate may undo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dismissal {
    /// Nothing.
    None,
    /// A block.
    Block,
    /// A deletion.
    Deletion,
}

impl OperationKind {
    /// Every kind, in the catalogue's order.
    pub const ALL: &'static [Self] = <Self as VariantArray>::VARIANTS;

    /// The schema's enum value.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Whether it is an act of consent: by it, one side binds or frees itself or the other. Both sides are
    /// given a receipt of it, and it is written to the anchor file before it is answered.
    pub const fn is_consent(self) -> bool {
        !matches!(self.spec().consent, Consent::None)
    }

    /// Whether the signed note of the record's end at this entry is kept: for a receipt, or for the end of an export.
    pub const fn keeps_note(self) -> bool {
        self.is_consent() || self.spec().keeps_note
    }

    /// Whether it takes power from somebody: such an act does not wait behind others.
    pub const fn ends_authority(self) -> bool {
        matches!(self.spec().consent, Consent::Withholds)
            || matches!(
                self,
                Self::SuspendCertification
                    | Self::RemoveDelegatedRole
                    | Self::RemoveAdminRole
                    | Self::BlockSignIn
                    | Self::DeleteUser
                    | Self::RevokeSessions
                    | Self::SignOutEverywhere
                    | Self::HoldForLoss
            )
    }

    /// Whether its act may change what decisions rest on, besides what the user whom it touches is called. If in
    /// doubt, it does: then the facts are loaded anew for acts that follow in the same transaction. Adding a user does: its contact may be the partner's.
    pub const fn alters_facts(self) -> bool {
        !matches!(
            self,
            Self::UpdateProfile
                | Self::AssignLicence
                | Self::UnassignLicence
                | Self::SetServiceAccess
                | Self::AddDomain
        )
    }

    /// The kind with this stable name.
    pub fn by_stable_name(stable: &str) -> Option<Self> {
        static KINDS: LazyLock<HashMap<&str, OperationKind>> = LazyLock::new(|| {
            let kinds = OperationKind::ALL.iter();
            kinds.map(|kind| (kind.spec().stable, *kind)).collect()
        });
        KINDS.get(stable).copied()
    }

    /// The least delegated role, derived: `None` where no delegate may.
    pub fn least_delegated(self) -> Option<DelegatedRole> {
        let spec = self.spec();
        match (spec.delegation, spec.requirement) {
            (Delegation::Delegable, Requirement::Own(least)) => {
                [DelegatedRole::Limited, DelegatedRole::Full]
                    .into_iter()
                    .find(|held| role::includes(role::stands_for(*held), least))
            }
            _ => None,
        }
    }
}

impl Requirement {
    /// Whether an admin role of the account is enough.
    pub fn is_met_by(self, held: AdminRole) -> bool {
        match self {
            Self::Own(least) => role::includes(held, least),
            Self::AnyOf(any) => any.iter().any(|one| one.is_met_by(held)),
            _ => false,
        }
    }
}

impl Described for OperationKind {
    const TYPE: &'static str = "OperationKind";
    const ABOUT: &'static str = "Something that can be done: a row of the catalogue.";

    fn all() -> &'static [Self] {
        Self::ALL
    }

    fn name(self) -> &'static str {
        OperationKind::name(self)
    }

    fn about(self) -> &'static str {
        self.spec().about
    }
}
