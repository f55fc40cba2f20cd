//! Subscriptions of organizations to plans.

use async_graphql::{Context, Description, ID, Object};
use chrono::{DateTime, Utc};

use super::Plan;
use crate::{
    domain::values::id::GlobalId,
    graphql::context::Ask,
    store::subscriptions::{self, Row},
};

/// An organization's subscription to a plan, with its seats.
#[derive(Description)]
pub struct PlanSubscription(pub Row);

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

    /// How many users can have a licence of it.
    async fn seats(&self) -> i32 {
        self.0.subscription.seats
    }

    /// How many users have one.
    async fn assigned_seats(&self) -> i64 {
        self.0.assigned
    }

    /// Whether it runs now.
    async fn running(&self, ctx: &Context<'_>) -> bool {
        subscriptions::runs(&self.0.subscription, ctx.app().now())
    }

    /// Whether it is a trial: it ends by itself, and nothing follows it.
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
