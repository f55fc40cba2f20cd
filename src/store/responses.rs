//! Responses: clients' answers to offers.

use std::collections::{BTreeMap, HashMap, btree_map::Entry};

use entity::{
    ids::{GrantId, OfferId, PlanId, ResponseId, SubscriptionId},
    offer_count, plan, response, response_item,
    states::Answer,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, Order, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict},
};

use crate::{
    db::Tx,
    domain::visibility::{PartnerScope, Scope, View},
    error::{Error, Result},
    store::{
        act::Act,
        offers,
        page::{self, Page, Slice},
        plans,
    },
};

/// What an acceptance took.
#[derive(Clone, Debug, Default)]
pub struct TakenParts {
    /// The grant that delegation made or amended.
    pub grant: Option<GrantId>,
    /// The subscriptions that were begun: plan, seats, subscription.
    pub items: Vec<(PlanId, i32, SubscriptionId)>,
}

/// Notes the answer of the act's account; gives what it changes of the offer's counts too.
pub async fn insert(
    act: &Act<'_>,
    offer: &offers::Row,
    answer: Answer,
    reason: Option<String>,
    taken: &TakenParts,
) -> Result<(ResponseId, Counted)> {
    let before = latest_to_offer(act, offer.offer.id).await?;
    let counted = Counted::of(offer, before.map(|before| before.answer), answer);
    let id = act.id();
    let row = response::ActiveModel {
        id: Set(id),
        offer_id: Set(offer.offer.id),
        revision: Set(offer.revision.revision),
        partner_id: Set(offer.offer.partner_id),
        client_id: Set(act.account()),
        answer: Set(answer),
        reason: Set(reason),
        answered_by: Set(act.actor().ok_or_else(Error::not_found)?),
        grant_id: Set(taken.grant),
        operation_id: Set(act.operation()),
        answered_at: Set(act.now()),
        delegation_taken: Set(Some(taken.grant.is_some())),
        items_taken: Set(Some(!taken.items.is_empty())),
    };
    response::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await?;
    if !taken.items.is_empty() {
        let rows =
            taken
                .items
                .iter()
                .map(|(plan, seats, subscription)| response_item::ActiveModel {
                    response_id: Set(id),
                    plan_id: Set(*plan),
                    seats: Set(*seats),
                    subscription_id: Set(*subscription),
                });
        response_item::Entity::insert_many(rows)
            .exec_without_returning(act.tx())
            .await?;
    }
    Ok((id, counted))
}

/// The answer by which the act's account took an offer's subscriptions, in any revision.
pub async fn items_taken(act: &Act<'_>, offer: OfferId) -> Result<Option<response::Model>> {
    let query = response::Entity::find()
        .filter(response::Column::ClientId.eq(act.account()))
        .filter(response::Column::OfferId.eq(offer))
        .filter(response::Column::ItemsTaken.eq(true))
        .order_by_desc(response::Column::Id);
    Ok(query.one(act.tx()).await?)
}

/// What answers took: plans and seats.
pub async fn items<C: ConnectionTrait>(
    conn: &C,
    answers: &[ResponseId],
) -> Result<HashMap<ResponseId, Vec<Item>>> {
    let rows = response_item::Entity::find()
        .filter(response_item::Column::ResponseId.is_in(answers.iter().copied()))
        .order_by_asc(response_item::Column::PlanId)
        .all(conn)
        .await?;
    let plans: Vec<PlanId> = rows.iter().map(|row| row.plan_id).collect();
    let plans = plans::plans_of(conn, &plans).await?;
    let mut items: HashMap<_, Vec<Item>> = HashMap::new();
    for row in rows {
        if let Some(plan) = plans.get(&row.plan_id).cloned() {
            items.entry(row.response_id).or_default().push((row, plan));
        }
    }
    Ok(items)
}

/// What one answer took.
pub async fn items_of<C: ConnectionTrait>(conn: &C, answer: ResponseId) -> Result<Vec<Item>> {
    let mut items = items(conn, &[answer]).await?;
    Ok(items.remove(&answer).unwrap_or_default())
}

/// A part of what an answer took, with its plan.
pub type Item = (response_item::Model, plan::Model);

/// The seats that an answer of the act's account took, by plan.
pub async fn seats_taken(act: &Act<'_>, answer: &response::Model) -> Result<BTreeMap<PlanId, i32>> {
    let rows = items_of(act.tx(), answer.id).await?;
    let seats = rows.into_iter().map(|(row, _)| (row.plan_id, row.seats));
    Ok(seats.collect())
}

/// How many clients accepted and declined these offers: each client by its latest answer.
pub async fn counts<C: ConnectionTrait>(
    conn: &C,
    scope: &PartnerScope,
    offers: &[OfferId],
) -> Result<HashMap<OfferId, (i64, i64)>> {
    let rows = offer_count::Entity::find()
        .filter(offer_count::Column::PartnerId.eq(scope.partner()))
        .filter(offer_count::Column::OfferId.is_in(offers.iter().copied()))
        .all(conn)
        .await?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|row| (row.offer_id, (row.accepted, row.declined)))
        .collect())
}

/// What the answers of a transaction change of the counts of offers.
#[derive(Debug, Default)]
pub struct Counted(BTreeMap<OfferId, offer_count::Model>);

