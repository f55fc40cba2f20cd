//! The ids of the API: opaque, and each names its type.
//!
//! An id is base64url over one byte for the type and the 16 bytes of the UUID.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::ids::{
    DeviceId, DomainId, GrantId, OfferId, OperationId, OrganizationId, OutboxId, PlanId,
    RecoveryId, ResponseId, SendingId, ServiceId, SubscriptionId, UserId,
};
use uuid::Uuid;

use super::text;

macro_rules! global_ids {
    ($($variant:ident($id:ident) = $byte:literal),+ $(,)?) => {
        /// An id as the API gives and takes it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum GlobalId { $(#[doc = stringify!($variant)] $variant($id)),+ }

        impl GlobalId {
            /// The opaque text.
            pub fn encode(self) -> String {
                let (tag, id): (u8, Uuid) = match self { $(Self::$variant(id) => ($byte, id.0)),+ };
                let mut bytes = [0; 17];
                let (first, rest) = bytes.split_at_mut(1);
                first.fill(tag);
                rest.copy_from_slice(id.as_bytes());
                URL_SAFE_NO_PAD.encode(bytes)
            }

            /// The id without its type.
            pub fn uuid(self) -> Uuid {
                match self { $(Self::$variant(id) => id.0),+ }
            }

            /// The id behind an opaque text; `None` when it is not one.
            pub fn decode(text: &str) -> Option<Self> {
                let text = text::trimmed(text);
                if text.len() != 23 {
                    return None;
                }
                let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
                let (tag, id) = bytes.split_first()?;
                let id = Uuid::from_slice(id).ok()?;
                match tag { $($byte => Some(Self::$variant($id(id))),)+ _ => None }
            }
        }
    };
}

global_ids! {
    Organization(OrganizationId) = 1,
    Client(OrganizationId) = 2,
    User(UserId) = 3,
    Domain(DomainId) = 4,
    Device(DeviceId) = 5,
    Offer(OfferId) = 6,
    Response(ResponseId) = 7,
    Grant(GrantId) = 8,
    Operation(OperationId) = 9,
    Service(ServiceId) = 10,
    Plan(PlanId) = 11,
    Subscription(SubscriptionId) = 12,
    Delivery(OutboxId) = 13,
    Recovery(RecoveryId) = 14,
    Sending(SendingId) = 15,
}

impl GlobalId {
    /// The organization meant: as one's own, or as a client.
    pub fn account(self) -> Option<OrganizationId> {
        match self {
            Self::Organization(id) | Self::Client(id) => Some(id),
            _ => None,
        }
    }
}

/// An id of a table that an id of the API can be turned into.
pub trait FromGlobal: Sized {
    /// The id, if it is of this type.
    fn from_global(id: GlobalId) -> Option<Self>;
}

macro_rules! from_global {
    ($($id:ident: $variant:ident;)+) => {
        $(impl FromGlobal for $id {
            fn from_global(id: GlobalId) -> Option<Self> {
                match id {
                    GlobalId::$variant(id) => Some(id),
                    _ => None,
                }
            }
        })+
    };
}

from_global! {
    UserId: User;
    DomainId: Domain;
    DeviceId: Device;
    OfferId: Offer;
    GrantId: Grant;
    OperationId: Operation;
    ServiceId: Service;
    PlanId: Plan;
    SubscriptionId: Subscription;
    OutboxId: Delivery;
    RecoveryId: Recovery;
}

/// One's own organization, or a client.
impl FromGlobal for OrganizationId {
    fn from_global(id: GlobalId) -> Option<Self> {
        id.account()
    }
}
