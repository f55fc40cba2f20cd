//! Offers: as the partner sees its own, and as anyone sees it who has the URL.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::states::{DelegatedRole, OfferKind};

use super::{OrganizationCard, Response};
use crate::{
    domain::{offer, values::id::GlobalId},
    graphql::{
        context::Ask,
        enums::E,
        loader::{CardKey, NoticesKey, bring_cards},
        page::{self, Paged},
        scalar::Duration,
    },
    store::{offers, organizations, responses},
};

/// An offer, as its partner sees it.
pub struct Offer(pub offers::Row);

/// The URL of an offer.
pub fn url(ctx: &Context<'_>, token: &str) -> String {
    format!("{}/offers/{token}", ctx.app().config.http.public_url)
}

/// An offer, as its partner sees it.
#[Object]
impl Offer {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        GlobalId::Offer(self.0.offer.id).encode().into()
    }

    /// What it proposes.
    async fn kind(&self) -> E<OfferKind> {
        E(self.0.offer.kind)
    }

    /// The URL to send to clients: the same for all of them.
    async fn url(&self, ctx: &Context<'_>) -> String {
        url(ctx, &self.0.offer.token)
    }

    /// The unguessable part of the URL: what answers name.
    async fn token(&self) -> &str {
        &self.0.offer.token
    }

    /// Number of the current revision.
    async fn revision(&self) -> i32 {
        self.0.revision.revision
    }

    /// SHA-256 over the canonical form of the current revision, hex.
    async fn digest(&self) -> &str {
        &self.0.revision.digest
    }

    /// The most that it asks for.
    async fn role_cap(&self) -> E<DelegatedRole> {
        E(self.0.revision.role_cap)
    }

    /// The term that it asks for, counted from acceptance.
    async fn term(&self) -> Duration {
        Duration(self.0.revision.term.clone())
    }

    /// The partner's own words; null where there are none.
    async fn message(&self) -> Option<&str> {
        self.0.revision.message.as_deref()
    }

    /// Addresses that get an email for each response, besides its maker.
    async fn notify(&self, ctx: &Context<'_>) -> Result<Option<Vec<String>>> {
        let notices = ctx
            .session()
            .loader
            .load_one(NoticesKey(self.0.offer.id))
            .await?;
        Ok(Some(notices.unwrap_or_default()))
    }

    /// Plain text, ready to copy into an email, a document or a web page.
    async fn plain_text(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let revision = &self.0.revision;
        Ok(Some(offer::plain_text(
            &ctx.viewer()?.organization_name,
            revision.role_cap,
            &revision.term,
            revision.message.as_deref(),
            &url(ctx, &self.0.offer.token),
        )))
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.offer.created_at
    }

    /// Answers to it, newest first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn responses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
    ) -> Result<Option<Paged<Response>>> {
        let page = page::page(ctx, first, after)?;
        let Some(scope) = ctx.partner_scope()? else {
            return Ok(None);
        };
        let slice = responses::list(ctx.app().db.read(), &scope, self.0.offer.id, page).await?;
        let clients = slice.rows.iter().map(|row| row.client_id).collect();
        bring_cards(ctx, clients).await?;
        Ok(Some(page::connection(
            slice.map(Response),
            page,
            |response| response.0.id.0,
        )))
    }
}

/// What an offer asks for, as anyone reads it who has its URL.
pub struct OfferPreview {
    /// The offer.
    pub row: offers::Row,
    /// Who asks.
    pub partner: organizations::Row,
}

impl OfferPreview {
    /// The offer behind the unguessable part of a URL; `None` when there is none.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn find(ctx: &Context<'_>, token: &str) -> Result<Option<Self>> {
        let Some(row) = offers::by_token(ctx.app().db.read(), token).await? else {
            return Ok(None);
        };
        let partner = ctx
            .session()
            .loader
            .load_one(CardKey(row.offer.partner_id))
            .await?;
        Ok(partner.map(|partner| Self { row, partner }))
    }
}

/// What an offer asks for, as anyone reads it who has its URL.
#[Object]
impl OfferPreview {
    /// Who asks.
    async fn partner(&self) -> OrganizationCard {
        OrganizationCard(self.partner.clone())
    }

    /// What it proposes.
    async fn kind(&self) -> E<OfferKind> {
        E(self.row.offer.kind)
    }

    /// Number of the current revision: an answer names it.
    async fn revision(&self) -> i32 {
        self.row.revision.revision
    }

    /// SHA-256 over the canonical form of the current revision, hex: an answer names it.
    async fn digest(&self) -> &str {
        &self.row.revision.digest
    }

    /// The most that it asks for.
    async fn role_cap(&self) -> E<DelegatedRole> {
        E(self.row.revision.role_cap)
    }

    /// The term that it asks for, counted from acceptance.
    async fn term(&self) -> Duration {
        Duration(self.row.revision.term.clone())
    }

    /// The partner's own words; null where there are none.
    async fn message(&self) -> Option<&str> {
        self.row.revision.message.as_deref()
    }

    /// Whether it can be accepted now: the partner's certification is current.
    async fn acceptable(&self) -> bool {
        self.partner.state().is_current()
    }

    /// What the partner's users may do with the delegated role FULL.
    async fn full_may(&self) -> Vec<&'static str> {
        offer::may_do(DelegatedRole::Full)
    }

    /// What the partner's users may do with the delegated role LIMITED.
    async fn limited_may(&self) -> Vec<&'static str> {
        offer::may_do(DelegatedRole::Limited)
    }

    /// What no delegate ever does, whatever its role.
    async fn never(&self) -> Vec<&'static str> {
        offer::never_done()
    }
}
