//! Offers as the partner sees its own.

use std::collections::HashMap;

use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::{
    ids::{OfferId, SendingId},
    offer_item, offer_sending,
    states::{DelegatedRole, OfferKind},
};

use super::{Plan, Price, Response};
use crate::{
    domain::{
        offer::{Item, OfferState},
        values::id::GlobalId,
        visibility::PartnerScope,
    },
    error::Error,
    graphql::{
        bring,
        context::Ask,
        enums::E,
        loader::NoticesKey,
        page::{self, Paged},
        scalar::Duration,
    },
    store::{offers, page::Slice, responses, sendings},
    words::{
        self, Spoken,
        offer_text::{OfferText, Texts},
    },
};

/// Sent; accepted and declined.
type Counts = (i64, (i64, i64));

async fn counts(
    ctx: &Context<'_>,
    scope: &PartnerScope,
    ids: &[OfferId],
) -> crate::error::Result<HashMap<OfferId, Counts>> {
    let db = ctx.app().db.read();
    let mut answers = responses::counts(db, scope, ids).await?;
    let mut sent = sendings::counts(db, scope, ids).await?;
    let each = ids.iter().map(|id| {
        let sent = sent.remove(id).unwrap_or_default();
        (*id, (sent, answers.remove(id).unwrap_or_default()))
    });
    Ok(each.collect())
}

/// An offer, as its partner sees it.
#[derive(Description)]
pub struct Offer {
    /// The row.
    pub row: offers::Row,
    /// How many addresses it was sent to, and how many clients accepted and declined it, if they were loaded
    /// with its page.
    counts: Option<Counts>,
}

impl Offer {
    /// An offer that is not loaded with a page.
    pub fn new(row: offers::Row) -> Self {
        Self { row, counts: None }
    }

    /// One of the viewer's own organization; `None` otherwise.
    pub async fn find(ctx: &Context<'_>, id: OfferId) -> Result<Option<Self>> {
        let row = offers::find(ctx.app().db.read(), &ctx.own()?, id).await?;
        Ok(row.map(Self::new))
    }

    /// The offers of a page, with their statistics if the query asks for them: one statement for all.
    pub async fn page(
        ctx: &Context<'_>,
        scope: &PartnerScope,
        slice: Slice<offers::Row>,
    ) -> crate::error::Result<Slice<Self>> {
        if !page::asked(ctx, "statistics") {
            return Ok(slice.map(Self::new));
        }
        let ids: Vec<_> = slice.rows.iter().map(|row| row.offer.id).collect();
        let mut counts = counts(ctx, scope, &ids).await?;
        Ok(slice.map(|row| Self {
            counts: Some(counts.remove(&row.offer.id).unwrap_or_default()),
            row,
        }))
    }

    fn write(&self, ctx: &Context<'_>, language: Option<Spoken>) -> Result<Texts> {
        let (row, items) = (&self.row, self.row.offered().collect::<Vec<_>>());
        let url = url(ctx, &row.offer.token);
        let text = OfferText::of(
            language.map_or_else(|| words::of_offer(&row.offer), Spoken::words),
            &ctx.viewer()?.organization_name,
            (&row.offer, &row.revision),
            &items,
            ctx.app().config.times.trial_days,
            &url,
        );
        Ok(text.write().map_err(Error::internal)?)
    }
}

pub(super) fn items(row: &offers::Row) -> Vec<OfferItem> {
    let items = row.items.iter().map(|(item, plan)| OfferItem {
        plan: Plan::new(plan.clone()),
        seats: item.seats,
        most_seats: Some(offered(item).most(row.offer.kind == OfferKind::Trial)),
    });
    items.collect()
}

fn offered(item: &offer_item::Model) -> Item {
    Item {
        plan: item.plan_id,
        seats: item.seats,
        most: item.most_seats,
    }
}

/// A plan with its seats, in an offer or in an answer.
#[derive(async_graphql::SimpleObject)]
pub struct OfferItem {
    /// The plan.
    pub plan: Plan,
    /// How many seats.
    pub seats: i32,
    /// The most seats that a client takes by the offer; null in an answer.
    pub most_seats: Option<i32>,
}

/// Texts of an offer, ready to copy.
#[derive(async_graphql::SimpleObject)]
pub struct OfferTexts {
    /// The subject of an email.
    subject: String,
    /// Plain text.
    plain: String,
    /// HTML: paragraphs, lists, and one link.
    html: String,
    /// One line, for a chat or a signature.
    short: String,
}

/// An address that the server sent an offer to, and when.
#[derive(async_graphql::SimpleObject)]
#[graphql(complex)]
pub struct OfferSending {
    #[graphql(skip)]
    row: SendingId,
    /// The email address.
    address: String,
    /// When it was sent.
    sent_at: DateTime<Utc>,
    /// When the mail server said for good that it takes no mail for the address; null if it never said so. Make sure that
    /// the address is right.
    refused_at: Option<DateTime<Utc>>,
}

impl From<offer_sending::Model> for OfferSending {
    fn from(row: offer_sending::Model) -> Self {
        Self {
            row: row.id,
            address: row.address,
            sent_at: row.sent_at,
            refused_at: row.refused_at,
        }
    }
}

#[async_graphql::ComplexObject]
impl OfferSending {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        GlobalId::Sending(self.row).encode().into()
    }
}

impl OfferSending {
    /// One of the viewer's organization; `None` otherwise.
    pub async fn find(ctx: &Context<'_>, id: SendingId) -> Result<Option<Self>> {
        let Some(scope) = ctx.partner_scope()? else {
            return Ok(None);
        };
        let row = sendings::one(ctx.app().db.read(), &scope, id).await?;
        Ok(row.map(Self::from))
    }
}

