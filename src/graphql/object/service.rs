//! Services of the platform's catalogue.

use async_graphql::{Context, Description, ID, Object, Result};
use entity::{ids::ServiceId, service};

use crate::{domain::values::id::GlobalId, graphql::context::Ask, store::plans};

/// A service that plans include.
#[derive(Description)]
pub struct Service(pub service::Model);

impl Service {
    /// One of the catalogue.
    pub async fn find(ctx: &Context<'_>, id: ServiceId) -> Result<Option<Self>> {
        let mut rows = plans::services_by_id(ctx.app().db.read(), &[id]).await?;
        Ok(rows.pop().map(Self))
    }
}

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

    /// Whether delegates may administer it; false for device management.
    async fn delegates_may_administer(&self) -> bool {
        self.0.delegable
    }
}
