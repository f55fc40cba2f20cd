//! What a decision rests on, as the database holds it.

use entity::{
    ids::{DeviceId, OfferId, OrganizationId, UserId},
    states::DelegatedRole,
};

use crate::domain::{
    certification::Certification, grant::GrantFacts, role::RoleSet, viewer::Caller,
};

/// The account that an operation names, as the database holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountFacts {
    /// The organization.
    pub id: OrganizationId,
    /// True for the platform.
    pub platform: bool,
    /// Its certification.
    pub certification: Certification,
    /// Its name, for mails and the record.
    pub name: String,
    /// Its initial domain.
    pub initial_domain: String,
}

/// A user that an operation touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserTarget {
    /// The user.
    pub id: UserId,
    /// Its organization.
    pub organization: OrganizationId,
    /// Its admin roles.
    pub roles: RoleSet,
    /// Its delegated role.
    pub delegated_role: Option<DelegatedRole>,
    /// Whether it has enrolled.
    pub enrolled: bool,
    /// Whether its contact is verified.
    pub contact_verified: bool,
    /// Its display name, for the record.
    pub name: String,
    /// Its sign-in name, for the record.
    pub sign_in_name: String,
}

/// A device that an operation touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceTarget {
    /// The device.
    pub id: DeviceId,
    /// Its organization.
    pub organization: OrganizationId,
    /// Whether it is retired already.
    pub retired: bool,
}

/// An offer that is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferTarget {
    /// The offer.
    pub id: OfferId,
    /// Who made it.
    pub partner: OrganizationId,
    /// The maker's certification.
    pub certification: Certification,
}

/// What an operation touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The question is asked of no particular one.
    Unspecified,
    /// There is none by the id given.
    Missing,
    /// A user.
    User(UserTarget),
    /// A device.
    Device(DeviceTarget),
    /// An offer.
    Offer(OfferTarget),
}

/// Everything that a decision rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Who calls.
    pub caller: Caller,
    /// The account; `None` where there is none by the id given.
    pub account: Option<AccountFacts>,
    /// The grant between the caller's organization and the account; the named one where an
    /// operation names a grant.
    pub grant: Option<GrantFacts>,
    /// Whether the account ever answered an offer of the caller's organization.
    pub responded: bool,
    /// What it touches.
    pub target: Target,
}