/// How often an offer was sent, opened and answered.
#[derive(async_graphql::SimpleObject)]
pub struct OfferStatistics {
    /// To how many addresses the server sent it.
    sent: i64,
    /// How often its page was opened without a sign-in, a few times at most from one address within a minute. Programs that
    /// say that they are one, such as scanners of mail, are not counted; others cannot be told from people.
    opened: i64,
    /// How many clients accepted it, by their latest answer.
    accepted: i64,
    /// How many clients declined it, by their latest answer.
    declined: i64,
}

/// The URL of an offer.
pub fn url(ctx: &Context<'_>, token: &str) -> String {
    format!("{}/offers/{token}", ctx.app().config.http.public_url)
}

#[Object(use_type_description)]
impl Offer {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        GlobalId::Offer(self.row.offer.id).encode().into()
    }

    /// What it proposes.
    async fn kind(&self) -> E<OfferKind> {
        E(self.row.offer.kind)
    }

    /// The URL to send to clients: the same for all of them.
    async fn url(&self, ctx: &Context<'_>) -> String {
        url(ctx, &self.row.offer.token)
    }

    /// The token, which answers name: the unguessable last part of the URL.
    async fn token(&self) -> &str {
        &self.row.offer.token
    }

    /// Number of the current revision.
    async fn revision(&self) -> i32 {
        self.row.revision.revision
    }

    /// SHA-256 over the canonical form of the current revision, hex.
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

    /// The partner's own words; null if there are none.
    async fn message(&self) -> Option<&str> {
        self.row.revision.message.as_deref()
    }

    /// Addresses that get an email for each response, besides its maker.
    async fn notify(&self, ctx: &Context<'_>) -> Result<Option<Vec<String>>> {
        let notices = ctx
            .session()
            .loader
            .load_one(NoticesKey(self.row.offer.id))
            .await?;
        Ok(Some(notices.unwrap_or_default()))
    }

    /// Plain text, ready to copy into an email, a document or a web page.
    async fn plain_text(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(Some(self.write(ctx, None)?.plain))
    }

    /// Texts that are ready to copy, each with the offer's URL, in the offer's language or another.
    async fn texts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language. If left out: the offer's.")] language: Option<E<Spoken>>,
    ) -> Result<Option<OfferTexts>> {
        let texts = self.write(ctx, language.map(|language| language.0))?;
        Ok(Some(OfferTexts {
            subject: texts.subject,
            plain: texts.plain,
            html: texts.html,
            short: texts.short,
        }))
    }

    /// What its seats cost together, for each currency and length of time; empty for a trial, or if one has no price.
    async fn totals(&self) -> Vec<Price> {
        self.row.totals().into_iter().map(Price).collect()
    }

    /// The language of its texts.
    async fn language(&self) -> E<Spoken> {
        E(Spoken::of(self.row.offer.language.as_ref()))
    }

    /// Whether it can be answered.
    async fn state(&self, ctx: &Context<'_>) -> E<OfferState> {
        E(self.row.state(ctx.app().now()))
    }

    /// Whether it asks for delegated administration.
    async fn delegation(&self) -> bool {
        self.row.delegation()
    }

    /// The subscriptions that it proposes.
    async fn items(&self) -> Vec<OfferItem> {
        items(&self.row)
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

    /// When the offer expires: it cannot be answered from then on. Null if it never expires.
    async fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.row.offer.expires_at
    }

    /// When it was withdrawn; null when it was not.
    async fn withdrawn_at(&self) -> Option<DateTime<Utc>> {
        self.row.offer.withdrawn_at
    }

    /// How often it was sent, opened and answered.
    async fn statistics(&self, ctx: &Context<'_>) -> Result<Option<OfferStatistics>> {
        let (sent, (accepted, declined)) = match self.counts {
            Some(counts) => counts,
            None => {
                let Some(scope) = ctx.partner_scope()? else {
                    return Ok(None);
                };
                let ids = [self.row.offer.id];
                let mut counts = counts(ctx, &scope, &ids).await?;
                counts.remove(&self.row.offer.id).unwrap_or_default()
            }
        };
        Ok(Some(OfferStatistics {
            sent,
            opened: self.row.offer.opened.unwrap_or_default(),
            accepted,
            declined,
        }))
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.offer.created_at
    }

    /// Addresses that the server sent it to, newest first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn sendings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
    ) -> Result<Option<Paged<OfferSending>>> {
        let page = page::page(ctx, first, after)?;
        let Some(scope) = ctx.partner_scope()? else {
            return Ok(None);
        };
        let slice = sendings::list(ctx.app().db.read(), &scope, self.row.offer.id, page).await?;
        let slice = slice.map(OfferSending::from);
        Ok(Some(page::paged(slice, page, |sending| sending.row.0)))
    }

    /// Answers to it, newest first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn responses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
    ) -> Result<Option<Paged<Response>>> {
        let page = page::page(ctx, first, after)?;
        let Some(scope) = ctx.partner_scope()? else {
            return Ok(None);
        };
        let slice = responses::list(ctx.app().db.read(), &scope, self.row.offer.id, page).await?;
        let clients = slice.rows.iter().map(|row| row.client_id).collect();
        bring::cards(ctx, clients).await?;
        Ok(Some(page::paged(slice.map(Response), page, |response| {
            response.0.id.0
        })))
    }
}
