//! Subscriptions of organizations to plans.

use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::ids::SubscriptionId;

use super::Plan;
use crate::{
    domain::{values::id::GlobalId, visibility::Scope},
    graphql::{
        context::Ask,
        page::{self, Paged},
    },
    store::{
        page::{Page, Slice},
        scopes::Inside,
        subscriptions::{self, Row},
    },
};

/// An organization's subscription to a plan, with its seats.
#[derive(Description)]
pub struct PlanSubscription(pub Row);

impl PlanSubscription {
    /// One that the viewer may see; `None` otherwise.
    pub async fn find(ctx: &Context<'_>, id: SubscriptionId) -> Result<Option<Self>> {
        match ctx.scope_around(Inside::Subscription(id)).await? {
            Some(scope) => Self::within(ctx, &scope, id).await,
            None => Ok(None),
        }
    }

    /// One of an account, as far as the scope shows it.
    pub async fn within(
        ctx: &Context<'_>,
        scope: &Scope,
        id: SubscriptionId,
    ) -> Result<Option<Self>> {
        let row = subscriptions::find(ctx.app().db.read(), scope, id).await?;
        Ok(row.map(Self))
    }

    /// Those of an account, as far as the scope shows them.
    pub async fn list(ctx: &Context<'_>, scope: &Scope, page: Page) -> Result<Option<Paged<Self>>> {
        let slice = subscriptions::list(ctx.app().db.read(), scope, page).await?;
        Ok(Some(Self::connection(slice, page)))
    }

    /// The connection of a page of rows.
    pub fn connection(slice: Slice<Row>, page: Page) -> Paged<Self> {
        page::paged(slice.map(Self), page, |one| one.0.subscription.id.0)
    }
}

#[Object(use_type_description)]
impl PlanSubscription {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        GlobalId::Subscription(self.0.subscription.id)
            .encode()
            .into()
    }

    /// The plan.
    async fn plan(&self) -> Plan {
        Plan::new(self.0.plan.clone())
    }

    /// How many seats it has: so many users can have a licence of it.
    async fn seats(&self) -> i32 {
        self.0.subscription.seats
    }

    /// How many of its seats are assigned to users.
    async fn assigned_seats(&self) -> i64 {
        self.0.assigned
    }

    /// Whether it runs now.
    async fn running(&self, ctx: &Context<'_>) -> bool {
        subscriptions::runs(&self.0.subscription, ctx.app().now())
    }

    /// Whether it is a trial, which ends with its term and is not continued.
    async fn trial(&self) -> bool {
        self.0.subscription.trial.unwrap_or_default()
    }

    /// When it began.
    async fn starts_at(&self) -> DateTime<Utc> {
        self.0.subscription.starts_at
    }

    /// When its term ends.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.0.subscription.expires_at
    }

    /// When it was ended before its term; null when it was not.
    async fn ended_at(&self) -> Option<DateTime<Utc>> {
        self.0.subscription.ended_at
    }
}
