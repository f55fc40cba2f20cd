//! Responses.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::{response, states::Answer};

use super::OrganizationCard;
use crate::{
    domain::values::id::GlobalId,
    graphql::{context::Ask, enums::E, loader::CardKey},
};

/// One client's answer to one revision of an offer.
pub struct Response(pub response::Model);

/// One client's answer to one revision of an offer.
#[Object]
impl Response {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        GlobalId::Response(self.0.id).encode().into()
    }

    /// The answer.
    async fn answer(&self) -> E<Answer> {
        E(self.0.answer)
    }

    /// The revision that was answered.
    async fn revision(&self) -> i32 {
        self.0.revision
    }

    /// Who answered.
    async fn client(&self, ctx: &Context<'_>) -> Result<Option<OrganizationCard>> {
        let card = ctx
            .session()
            .loader
            .load_one(CardKey(self.0.client_id))
            .await?;
        Ok(card.map(OrganizationCard))
    }

    /// Why, in the client's own words; null where it said nothing.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// When.
    async fn answered_at(&self) -> DateTime<Utc> {
        self.0.answered_at
    }
}
