//! Organizations' subscriptions to plans.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::{
    ids::{OrganizationId, PlanId, SubscriptionId},
    licence, plan, service, subscription,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, Order, PaginatorTrait,
    QueryFilter, QuerySelect, sea_query::Expr,
};

use crate::{
    domain::visibility::{Scope, View},
    error::{Error, Result},
    store::{
        act::Act,
        page::{self, Page, Slice},
        plans,
        scopes::accounts,
    },
};

/// Gives the act's account a subscription.
pub async fn insert(
    act: &Act<'_>,
    plan: &plan::Model,
    seats: i32,
    expires_at: DateTime<Utc>,
    trial: bool,
) -> Result<SubscriptionId> {
    let id = act.id();
    let row = subscription::ActiveModel {
        id: Set(id),
        organization_id: Set(act.account()),
        plan_id: Set(plan.id),
        seats: Set(seats),
        starts_at: Set(act.now()),
        expires_at: Set(expires_at),
        ended_at: Set(None),
        trial: Set(Some(trial)),
    };
    subscription::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await?;
    Ok(id)
}

/// Plans of which the act's account had a trial.
pub async fn tried(act: &Act<'_>) -> Result<BTreeSet<PlanId>> {
    let rows = subscription::Entity::find()
        .filter(subscription::Column::OrganizationId.eq(act.account()))
        .filter(subscription::Column::Trial.eq(true))
        .all(act.tx())
        .await?;
    Ok(rows.into_iter().map(|row| row.plan_id).collect())
}

/// A subscription of the act's account.
///
/// # Errors
/// When it has none by this id.
pub async fn row(act: &Act<'_>, id: SubscriptionId) -> Result<subscription::Model> {
    let query = subscription::Entity::find_by_id(id)
        .filter(subscription::Column::OrganizationId.eq(act.account()));
    query.one(act.tx()).await?.ok_or_else(Error::not_found)
}

/// How many seats of a subscription of the account are assigned.
pub async fn assigned(act: &Act<'_>, id: SubscriptionId) -> Result<u64> {
    let query = licence::Entity::find()
        .filter(licence::Column::SubscriptionId.eq(id))
        .filter(licence::Column::OrganizationId.eq(act.account()));
    Ok(query.count(act.tx()).await?)
}

/// Sets the seats of a subscription of the account, or ends it.
pub async fn change(act: &Act<'_>, id: SubscriptionId, seats: i32, end: bool) -> Result<()> {
    let mut query = subscription::Entity::update_many()
        .filter(subscription::Column::Id.eq(id))
        .filter(subscription::Column::OrganizationId.eq(act.account()))
        .col_expr(subscription::Column::Seats, Expr::value(seats));
    if end {
        query = query.col_expr(subscription::Column::EndedAt, Expr::value(act.now()));
    }
    query.exec(act.tx()).await?;
    Ok(())
}

/// A subscription with its plan and the number of seats that are assigned.
#[derive(Clone, Debug)]
pub struct Row {
    pub subscription: subscription::Model,
    pub plan: plan::Model,
    /// Seats that are assigned.
    pub assigned: i64,
}

/// Whether a subscription runs at `now`.
pub fn runs(row: &subscription::Model, now: DateTime<Utc>) -> bool {
    row.ended_at.is_none() && now < row.expires_at
}

async fn with_counts<C: ConnectionTrait>(
    conn: &C,
    rows: Vec<(subscription::Model, Option<plan::Model>)>,
) -> Result<Vec<Row>> {
    let ids = rows.iter().map(|(row, _)| row.id);
    let counts: Vec<(SubscriptionId, i64)> = licence::Entity::find()
        .select_only()
        .column(licence::Column::SubscriptionId)
        .column_as(licence::Column::UserId.count(), "assigned")
        .filter(licence::Column::SubscriptionId.is_in(ids))
        .group_by(licence::Column::SubscriptionId)
        .into_tuple()
        .all(conn)
        .await?;
    let counts: HashMap<_, _> = counts.into_iter().collect();
    let rows = rows.into_iter().filter_map(|(subscription, plan)| {
        Some(Row {
            assigned: counts.get(&subscription.id).copied().unwrap_or_default(),
            subscription,
            plan: plan?,
        })
    });
    Ok(rows.collect())
}

