//! Services of the platform's catalogue.

use async_graphql::{Description, ID, Object};
use entity::service;

use crate::domain::values::id::GlobalId;

/// A service that plans hold.
#[derive(Description)]
pub struct Service(pub service::Model);

#[Object(use_type_description)]
impl Service {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        GlobalId::Service(self.0.id).encode().into()
    }

    /// Stable name.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Name for people to read.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Where it is administered.
    async fn url(&self) -> &str {
        &self.0.url
    }

    /// Whether delegates may administer it; device management is not for them.
    async fn delegates_may_administer(&self) -> bool {
        self.0.delegable
    }
}
