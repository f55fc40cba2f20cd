//! Deliveries, as operators see them: their state, not what they say nor to whom they go.

use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::{ids::OutboxId, outbox::Model};

use crate::{
    domain::{
        delivery::{Delivery as Payload, DeliveryState},
        values::id::GlobalId,
        visibility,
    },
    graphql::{context::Ask, enums::E},
    store::outbox,
};

/// Something that the server delivers, such as a mail.
#[derive(Description)]
pub struct Delivery(pub Model);

impl Delivery {
    /// One of the platform's, to operators; `None` otherwise.
    pub async fn find(ctx: &Context<'_>, id: OutboxId) -> Result<Option<Self>> {
        let Some(scope) = visibility::platform(ctx.viewer()?) else {
            return Ok(None);
        };
        let row = outbox::find(ctx.app().db.read(), &scope, id).await?;
        Ok(row.map(Self))
    }
}

#[Object(use_type_description)]
impl Delivery {
    /// Opaque id; also the part of the mail's `Message-ID` before the @, as a UUID.
    pub async fn id(&self) -> ID {
        GlobalId::Delivery(self.0.id).encode().into()
    }

    /// Its state.
    async fn state(&self) -> E<DeliveryState> {
        E(match (self.0.done_at, self.0.dead_at) {
            (Some(_), _) => DeliveryState::Done,
            (None, Some(_)) => DeliveryState::GivenUp,
            (None, None) => DeliveryState::Waiting,
        })
    }

    /// What is delivered, without the addressee.
    async fn what(&self) -> Option<&'static str> {
        let payload: Option<Payload> = serde_json::from_str(&self.0.payload).ok();
        payload.map(|payload| payload.what())
    }

    /// When it was asked for.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it is tried next; null if it is not tried again.
    async fn due_at(&self) -> Option<DateTime<Utc>> {
        let open = self.0.done_at.is_none() && self.0.dead_at.is_none();
        open.then_some(self.0.due_at)
    }

    /// How often it was tried.
    async fn attempts(&self) -> i32 {
        self.0.attempts
    }

    /// Why the last attempt failed, as the mail server said it; null if none failed.
    async fn last_error(&self) -> Option<&str> {
        self.0.last_error.as_deref()
    }
}