/// One subscription that the scope shows; an operator sees those that it gave.
pub async fn find<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    id: SubscriptionId,
) -> Result<Option<Row>> {
    if !scope.sees(View::Subscriptions) {
        return Ok(None);
    }
    let rows = subscription::Entity::find_by_id(id)
        .filter(subscription::Column::OrganizationId.eq(scope.account()))
        .find_also(subscription::Entity, plan::Entity)
        .all(conn)
        .await?;
    Ok(with_counts(conn, rows).await?.pop())
}

/// A page of the subscriptions that the scope shows, oldest first.
pub async fn list<C: ConnectionTrait>(conn: &C, scope: &Scope, page: Page) -> Result<Slice<Row>> {
    if !scope.sees(View::Subscriptions) {
        return Ok(Slice::empty());
    }
    let (all, account) = (
        subscription::Entity::find(),
        (subscription::Column::OrganizationId, scope.account()),
    );
    let rows = page::oldest_of(all, account, subscription::Column::Id, page)
        .find_also(subscription::Entity, plan::Entity)
        .all(conn)
        .await?;
    let (rows, place) = Slice::new(rows, page).apart();
    Ok(place.with(with_counts(conn, rows).await?))
}

/// The first subscriptions of each account, as far as its scope shows them, oldest first.
pub async fn first_of_each<C: ConnectionTrait>(
    conn: &C,
    scopes: &[&Scope],
    first: u64,
) -> Result<HashMap<OrganizationId, Slice<Row>>> {
    let accounts = accounts(scopes, View::Subscriptions);
    if accounts.is_empty() {
        return Ok(HashMap::new());
    }
    let of = (subscription::Column::OrganizationId, accounts);
    let (all, id) = (
        subscription::Entity::find(),
        (subscription::Column::Id, Order::Asc),
    );
    let query = page::first_of_each(conn.get_database_backend(), all, of, id, first + 1)
        .find_also(subscription::Entity, plan::Entity);
    let rows = with_counts(conn, query.all(conn).await?).await?;
    let place = |row: &Row| (row.subscription.organization_id, row.subscription.id.0);
    Ok(page::apart(rows, first, place))
}

/// The services that running subscriptions of each account hold, as far as its scope shows them, by name.
pub async fn services<C: ConnectionTrait>(
    conn: &C,
    scopes: &[&Scope],
    now: DateTime<Utc>,
) -> Result<HashMap<OrganizationId, Vec<service::Model>>> {
    let accounts = accounts(scopes, View::Services);
    if accounts.is_empty() {
        return Ok(HashMap::new());
    }
    let held: Vec<(OrganizationId, PlanId)> = subscription::Entity::find()
        .select_only()
        .column(subscription::Column::OrganizationId)
        .column(subscription::Column::PlanId)
        .filter(subscription::Column::OrganizationId.is_in(accounts))
        .filter(subscription::Column::EndedAt.is_null())
        .filter(subscription::Column::ExpiresAt.gt(now))
        .distinct()
        .into_tuple()
        .all(conn)
        .await?;
    let plans: BTreeSet<PlanId> = held.iter().map(|(_, plan)| *plan).collect();
    let plans: Vec<PlanId> = plans.into_iter().collect();
    let of_plans = plans::services_of(conn, &plans).await?;
    let mut each: HashMap<OrganizationId, Vec<service::Model>> = HashMap::new();
    for (account, plan) in held {
        let services = of_plans.get(&plan).into_iter().flatten();
        each.entry(account).or_default().extend(services.cloned());
    }
    for services in each.values_mut() {
        services.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
        services.dedup_by_key(|service| service.id);
    }
    Ok(each)
}
