//! Which notes of records are to be sent, and which were.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{chain_head, ids::OrganizationId};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    db::Trusted,
    error::Result,
    store::{act::Act, due::Due, record::signed},
};

/// How often notes are sent.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// If something was entered in a record.
    pub busy: TimeDelta,
    /// If nothing was, so that missing mails are noticed.
    pub quiet: TimeDelta,
}

/// Organizations whose notes are due.
pub async fn due<C: Trusted>(
    conn: &C,
    pace: Pace,
    now: DateTime<Utc>,
    due: &Due,
) -> Result<Vec<OrganizationId>> {
    let query = chain_head::Entity::find()
        .filter(is_due(pace, now))
        .order_by_asc(chain_head::Column::SentAt);
    let query = due.of(query, chain_head::Column::OrganizationId);
    let rows = query.all(conn).await?.into_iter();
    Ok(rows.map(|row| row.organization_id).collect())
}

fn is_due(pace: Pace, now: DateTime<Utc>) -> Condition {
    use chain_head::Column;
    let grown = Expr::col(Column::Size).gt(Expr::col(Column::SentSize));
    let first = Condition::all()
        .add(Column::SentAt.is_null())
        .add(Column::At.lte(now - pace.busy));
    let busy = Condition::all()
        .add(Column::SentAt.lte(now - pace.busy))
        .add(grown);
    Condition::any()
        .add(first)
        .add(busy)
        .add(Column::SentAt.lte(now - pace.quiet))
}

/// Notes that the account's note is sent, if it is still due; false if another worker was quicker.
pub async fn take(act: &Act<'_>, pace: Pace, platform: &str) -> Result<bool> {
    use chain_head::Column;
    let Some(head) = chain_head::Entity::find_by_id(act.account())
        .filter(is_due(pace, act.now()))
        .one(act.tx())
        .await?
    else {
        return Ok(false);
    };
    let hash = signed(&head, platform).note.hash();
    chain_head::Entity::update_many()
        .filter(Column::OrganizationId.eq(act.account()))
        .col_expr(Column::NextSent, Expr::value(hash.0.to_vec()))
        .col_expr(Column::SentAt, Expr::value(act.now()))
        .col_expr(Column::SentSize, Expr::value(head.size))
        .exec(act.tx())
        .await?;
    Ok(true)
}
