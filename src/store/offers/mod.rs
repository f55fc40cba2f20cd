//! Offers with their revisions and the addresses that are told of responses.

mod maker;
mod write;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    certification, former_token,
    ids::{OfferId, OrganizationId, PlanId},
    offer, offer_item, offer_notice, offer_revision, offer_sending, plan, response,
    states::OfferKind,
    user,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    Select,
    sea_query::{Expr, IntoColumnRef, Query},
};

pub use maker::{MOST, Reach, reach};
pub use write::{
    Edit, NewOffer, Proposed, count_opening, insert, revise, rotate, standing, withdraw,
};

use crate::{
    db::Trusted,
    domain::{
        acceptance::OfferTerms,
        delivery::Addressee,
        offer as offer_form,
        offer::{Item, OfferState, OfferedPlan},
        values::{self, OfferToken, Price, Term},
        visibility::{PartnerScope, Scope, View},
    },
    error::{Error, Result},
    store::{
        act::Act,
        directory, from_rows,
        page::{self, Page, Slice},
        plans,
    },
};

/// An offer with its current revision and what that proposes.
#[derive(Clone, Debug)]
pub struct Row {
    pub offer: offer::Model,
    /// Its current revision.
    pub revision: offer_revision::Model,
    /// Its subscriptions, with their plans.
    pub items: Vec<(offer_item::Model, plan::Model)>,
}

impl Row {
    /// An offer, as needed to decide about an answer to it.
    ///
    /// # Errors
    /// When its term, or one of its numbers, is not valid.
    pub fn to_answer(&self) -> Result<OfferTerms> {
        let term = || {
            Term::try_from(self.revision.term.as_str())
                .map_err(|invalid| Error::internal(anyhow::anyhow!(invalid)))
        };
        let items = self.items.iter().map(|(item, _)| Item {
            plan: item.plan_id,
            seats: item.seats,
            most: item.most_seats,
        });
        Ok(OfferTerms {
            offer: self.offer.id,
            revision: self.revision.revision,
            digest: self.revision.digest.clone().into(),
            delegation: match self.delegation() {
                true => Some((self.revision.role_cap, term()?)),
                false => None,
            },
            trial: self.offer.kind == OfferKind::Trial,
            items: items.collect(),
        })
    }

    /// The unguessable part of its URL.
    pub fn token(&self) -> OfferToken {
        OfferToken::from(self.offer.token.as_str())
    }

    /// Whether it asks for delegated administration.
    pub fn delegation(&self) -> bool {
        self.revision.delegation.unwrap_or(true)
    }

    /// Whether it can be answered at `now`.
    pub fn state(&self, now: DateTime<Utc>) -> OfferState {
        offer_form::state(self.offer.withdrawn_at, self.offer.expires_at, now)
    }

    /// What its subscriptions cost together, with the seats that are proposed.
    pub fn totals(&self) -> Vec<Price> {
        offer_form::total(self.offer.kind, self.offered())
    }

    /// What is offered, for the offer's texts.
    pub fn offered(&self) -> impl Iterator<Item = OfferedPlan<'_>> {
        self.items.iter().map(|(item, plan)| OfferedPlan {
            plan: &plan.name,
            seats: item.seats,
            price: plan.price.as_deref(),
            seat_price: plans::seat_price(plan),
            term: &plan.term,
        })
    }
}

async fn with_revisions<C: ConnectionTrait>(
    conn: &C,
    offers: Vec<offer::Model>,
) -> Result<Vec<Row>> {
    if offers.is_empty() {
        return Ok(Vec::new());
    }
    // The current revision of each, and none of those before.
    let mut of_current = (Condition::any(), Condition::any());
    for offer in &offers {
        let revision = offer_revision::Column::OfferId
            .eq(offer.id)
            .and(offer_revision::Column::Revision.eq(offer.revision));
        let items = offer_item::Column::OfferId
            .eq(offer.id)
            .and(offer_item::Column::Revision.eq(offer.revision));
        of_current = (of_current.0.add(revision), of_current.1.add(items));
    }
    let revisions = offer_revision::Entity::find()
        .filter(of_current.0)
        .all(conn)
        .await?;
    let mut revisions: HashMap<_, _> = revisions
        .into_iter()
        .map(|row| ((row.offer_id, row.revision), row))
        .collect();
    let items = offer_item::Entity::find()
        .filter(of_current.1)
        .order_by_asc(offer_item::Column::PlanId)
        .all(conn)
        .await?;
    let plans: Vec<PlanId> = items.iter().map(|item| item.plan_id).collect();
    let plans = plans::plans_of(conn, &plans).await?;
    let mut by_revision: HashMap<_, Vec<_>> = HashMap::new();
    for item in items {
        if let Some(plan) = plans.get(&item.plan_id) {
            let key = (item.offer_id, item.revision);
            by_revision
                .entry(key)
                .or_default()
                .push((item, plan.clone()));
        }
    }
    Ok(offers
        .into_iter()
        .filter_map(|offer| {
            let key = (offer.id, offer.revision);
            Some(Row {
                revision: revisions.remove(&key)?,
                items: by_revision.remove(&key).unwrap_or_default(),
                offer,
            })
        })
        .collect())
}

