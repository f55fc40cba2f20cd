//! Responses.

use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::{
    response,
    states::{Answer, OfferPart},
};

use super::{OfferItem, OrganizationCard, Plan};
use crate::{
    domain::{values::id::GlobalId, visibility},
    graphql::{context::Ask, enums::E, loader::CardKey},
    store::{directory, offers, responses},
};

/// One client's answer to one revision of an offer.
#[derive(Description)]
pub struct Response(pub response::Model);

#[Object(use_type_description)]
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

    /// The parts that were taken; empty for a refusal.
    async fn accepted_parts(&self) -> Vec<E<OfferPart>> {
        let delegation = self.0.delegation_taken.unwrap_or(self.0.grant_id.is_some());
        let items = self.0.items_taken.unwrap_or_default();
        let parts = [
            (OfferPart::Subscriptions, items),
            (OfferPart::Delegation, delegation),
        ];
        let taken = parts.into_iter().filter(|(_, taken)| *taken);
        taken.map(|(part, _)| E(part)).collect()
    }

    /// The subscriptions that were taken.
    async fn items(&self, ctx: &Context<'_>) -> Result<Option<Vec<OfferItem>>> {
        if self.0.items_taken != Some(true) {
            return Ok(Some(Vec::new()));
        }
        let items = responses::items(ctx.app().db.read(), self.0.id).await?;
        let items = items.into_iter().map(|(item, plan)| OfferItem {
            plan: Plan::new(plan),
            seats: item.seats,
        });
        Ok(Some(items.collect()))
    }

    /// The name of who answered for the client; null for all but the client's own users.
    async fn answered_by(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let own = visibility::own(ctx.viewer()?);
        if own.account() != self.0.client_id {
            return Ok(None);
        }
        let user = directory::find(ctx.app().db.read(), &own, self.0.answered_by).await?;
        Ok(user.map(|user| user.display_name))
    }

    /// The offer's words to the client, as they were answered; null where there are none.
    async fn message(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let (offer, revision) = (self.0.offer_id, self.0.revision);
        Ok(offers::message(ctx.app().db.read(), offer, revision).await?)
    }

    /// Why, in the client's own words; null where it said nothing.
    async fn reply(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// When.
    async fn answered_at(&self) -> DateTime<Utc> {
        self.0.answered_at
    }
}
