//! The ids: one type for each table, so that an id of one table cannot be used for another.

use sea_orm::{DeriveValueType, TryFromU64, entity::prelude::Uuid};
use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, DeriveValueType)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl From<Uuid> for $name {
            fn from(value: Uuid) -> Self {
                Self(value)
            }
        }

        impl From<$name> for Uuid {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    )+};
}

ids! {
    /// An organization: partner, client, both, or the platform.
    OrganizationId,
    /// A user of one organization.
    UserId,
    /// A certification of one organization.
    CertificationId,
    /// A domain name held by an organization.
    DomainId,
    /// A managed device.
    DeviceId,
    /// An offer.
    OfferId,
    /// One client's answer to an offer.
    ResponseId,
    /// A grant: a client's consent to be administered by a partner.
    GrantId,
    /// An entry of a record.
    OperationId,
    /// A signed-in session.
    SessionId,
    /// A one-time link.
    LinkId,
    /// A sign-up that was asked for.
    SignUpId,
    /// An offer that was sent to an address.
    SendingId,
    /// A delivery waiting in the outbox.
    OutboxId,
    /// A service that plans hold.
    ServiceId,
    /// A plan of the platform's catalogue.
    PlanId,
    /// An organization's subscription to a plan.
    SubscriptionId,
    /// An export of a record.
    ExportId,
    /// A way in which someone of a partner may hold a sign-in.
    HandId,
    /// A recovery of a global admin.
    RecoveryId,
}
