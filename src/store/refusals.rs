//! Counters of repeated refusals.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use entity::{
    ids::{OrganizationId, UserId},
    refusal_count,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict},
};

use crate::{
    db::{Trusted, Tx},
    error::Result,
    store::{act::Act, due::Due},
};

/// Counts a refusal; true for the first of its actor, kind, reason, target and hour.
pub async fn count(
    tx: &Tx,
    organization: OrganizationId,
    actor: UserId,
    kind: &str,
    reason: &str,
    target: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let row = refusal_count::ActiveModel {
        organization_id: Set(organization),
        actor_id: Set(actor),
        kind: Set(kind.to_owned()),
        reason: Set(reason.to_owned()),
        target: Set(target.to_owned()),
        hour: Set(hour(now)),
        repeats: Set(0),
        closed_at: Set(None),
    };
    use refusal_count::Column;
    let again = OnConflict::columns([
        Column::OrganizationId,
        Column::ActorId,
        Column::Kind,
        Column::Reason,
        Column::Target,
        Column::Hour,
    ])
    .value(
        Column::Repeats,
        Expr::col((refusal_count::Entity, Column::Repeats)).add(1),
    )
    .to_owned();
    let row = refusal_count::Entity::insert(row)
        .on_conflict(again)
        .exec_with_returning(tx)
        .await?;
    Ok(row.repeats == 0)
}

fn hour(now: DateTime<Utc>) -> DateTime<Utc> {
    now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now)
}

/// Counters of hours that are over and have no summary yet.
pub async fn due<C: Trusted>(
    conn: &C,
    now: DateTime<Utc>,
    due: &Due,
) -> Result<Vec<refusal_count::Model>> {
    let query = refusal_count::Entity::find()
        .filter(refusal_count::Column::ClosedAt.is_null())
        .filter(refusal_count::Column::Hour.lt(hour(now)))
        .order_by_asc(refusal_count::Column::Hour);
    let query = due.of(query, refusal_count::Column::OrganizationId);
    Ok(query.all(conn).await?)
}

/// Closes a counter of the act's account: how many repeats it held; `None` when it was closed.
pub async fn close(act: &Act<'_>, counter: &refusal_count::Model) -> Result<Option<i64>> {
    use refusal_count::Column;
    let key = (
        act.account(),
        counter.actor_id,
        counter.kind.clone(),
        counter.reason.clone(),
        counter.target.clone(),
        counter.hour,
    );
    let row = refusal_count::Entity::find_by_id(key).one(act.tx()).await?;
    let Some(row) = row.filter(|row| row.closed_at.is_none()) else {
        return Ok(None);
    };
    refusal_count::Entity::update_many()
        .filter(Column::OrganizationId.eq(act.account()))
        .filter(Column::ActorId.eq(row.actor_id))
        .filter(Column::Kind.eq(row.kind.as_str()))
        .filter(Column::Reason.eq(row.reason.as_str()))
        .filter(Column::Target.eq(row.target.as_str()))
        .filter(Column::Hour.eq(row.hour))
        .col_expr(Column::ClosedAt, Expr::value(act.now()))
        .exec(act.tx())
        .await?;
    Ok(Some(row.repeats))
}
