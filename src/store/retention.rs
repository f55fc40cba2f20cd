//! Removing rows that have been kept for long enough. Entries of the record are never removed.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    export, familiar_place, former_contact, idempotency, link, offer_sending, outbox, recovery,
    refresh_token, refusal_count, resting_name, session, sign_up,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter,
    sea_query::{Query, SelectStatement, SimpleExpr},
};

use crate::{
    config::RetentionConfig,
    db::{Db, Locks},
    error::Result,
};

/// How many rows of a sort are removed at once: SQLite's only writer is busy for that long.
const AT_ONCE: u64 = 1000;

/// The first of the rows that a condition chooses, by their key.
fn some<E: EntityTrait>(key: E::Column, past: SimpleExpr) -> SelectStatement {
    Query::select()
        .column(key)
        .from(E::default())
        .and_where(past)
        .limit(AT_ONCE)
        .to_owned()
}

/// Removes some of the rows that a condition chooses, and returns how many.
async fn delete<E: EntityTrait>(
    conn: &impl ConnectionTrait,
    key: E::Column,
    past: SimpleExpr,
) -> Result<u64> {
    let ids = some::<E>(key, past);
    let done = E::delete_many()
        .filter(key.in_subquery(ids))
        .exec(conn)
        .await?;
    Ok(done.rows_affected)
}

/// Removes what has been kept for long enough, some rows of each sort; true when there may be more.
pub async fn remove(db: &Db, keep: &RetentionConfig, now: DateTime<Utc>) -> Result<bool> {
    let before = |days: i64| now - TimeDelta::days(days);
    let tx = db.begin(&Locks::default()).await?;
    let conn = &tx;
    let sessions = session::Column::ExpiresAt.lt(before(keep.sessions_days));
    let of_sessions = some::<session::Entity>(session::Column::Id, sessions.clone());
    refresh_token::Entity::delete_many()
        .filter(refresh_token::Column::SessionId.in_subquery(of_sessions))
        .exec(conn)
        .await?;
    let done = outbox::Column::DoneAt
        .is_not_null()
        .or(outbox::Column::DeadAt.is_not_null());
    let deliveries = outbox::Column::CreatedAt
        .lt(before(keep.deliveries_days))
        .and(done);
    let sign_ups = sign_up::Column::ExpiresAt.lt(before(keep.sign_ups_days));
    let sendings = offer_sending::Column::SentAt.lt(before(keep.sendings_days));
    let links = link::Column::ExpiresAt.lt(before(keep.links_days));
    let exports = export::Column::ExpiresAt.lt(before(keep.exports_days));
    let recoveries = recovery::Column::EndedAt.lt(before(keep.recoveries_days));
    let removed = [
        delete::<session::Entity>(conn, session::Column::Id, sessions).await?,
        delete::<sign_up::Entity>(conn, sign_up::Column::Id, sign_ups).await?,
        delete::<offer_sending::Entity>(conn, offer_sending::Column::Id, sendings).await?,
        delete::<link::Entity>(conn, link::Column::Id, links).await?,
        delete::<export::Entity>(conn, export::Column::Id, exports).await?,
        delete::<outbox::Entity>(conn, outbox::Column::Id, deliveries).await?,
        delete::<recovery::Entity>(conn, recovery::Column::Id, recoveries).await?,
    ];
    others(conn, keep, now).await?;
    tx.commit().await?;
    Ok(removed.into_iter().any(|removed| removed >= AT_ONCE))
}

/// Rows that have no key of their own, or are few.
async fn others<C: ConnectionTrait>(
    conn: &C,
    keep: &RetentionConfig,
    now: DateTime<Utc>,
) -> Result<()> {
    let before = |days: i64| now - TimeDelta::days(days);
    idempotency::Entity::delete_many()
        .filter(idempotency::Column::CreatedAt.lt(before(keep.idempotency_days)))
        .exec(conn)
        .await?;
    refusal_count::Entity::delete_many()
        .filter(refusal_count::Column::ClosedAt.lt(before(keep.counters_days)))
        .exec(conn)
        .await?;
    familiar_place::Entity::delete_many()
        .filter(familiar_place::Column::SeenAt.lt(before(keep.familiar_days)))
        .exec(conn)
        .await?;
    // A former contact counts until its time is over, and no longer.
    former_contact::Entity::delete_many()
        .filter(former_contact::Column::Until.lt(now))
        .exec(conn)
        .await?;
    resting_name::Entity::delete_many()
        .filter(resting_name::Column::Until.lt(now))
        .exec(conn)
        .await?;
    Ok(())
}
