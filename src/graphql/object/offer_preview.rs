//! An offer, as anyone who has its URL sees it.

use async_graphql::{Context, Description, Object, Result};
use chrono::{DateTime, Utc};
use entity::states::{DelegatedRole, OfferKind};

use super::{
    OrganizationCard, Price,
    offer::{OfferItem, items},
};
use crate::{
    domain::{
        offer::{self, OfferState},
        reason::Reason,
    },
    error::Error,
    graphql::{context::Ask, enums::E, loader::CardKey, scalar::Duration},
    store::{offers, organizations},
};

/// What an offer asks for, as anyone who has its URL can read it.
#[derive(Description)]
pub struct OfferPreview {
    /// The offer.
    pub row: offers::Row,
    /// The partner that makes the offer.
    pub partner: organizations::Row,
}

impl OfferPreview {
    /// The offer behind the unguessable part of a URL; `None` when there is none.
    pub async fn find(ctx: &Context<'_>, token: &str) -> Result<Option<Self>> {
        let (db, token) = (ctx.app().db.read(), token.into());
        let Some(row) = offers::by_token(db, &token).await? else {
            return match offers::was_replaced(db, &token).await? {
                true => Err(Error::Failed(Reason::OfferReplaced).into()),
                false => Ok(None),
            };
        };
        let partner = ctx
            .session()
            .loader
            .load_one(CardKey(row.offer.partner_id))
            .await?;
        Ok(partner.map(|partner| Self { row, partner }))
    }
}

#[Object(use_type_description)]
impl OfferPreview {
    /// The partner that makes the offer.
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

    /// The most that a delegate may be by this offer; null without delegation.
    async fn role_cap(&self) -> Option<E<DelegatedRole>> {
        let cap = self.row.revision.role_cap;
        self.row.delegation().then_some(E(cap))
    }

    /// The term of the grant that it asks for, counted from acceptance; null without delegation.
    async fn term(&self) -> Option<Duration> {
        let term = &self.row.revision.term;
        self.row.delegation().then(|| Duration(term.clone()))
    }

    /// Whether it asks for delegated administration.
    async fn delegation(&self) -> bool {
        self.row.delegation()
    }

    /// The subscriptions that it proposes.
    async fn items(&self) -> Vec<OfferItem> {
        items(&self.row)
    }

    /// What its seats cost together, for each currency and length of time; empty for a trial, or if one has no price.
    async fn totals(&self) -> Vec<Price> {
        self.row.totals().into_iter().map(Price).collect()
    }

    /// Where the subscriptions are to be used: a two-letter country code of ISO 3166-1; null if the offer does not
    /// say.
    async fn usage_location(&self) -> Option<&str> {
        self.row.revision.usage_location.as_deref()
    }

    /// The office of the partner that makes the offer; null if the offer does not say.
    async fn office(&self) -> Option<&str> {
        self.row.revision.office.as_deref()
    }

    /// Whether it can be answered.
    async fn state(&self, ctx: &Context<'_>) -> E<OfferState> {
        E(self.row.state(ctx.app().now()))
    }

    /// When the offer expires: it cannot be answered from then on. Null if it never expires.
    async fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.row.offer.expires_at
    }

    /// The partner's own words; null if there are none.
    async fn message(&self) -> Option<&str> {
        self.row.revision.message.as_deref()
    }

    /// Whether it can be accepted now: it is open, and the partner's certification is current.
    async fn acceptable(&self, ctx: &Context<'_>) -> bool {
        self.partner.state().is_current() && self.row.state(ctx.app().now()) == OfferState::Open
    }

    /// What the partner's users with the delegated role FULL may do in the client's account.
    async fn full_may(&self) -> Vec<&'static str> {
        offer::may_do(DelegatedRole::Full)
    }

    /// What the partner's users with the delegated role LIMITED may do in the client's account.
    async fn limited_may(&self) -> Vec<&'static str> {
        offer::may_do(DelegatedRole::Limited)
    }

    /// What no delegate may ever do, whatever its role.
    async fn never(&self) -> Vec<&'static str> {
        offer::never_done()
    }
}