/// An offer by the unguessable part of its URL: whoever knows it may read it.
pub async fn by_token<C: ConnectionTrait>(conn: &C, token: &OfferToken) -> Result<Option<Row>> {
    let offer = offer::Entity::find()
        .filter(offer::Column::Token.eq(token.as_str()))
        .one(conn)
        .await?;
    Ok(with_revisions(conn, offer.into_iter().collect())
        .await?
        .pop())
}

/// Whether a token was that of an offer until the partner replaced it.
pub async fn was_replaced<C: ConnectionTrait>(conn: &C, token: &OfferToken) -> Result<bool> {
    let former = former_token::Entity::find_by_id(token.as_str());
    Ok(former.one(conn).await?.is_some())
}

/// The offer that a mail brings.
pub async fn sending<C: Trusted>(conn: &C, sending: &offer_sending::Model) -> Result<Option<Row>> {
    let offer = offer::Entity::find_by_id(sending.offer_id)
        .one(conn)
        .await?;
    Ok(with_revisions(conn, offer.into_iter().collect())
        .await?
        .pop())
}

/// The offer that an act answers, within the act.
pub async fn answered(act: &Act<'_>, token: &OfferToken) -> Result<Row> {
    by_token(act.tx(), token)
        .await?
        .ok_or_else(Error::not_found)
}

/// Whether the certification of the offer's partner is current, within the act.
pub async fn is_certified(act: &Act<'_>, row: &Row) -> Result<bool> {
    let found = certification::Entity::find()
        .filter(certification::Column::OrganizationId.eq(row.offer.partner_id))
        .one(act.tx())
        .await?;
    Ok(from_rows::certification_state(found.as_ref()).is_current())
}

/// The addresses that are told of a response: the creator's contact and those to notify, each once.
pub async fn told(act: &Act<'_>, offer: &offer::Model) -> Result<Vec<Addressee>> {
    let creator = user::Entity::find_by_id(offer.created_by)
        .filter(user::Column::ContactVerifiedAt.is_not_null())
        .filter(user::Column::DeletedAt.is_null())
        .one(act.tx())
        .await?;
    let rows = offer_notice::Entity::find()
        .filter(offer_notice::Column::OfferId.eq(offer.id))
        .all(act.tx())
        .await?;
    let creator = creator.into_iter();
    let mut told: Vec<_> = creator
        .map(|user| Addressee::user(user.id, user.contact))
        .collect();
    for row in rows {
        if !told.iter().any(|one| one.is_at(&row.address)) {
            told.push(Addressee::address(row.address));
        }
    }
    Ok(told)
}

/// One offer of the scope's organization.
pub async fn find<C: ConnectionTrait>(conn: &C, scope: &Scope, id: OfferId) -> Result<Option<Row>> {
    if !scope.sees(View::Offers) {
        return Ok(None);
    }
    let offer = offer::Entity::find_by_id(id)
        .filter(offer::Column::PartnerId.eq(scope.account()))
        .one(conn)
        .await?;
    Ok(with_revisions(conn, offer.into_iter().collect())
        .await?
        .pop())
}

/// Which offers; a field that is `None` does not filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Kinds: any of these.
    pub kinds: Option<Vec<OfferKind>>,
    /// States: any of these.
    pub states: Option<Vec<OfferState>>,
    /// Part of the message, of the office or of a plan's name, in any revision and in any case.
    pub search: Option<String>,
}

impl Filter {
    fn apply(&self, mut query: Select<offer::Entity>, now: DateTime<Utc>) -> Select<offer::Entity> {
        if let Some(kinds) = &self.kinds {
            query = query.filter(offer::Column::Kind.is_in(kinds.iter().copied()));
        }
        if let Some(states) = &self.states {
            query = query.filter(in_states(states, now));
        }
        if let Some(part) = &self.search {
            query = query.filter(says(part));
        }
        query
    }
}

