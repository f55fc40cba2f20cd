//! How much waits, for those who run the server.

use chrono::{DateTime, Utc};
use entity::outbox;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{db::Server, error::Result};

/// How much waits.
#[derive(Clone, Copy, Debug)]
pub struct Waiting {
    /// Deliveries that wait.
    pub waiting: i64,
    /// Since when the one has been due that was due first; `None` if none is.
    pub overdue_since: Option<DateTime<Utc>>,
    /// Deliveries that were given up.
    pub given_up: i64,
}

/// How much waits at this time.
pub async fn waiting(db: &Server<'_>, now: DateTime<Utc>) -> Result<Waiting> {
    let given_up = outbox::Entity::find().filter(outbox::Column::DeadAt.is_not_null());
    let waiting = outbox::Entity::find()
        .filter(outbox::Column::DoneAt.is_null())
        .filter(outbox::Column::DeadAt.is_null());
    let first = waiting
        .clone()
        .filter(outbox::Column::DueAt.lte(now))
        .order_by_asc(outbox::Column::DueAt)
        .select_only()
        .column(outbox::Column::DueAt)
        .into_tuple()
        .one(db)
        .await?;
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    Ok(Waiting {
        waiting: number(waiting.count(db).await?),
        overdue_since: first,
        given_up: number(given_up.count(db).await?),
    })
}
