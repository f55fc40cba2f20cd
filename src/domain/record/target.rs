//! The thing that an entry is about, by its type and its id.

use entity::ids::{
    DeviceId, DomainId, GrantId, OfferId, OrganizationId, OutboxId, PlanId, RecoveryId, SendingId,
    ServiceId, SubscriptionId, UserId,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{described::Described, values::id::GlobalId};

/// What an entry is about, in the form that is hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetRef {
    /// The type's name: that of [`TargetType`], or one that this release does not know.
    #[serde(rename = "type")]
    pub kind: String,
    pub id: Uuid,
}

macro_rules! targets {
    ($($variant:ident($id:ident) = $stable:literal, $name:literal, $about:literal;)+) => {
        /// A thing that an entry is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Target { $($variant($id),)+ }

        impl Target {
            /// The thing of this type, by its name in the record.
            pub fn of(stable: &str, id: Uuid) -> Option<Self> {
                match stable { $($stable => Some(Self::$variant($id(id))),)+ _ => None }
            }

            /// Its type.
            pub fn kind(self) -> TargetType {
                match self { $(Self::$variant(_) => TargetType::$variant,)+ }
            }

            /// Its id, without its type.
            pub fn uuid(self) -> Uuid {
                match self { $(Self::$variant(id) => id.0,)+ }
            }

            /// Its id, as the API gives it.
            pub fn id(self) -> GlobalId {
                match self { $(Self::$variant(id) => GlobalId::$variant(id),)+ }
            }
        }

        /// The type of a thing that an entry is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum TargetType { $(#[doc = $about] $variant,)+ }

        impl TargetType {
            /// Its name in the record. It is part of what is hashed: it never changes.
            pub const fn stable(self) -> &'static str {
                match self { $(Self::$variant => $stable,)+ }
            }
        }

        impl Described for TargetType {
            const TYPE: &'static str = "TargetType";
            const ABOUT: &'static str = "The type of a thing that an operation touched.";
            fn all() -> &'static [Self] {
                &[$(Self::$variant,)+]
            }
            fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
            fn about(self) -> &'static str {
                match self { $(Self::$variant => $about,)+ }
            }
        }
    };
}

targets! {
    Organization(OrganizationId) = "organization", "ORGANIZATION", "An organization.";
    Client(OrganizationId) = "client", "CLIENT", "A client, as its partner sees it.";
    User(UserId) = "user", "USER", "A user.";
    Domain(DomainId) = "domain", "DOMAIN", "A domain name.";
    Device(DeviceId) = "device", "DEVICE", "A device.";
    Offer(OfferId) = "offer", "OFFER", "An offer.";
    Sending(SendingId) = "sending", "SENDING", "An offer that was sent to an address.";
    Grant(GrantId) = "grant", "GRANT", "A grant.";
    Service(ServiceId) = "service", "SERVICE", "A service of the catalogue.";
    Plan(PlanId) = "plan", "PLAN", "A plan of the catalogue.";
    Subscription(SubscriptionId) = "subscription", "SUBSCRIPTION", "A subscription to a plan.";
    Delivery(OutboxId) = "delivery", "DELIVERY", "A delivery, such as a mail.";
    Recovery(RecoveryId) = "recovery", "RECOVERY", "A recovery of a global admin.";
}

impl From<Target> for TargetRef {
    fn from(target: Target) -> Self {
        Self {
            kind: target.kind().stable().to_owned(),
            id: target.uuid(),
        }
    }
}

impl TargetRef {
    /// The thing; `None` where its type is not known here.
    pub fn target(&self) -> Option<Target> {
        Target::of(&self.kind, self.id)
    }
}
