//! Licences: seats of subscriptions that users have.

use async_graphql::{Description, ID, Object};
use chrono::{DateTime, Utc};

use super::Plan;
use crate::{domain::values::id::GlobalId, store::licences::Row};

/// A seat of a subscription that a user has.
#[derive(Description)]
pub struct Licence(pub Row);

#[Object(use_type_description)]
impl Licence {
    /// Opaque id of the subscription.
    async fn subscription_id(&self) -> ID {
        GlobalId::Subscription(self.0.subscription.id)
            .encode()
            .into()
    }

    /// The subscription's plan.
    async fn plan(&self) -> Plan {
        Plan::new(self.0.plan.clone())
    }

    /// When it was assigned.
    async fn assigned_at(&self) -> DateTime<Utc> {
        self.0.licence.assigned_at
    }
}
