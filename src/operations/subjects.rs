//! What many operations are done on: a thing, and the account that it is in.

use entity::ids::{DeviceId, DomainId, OfferId, OrganizationId, UserId};
use serde::Serialize;

use crate::store::facts::{Subject, TargetId};

/// A user of an account.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct OnUser {
    pub account: OrganizationId,
    pub user: UserId,
}

impl From<OnUser> for Subject {
    fn from(on: OnUser) -> Self {
        Self::Account(on.account, TargetId::User(on.user))
    }
}

/// A domain name of an account.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct OnDomain {
    pub account: OrganizationId,
    pub domain: DomainId,
}

impl From<OnDomain> for Subject {
    fn from(on: OnDomain) -> Self {
        Self::Account(on.account, TargetId::Domain(on.domain))
    }
}

/// A device of an account.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct OnDevice {
    pub account: OrganizationId,
    pub device: DeviceId,
}

impl From<OnDevice> for Subject {
    fn from(on: OnDevice) -> Self {
        Self::Account(on.account, TargetId::Device(on.device))
    }
}

/// An offer of a partner, which is the account.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct OnOffer {
    pub account: OrganizationId,
    pub offer: OfferId,
}

impl From<OnOffer> for Subject {
    fn from(on: OnOffer) -> Self {
        Self::Account(on.account, TargetId::None)
    }
}
