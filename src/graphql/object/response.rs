//! Responses.

use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::{
    ids::ResponseId,
    response,
    states::{Answer, OfferPart},
};

use super::{OfferItem, OrganizationCard, Plan};
use crate::{
    domain::{values::id::GlobalId, visibility},
    graphql::{
        context::Ask,
        enums::E,
        loader::{CardKey, ItemsKey},
    },
    store::{directory, offers, responses},
};

/// One client's answer to one revision of an offer.
#[derive(Description)]
pub struct Response(pub response::Model);

impl Response {
    /// One of the viewer's own organization, from either side; `None` otherwise.
    pub async fn find(ctx: &Context<'_>, id: ResponseId) -> Result<Option<Self>> {
        let row = responses::find(ctx.app().db.read(), &ctx.own()?, id).await?;
        Ok(row.map(Self))
    }
}

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

    /// The client that answered.
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
        let items = ctx.session().anew.load_one(ItemsKey(self.0.id)).await?;
        let items = items
            .unwrap_or_default()
            .into_iter()
            .map(|(item, plan)| OfferItem {
                plan: Plan::new(plan),
                seats: item.seats,
                most_seats: None,
            });
        Ok(Some(items.collect()))
    }

    /// The name of the user who answered for the client; null for all viewers but the client's own users.
    async fn answered_by(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let own = visibility::own(ctx.viewer()?);
        if own.account() != self.0.client_id {
            return Ok(None);
        }
        let user = directory::find(ctx.app().db.read(), &own, self.0.answered_by).await?;
        Ok(user.map(|user| user.display_name))
    }

    /// The partner's own words in the revision that was answered; null if there were none.
    async fn message(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(offers::message(ctx.app().db.read(), &self.0).await?)
    }

    /// The client's own words to the partner with the answer; null if there are none.
    async fn reply(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// When it was answered.
    async fn answered_at(&self) -> DateTime<Utc> {
        self.0.answered_at
    }
}