/// Offers that say this in a revision or in the name of a plan.
fn says(part: &str) -> Condition {
    let of_offer = |column| Expr::col(column).equals((offer::Entity, offer::Column::Id));
    let said = Query::select()
        .expr(Expr::val(1))
        .from(offer_revision::Entity)
        .and_where(of_offer(
            (offer_revision::Entity, offer_revision::Column::OfferId).into_column_ref(),
        ))
        .and_where(directory::holds(offer_revision::Column::Folded, part))
        .to_owned();
    let plans = Query::select()
        .expr(Expr::val(1))
        .from(offer_item::Entity)
        .inner_join(
            plan::Entity,
            Expr::col((plan::Entity, plan::Column::Id))
                .equals((offer_item::Entity, offer_item::Column::PlanId)),
        )
        .and_where(of_offer(
            (offer_item::Entity, offer_item::Column::OfferId).into_column_ref(),
        ))
        .and_where(directory::holds(plan::Column::NameFolded, part))
        .to_owned();
    Condition::any()
        .add(Expr::exists(said))
        .add(Expr::exists(plans))
}

fn in_states(states: &[OfferState], now: DateTime<Utc>) -> Condition {
    use offer::Column;
    let mut any = Condition::any();
    for state in states {
        let standing = || Condition::all().add(Column::WithdrawnAt.is_null());
        any = any.add(match state {
            OfferState::Withdrawn => Condition::all().add(Column::WithdrawnAt.is_not_null()),
            OfferState::Expired => standing().add(Column::ExpiresAt.lte(now)),
            OfferState::Open => standing().add(
                Condition::any()
                    .add(Column::ExpiresAt.is_null())
                    .add(Column::ExpiresAt.gt(now)),
            ),
        });
    }
    any
}

/// The message and the office of a revision as they are searched.
pub(in crate::store) fn folded(message: Option<&str>, office: Option<&str>) -> Option<String> {
    let texts: Vec<_> = [message, office]
        .into_iter()
        .flatten()
        .map(values::fold)
        .collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}

/// A page of the partner's offers, newest first.
pub async fn list<C: ConnectionTrait>(
    conn: &C,
    scope: &PartnerScope,
    filter: &Filter,
    now: DateTime<Utc>,
    page: Page,
) -> Result<Slice<Row>> {
    let partner = (offer::Column::PartnerId, scope.partner());
    let by = |query| page::newest_of(query, partner, offer::Column::Id, page);
    let slice = if *filter == Filter::default() {
        let rows = by(offer::Entity::find()).all(conn).await?;
        Slice::new(rows, page)
    } else {
        let (all, id) = ((offer::Entity::find, "offer"), offer::Column::Id);
        let narrow = |query| filter.apply(query, now);
        page::looked_through(conn, all, narrow, by, id, page).await?
    };
    let (rows, place) = slice.apart();
    Ok(place.with(with_revisions(conn, rows).await?))
}

/// Addresses that are told of responses, by offer. The caller shows them only to the partner.
pub async fn notices<C: ConnectionTrait>(
    conn: &C,
    scope: &PartnerScope,
    offers: &[OfferId],
) -> Result<HashMap<OfferId, Vec<String>>> {
    let rows = offer_notice::Entity::find()
        .filter(
            Condition::all()
                .add(offer_notice::Column::OfferId.is_in(offers.iter().copied()))
                .add(offer_notice::Column::OfferId.in_subquery(own_offers(scope.partner()))),
        )
        .all(conn)
        .await?;
    let mut notices: HashMap<OfferId, Vec<String>> = HashMap::new();
    for row in rows {
        notices.entry(row.offer_id).or_default().push(row.address);
    }
    Ok(notices)
}

fn own_offers(partner: OrganizationId) -> sea_orm::sea_query::SelectStatement {
    Query::select()
        .column(offer::Column::Id)
        .from(offer::Entity)
        .and_where(offer::Column::PartnerId.eq(partner))
        .to_owned()
}

/// The partner's own words in the revision that was answered.
pub async fn message<C: ConnectionTrait>(
    conn: &C,
    answer: &response::Model,
) -> Result<Option<String>> {
    Ok(
        offer_revision::Entity::find_by_id((answer.offer_id, answer.revision))
            .one(conn)
            .await?
            .and_then(|row| row.message),
    )
}
