//! Plans of the platform's catalogue.

use async_graphql::{Context, Description, ID, Object, Result};
use entity::{ids::PlanId, plan, service};

use super::Service;
use crate::{
    domain::values::{self, id::GlobalId},
    graphql::{context::Ask, page, scalar::Duration},
    store::{page::Slice, plans},
};

/// A plan that organizations subscribe to.
#[derive(Description)]
pub struct Plan {
    /// The row.
    pub row: plan::Model,
    /// Its services, if they were loaded with its page.
    pub services: Option<Vec<service::Model>>,
    /// Where it is sold, if that was loaded with its page.
    pub locations: Option<Vec<String>>,
}

impl Plan {
    /// A plan that is not loaded with a page.
    pub fn new(row: plan::Model) -> Self {
        Self {
            row,
            services: None,
            locations: None,
        }
    }

    /// One of the catalogue.
    pub async fn find(ctx: &Context<'_>, id: PlanId) -> Result<Option<Self>> {
        let mut rows = plans::plans_of(ctx.app().db.read(), &[id]).await?;
        Ok(rows.remove(&id).map(Self::new))
    }

    /// The plans of a page, with services and locations if the query asks for them: one statement for each of
    /// these.
    pub async fn page(
        ctx: &Context<'_>,
        slice: Slice<plan::Model>,
    ) -> crate::error::Result<Slice<Self>> {
        let ids: Vec<_> = slice.rows.iter().map(|row| row.id).collect();
        let db = ctx.app().db.read();
        let mut services = match page::asked(ctx, "services") {
            true => Some(plans::services_of(db, &ids).await?),
            false => None,
        };
        let mut locations = match page::asked(ctx, "locations") {
            true => Some(plans::locations_of(db, &ids).await?),
            false => None,
        };
        Ok(slice.map(|row| Self {
            services: services
                .as_mut()
                .map(|all| all.remove(&row.id).unwrap_or_default()),
            locations: locations
                .as_mut()
                .map(|all| all.remove(&row.id).unwrap_or_default()),
            row,
        }))
    }
}

/// An amount of money for a length of time.
#[derive(Description)]
pub struct Price(pub values::Price);

#[Object(use_type_description)]
impl Price {
    /// A decimal number of the currency's units, such as `12.50`.
    async fn amount(&self) -> String {
        self.0.amount()
    }

    /// The currency, by its three letters of ISO 4217.
    async fn currency(&self) -> &str {
        self.0.currency()
    }

    /// For how long it is paid.
    async fn per(&self) -> Duration {
        Duration(self.0.per().text())
    }
}

#[Object(use_type_description)]
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

    /// Seats of a subscription, unless another number is given.
    async fn seats(&self) -> i32 {
        self.row.seats
    }

    /// What it costs, for people to read; null if the catalogue does not say.
    async fn price(&self) -> Option<&str> {
        self.row.price.as_deref()
    }

    /// What one seat costs, in numbers; null if the catalogue does not say.
    async fn seat_price(&self) -> Option<Price> {
        plans::seat_price(&self.row).map(Price)
    }

    /// Where it is sold: two-letter country codes of ISO 3166-1; empty if it is sold everywhere.
    async fn locations(&self, ctx: &Context<'_>) -> Result<Option<Vec<String>>> {
        if let Some(locations) = &self.locations {
            return Ok(Some(locations.clone()));
        }
        let ids = [self.row.id];
        let mut locations = plans::locations_of(ctx.app().db.read(), &ids).await?;
        Ok(Some(locations.remove(&self.row.id).unwrap_or_default()))
    }

    /// The services that it includes, by name.
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
