//! Managed devices.

use async_graphql::{Description, ID, Object};
use chrono::{DateTime, Utc};
use entity::device;

use crate::domain::values::id::GlobalId;

/// A managed device of an organization.
#[derive(Description)]
pub struct Device(pub device::Model);

#[Object(use_type_description)]
impl Device {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        GlobalId::Device(self.0.id).encode().into()
    }

    /// Name for people to read.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// When it was registered.
    async fn registered_at(&self) -> DateTime<Utc> {
        self.0.registered_at
    }

    /// When it was retired; null while it is in use.
    async fn retired_at(&self) -> Option<DateTime<Utc>> {
        self.0.retired_at
    }

    /// When it was asked to erase itself; null when it was not.
    async fn wipe_requested_at(&self) -> Option<DateTime<Utc>> {
        self.0.wipe_requested_at
    }
}