impl Counted {
    fn of(offer: &offers::Row, before: Option<Answer>, answer: Answer) -> Self {
        let is = |one: Answer| i64::from(answer == one) - i64::from(before == Some(one));
        let change = offer_count::Model {
            offer_id: offer.offer.id,
            partner_id: offer.offer.partner_id,
            accepted: is(Answer::Accepted),
            declined: is(Answer::Declined),
        };
        match before == Some(answer) {
            true => Self::default(),
            false => Self(BTreeMap::from([(change.offer_id, change)])),
        }
    }

    /// Adds what others change.
    pub fn extend(&mut self, others: Self) {
        for (id, change) in others.0 {
            match self.0.entry(id) {
                Entry::Occupied(mut known) => {
                    let known = known.get_mut();
                    known.accepted += change.accepted;
                    known.declined += change.declined;
                }
                Entry::Vacant(place) => drop(place.insert(change)),
            }
        }
    }

    /// Writes them, in the order of the offers, so that no two transactions wait for each other.
    pub async fn write(self, tx: &Tx) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let rows = self.0.into_values().map(|row| offer_count::ActiveModel {
            offer_id: Set(row.offer_id),
            partner_id: Set(row.partner_id),
            accepted: Set(row.accepted),
            declined: Set(row.declined),
        });
        let sum = |column: offer_count::Column| {
            let kept = Expr::col((offer_count::Entity, column));
            (column, kept.add(Expr::col(("excluded", column))))
        };
        let again = OnConflict::column(offer_count::Column::OfferId)
            .values([
                sum(offer_count::Column::Accepted),
                sum(offer_count::Column::Declined),
            ])
            .to_owned();
        offer_count::Entity::insert_many(rows)
            .on_conflict(again)
            .exec_without_returning(tx)
            .await?;
        Ok(())
    }
}

/// The latest answer of the act's account that made or amended this grant.
pub async fn latest_of_grant(act: &Act<'_>, grant: GrantId) -> Result<Option<response::Model>> {
    let query = response::Entity::find()
        .filter(response::Column::ClientId.eq(act.account()))
        .filter(response::Column::GrantId.eq(grant))
        .order_by_desc(response::Column::Id);
    Ok(query.one(act.tx()).await?)
}

/// The latest answer of the act's account to an offer.
pub async fn latest_to_offer(act: &Act<'_>, offer: OfferId) -> Result<Option<response::Model>> {
    let query = response::Entity::find()
        .filter(response::Column::ClientId.eq(act.account()))
        .filter(response::Column::OfferId.eq(offer))
        .order_by_desc(response::Column::Id);
    Ok(query.one(act.tx()).await?)
}

/// The latest answer of the scope's own organization to an offer.
pub async fn own_latest<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    offer: OfferId,
) -> Result<Option<response::Model>> {
    if !scope.sees(View::Grants) {
        return Ok(None);
    }
    let query = response::Entity::find()
        .filter(response::Column::ClientId.eq(scope.account()))
        .filter(response::Column::OfferId.eq(offer))
        .order_by_desc(response::Column::Id);
    Ok(query.one(conn).await?)
}

/// What the scope's own organization took of an offer: plans and seats.
pub async fn items_held<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    offer: OfferId,
) -> Result<Vec<(String, i32)>> {
    if !scope.sees(View::Grants) {
        return Ok(Vec::new());
    }
    let query = response::Entity::find()
        .filter(response::Column::ClientId.eq(scope.account()))
        .filter(response::Column::OfferId.eq(offer))
        .filter(response::Column::ItemsTaken.eq(true))
        .order_by_desc(response::Column::Id);
    let Some(taken) = query.one(conn).await? else {
        return Ok(Vec::new());
    };
    let rows = items_of(conn, taken.id).await?.into_iter();
    Ok(rows.map(|(row, plan)| (plan.name, row.seats)).collect())
}

/// One answer, to the client that gave it or to the partner that got it.
pub async fn find<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    id: ResponseId,
) -> Result<Option<response::Model>> {
    let row = response::Entity::find_by_id(id).one(conn).await?;
    Ok(row.filter(|row| shows(scope, row)))
}

/// The latest answers that made or amended these grants, to a party to them.
pub async fn of_grants<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    grants: &[GrantId],
) -> Result<HashMap<GrantId, response::Model>> {
    let of = (response::Column::GrantId, grants.iter().map(|id| id.0));
    let (all, id) = (
        response::Entity::find(),
        (response::Column::Id, Order::Desc),
    );
    let query = page::first_of_each(conn.get_database_backend(), all, of, id, 1);
    let rows = query.all(conn).await?.into_iter();
    let shown = rows.filter(|row| shows(scope, row));
    Ok(shown.filter_map(|row| Some((row.grant_id?, row))).collect())
}

fn shows(scope: &Scope, row: &response::Model) -> bool {
    (row.client_id == scope.account() && scope.sees(View::Grants))
        || (row.partner_id == scope.account() && scope.sees(View::Offers))
}

/// A page of the answers to one offer of the partner, newest first.
pub async fn list<C: ConnectionTrait>(
    conn: &C,
    scope: &PartnerScope,
    offer: OfferId,
    page: Page,
) -> Result<Slice<response::Model>> {
    let query = response::Entity::find().filter(response::Column::PartnerId.eq(scope.partner()));
    let offer = (response::Column::OfferId, offer);
    let rows = page::newest_of(query, offer, response::Column::Id, page)
        .all(conn)
        .await?;
    Ok(Slice::new(rows, page))
}
