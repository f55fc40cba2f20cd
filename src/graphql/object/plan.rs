//! Plans of the platform's catalogue.

use async_graphql::{Context, ID, Object, Result};
use entity::{plan, service};

use super::Service;
use crate::{
    domain::values::id::GlobalId,
    graphql::{context::Ask, page, scalar::Duration},
    store::{page::Slice, plans},
};

/// A plan that organizations subscribe to.
pub struct Plan {
    /// The row.
    pub row: plan::Model,
    /// Its services, where the page that it is on brought them.
    pub services: Option<Vec<service::Model>>,
}

impl Plan {
    /// A plan found alone.
    pub fn new(row: plan::Model) -> Self {
        Self {
            row,
            services: None,
        }
    }

    /// The plans of a page, with their services where they are asked for: one statement for all.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn page(
        ctx: &Context<'_>,
        slice: Slice<plan::Model>,
    ) -> crate::error::Result<Slice<Self>> {
        if !page::asked(ctx, "services") {
            return Ok(slice.map(Self::new));
        }
        let ids: Vec<_> = slice.rows.iter().map(|row| row.id).collect();
        let mut services = plans::services_of(ctx.app().db.read(), &ids).await?;
        Ok(slice.map(|row| Self {
            services: Some(services.remove(&row.id).unwrap_or_default()),
            row,
        }))
    }
}

/// A plan that organizations subscribe to.
#[Object]
impl Plan {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        GlobalId::Plan(self.row.id).encode().into()
    }

    /// Stable name.
    async fn slug(&self) -> &str {
        &self.row.slug
    }

    /// Name for people to read.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// How long a subscription runs.
    async fn term(&self) -> Duration {
        Duration(self.row.term.clone())
    }

    /// Seats of a subscription where nothing else was said.
    async fn seats(&self) -> i32 {
        self.row.seats
    }

    /// The services that it holds, by name.
    async fn services(&self, ctx: &Context<'_>) -> Result<Option<Vec<Service>>> {
        let services = match &self.services {
            Some(services) => services.clone(),
            None => {
                let ids = [self.row.id];
                let mut services = plans::services_of(ctx.app().db.read(), &ids).await?;
                services.remove(&self.row.id).unwrap_or_default()
            }
        };
        Ok(Some(services.into_iter().map(Service).collect()))
    }
}
