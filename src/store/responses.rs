//! Responses: clients' answers to offers.

use std::collections::{BTreeMap, HashMap};

use entity::{
    ids::{GrantId, OfferId, PlanId, ResponseId, SubscriptionId},
    plan, response, response_item,
    states::Answer,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Alias, Expr, Query},
};

use crate::{
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

/// Notes the answer of the act's account.
pub async fn insert(
    act: &Act<'_>,
    offer: &offers::Row,
    answer: Answer,
    reason: Option<String>,
    taken: &TakenParts,
) -> Result<ResponseId> {
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
    Ok(id)
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

/// What an answer took: plans and seats.
pub async fn items<C: ConnectionTrait>(
    conn: &C,
    answer: &response::Model,
) -> Result<Vec<(response_item::Model, plan::Model)>> {
    let rows = response_item::Entity::find()
        .filter(response_item::Column::ResponseId.eq(answer.id))
        .order_by_asc(response_item::Column::PlanId)
        .all(conn)
        .await?;
    let plans: Vec<PlanId> = rows.iter().map(|row| row.plan_id).collect();
    let plans = plans::plans_of(conn, &plans).await?;
    let rows = rows.into_iter().filter_map(|row| {
        let plan = plans.get(&row.plan_id).cloned()?;
        Some((row, plan))
    });
    Ok(rows.collect())
}

/// The seats that an answer of the act's account took, by plan.
pub async fn seats_taken(act: &Act<'_>, answer: &response::Model) -> Result<BTreeMap<PlanId, i32>> {
    let rows = items(act.tx(), answer).await?;
    let seats = rows.into_iter().map(|(row, _)| (row.plan_id, row.seats));
    Ok(seats.collect())
}

/// How many clients answered an offer: accepted, declined; each client by its latest answer.
pub async fn counts<C: ConnectionTrait>(
    conn: &C,
    scope: &PartnerScope,
    offers: &[OfferId],
) -> Result<HashMap<OfferId, (i64, i64)>> {
    let later = Alias::new("later");
    let same = |column: response::Column| {
        Expr::col((later.clone(), column)).equals((response::Entity, column))
    };
    let has_later = Query::select()
        .expr(Expr::val(1))
        .from_as(response::Entity, later.clone())
        .and_where(same(response::Column::OfferId))
        .and_where(same(response::Column::ClientId))
        .and_where(
            Expr::col((later.clone(), response::Column::Id))
                .gt(Expr::col((response::Entity, response::Column::Id))),
        )
        .to_owned();
    let rows: Vec<(OfferId, Answer, i64)> = response::Entity::find()
        .select_only()
        .column(response::Column::OfferId)
        .column(response::Column::Answer)
        .column_as(response::Column::Id.count(), "answers")
        .filter(response::Column::PartnerId.eq(scope.partner()))
        .filter(response::Column::OfferId.is_in(offers.iter().copied()))
        .filter(Expr::exists(has_later).not())
        .group_by(response::Column::OfferId)
        .group_by(response::Column::Answer)
        .into_tuple()
        .all(conn)
        .await?;
    let mut counts: HashMap<OfferId, (i64, i64)> = HashMap::new();
    for (offer, answer, number) in rows {
        let count = counts.entry(offer).or_default();
        match answer {
            Answer::Accepted => count.0 = number,
            Answer::Declined => count.1 = number,
        }
    }
    Ok(counts)
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
    let rows = items(conn, &taken).await?.into_iter();
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

/// The latest answer that made or amended a grant, to a party to it.
pub async fn of_grant<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    grant: GrantId,
) -> Result<Option<response::Model>> {
    let row = response::Entity::find()
        .filter(response::Column::GrantId.eq(grant))
        .order_by_desc(response::Column::Id)
        .one(conn)
        .await?;
    Ok(row.filter(|row| shows(scope, row)))
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
