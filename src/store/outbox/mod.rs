//! The outbox: deliveries are added in the transaction that they are about, claimed by a worker for a limited
//! time, and marked as done, put off, or given up.

mod limits;
mod queue;
mod waiting;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    ids::{OrganizationId, OutboxId},
    outbox,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
    sea_query::{Expr, LockBehavior, LockType},
};

use crate::{
    db::{Db, Locks, Tx},
    domain::{
        delivery::{Delivery, DeliveryState, Urgency},
        reason::Reason,
        visibility::PlatformScope,
    },
    error::{Error, Result},
    store::{
        act::Act,
        links,
        page::{self, Page, Slice},
        sendings,
    },
};

pub use self::{
    limits::{Mailbox, Standing, nth_from, nth_to, standing},
    queue::{Caused, push},
};
pub use waiting::{Waiting, waiting};

/// How long a claimed delivery belongs to the worker that claimed it.
const LEASE: TimeDelta = TimeDelta::minutes(5);

/// A claimed delivery.
pub struct Claim {
    /// The delivery.
    pub id: OutboxId,
    /// The organization that caused it.
    pub cause: Option<OrganizationId>,
    /// What to deliver.
    pub delivery: Delivery,
    /// Attempts so far, this one included.
    pub attempts: i32,
}

/// Claims what is due for the process with the number `by`, at most `most`; other workers leave it alone until the claim runs out.
pub async fn claim(db: &Db, by: i64, now: DateTime<Utc>, most: u64) -> Result<Vec<Claim>> {
    loop {
        let claims = some(db, by, now, most).await?;
        // If none of these could be read, others may wait behind them.
        if claims.as_ref().is_none_or(|claims| !claims.is_empty()) {
            return Ok(claims.unwrap_or_default());
        }
    }
}

/// Some of what is due, of which those that cannot be read are given up; `None` if nothing is due.
async fn some(db: &Db, by: i64, now: DateTime<Utc>, most: u64) -> Result<Option<Vec<Claim>>> {
    let due = outbox::Entity::find()
        .filter(outbox::Column::DoneAt.is_null())
        .filter(outbox::Column::DeadAt.is_null())
        .filter(outbox::Column::DueAt.lte(now));
    let in_turn = |query: Select<outbox::Entity>| {
        query
            .order_by_asc(outbox::Column::Place)
            .order_by_asc(outbox::Column::Id)
    };
    // One place is kept for what is less urgent: nobody holds that back by having links sent for ever.
    let mut kept = in_turn(
        due.clone()
            .filter(outbox::Column::Urgency.gt(Urgency::SignIn.rank())),
    )
    .limit(1);
    let mut query = in_turn(due.order_by_asc(outbox::Column::Urgency)).limit(most);
    // An idle worker only reads.
    if query.clone().one(db.read()).await?.is_none() {
        return Ok(None);
    }
    let tx = db.begin(&Locks::default()).await?;
    if db.backend() == DatabaseBackend::Postgres {
        query = query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
        kept = kept.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    let mut rows = query.all(&tx).await?;
    let full = u64::try_from(rows.len()).is_ok_and(|rows| rows >= most);
    let all_urgent = rows.iter().all(|row| row.urgency == Urgency::SignIn.rank());
    if full
        && all_urgent
        && let Some(kept) = kept.one(&tx).await?
    {
        rows.pop();
        rows.push(kept);
    }
    if rows.is_empty() {
        // Another worker has claimed them.
        return Ok(None);
    }
    let mut claims = Vec::new();
    for row in rows {
        match serde_json::from_str(&row.payload) {
            Ok(delivery) => claims.push(Claim {
                id: row.id,
                cause: row.cause,
                delivery,
                attempts: row.attempts + 1,
            }),
            // Another release, or somebody else, wrote it: it must not keep others from being sent.
            Err(error) => {
                tracing::error!(delivery = %row.id, %error, "A delivery cannot be read, and is given up.");
                let unread = DeliveryResult::Dead("it cannot be read".to_owned());
                end(&tx, row.id, &unread, now).await?;
            }
        }
    }
    if !claims.is_empty() {
        use sea_orm::ExprTrait;
        outbox::Entity::update_many()
            .filter(outbox::Column::Id.is_in(claims.iter().map(|claim| claim.id)))
            .col_expr(outbox::Column::DueAt, Expr::value(now + LEASE))
            .col_expr(outbox::Column::ClaimedBy, Expr::value(by))
            .col_expr(
                outbox::Column::Attempts,
                Expr::col(outbox::Column::Attempts).add(1),
            )
            .exec(&tx)
            .await?;
    }
    tx.commit().await?;
    Ok(Some(claims))
}

/// How a delivery went.
pub enum DeliveryResult {
    /// It was delivered, to this mailbox, and counts as this; or there is nothing left to deliver.
    Done(Option<(Mailbox, Urgency)>),
    /// A limit keeps it until this time. It is no attempt.
    Later(DateTime<Utc>, String),
    /// It failed and is tried again at this time.
    Again(DateTime<Utc>, String),
    /// It failed, and is given up.
    Dead(String),
    /// The mail server of the address takes no mail for it.
    Refused(String),
}

impl DeliveryResult {
    /// In a word, for those who run the server.
    pub fn outcome(&self) -> &'static str {
        match self {
            Self::Done(Some(_)) => "SENT",
            Self::Done(None) => "NOTHING_TO_TELL",
            Self::Later(..) => "LIMITED",
            Self::Again(..) => "PUT_OFF",
            Self::Dead(_) => "GIVEN_UP",
            Self::Refused(_) => "REFUSED",
        }
    }
}

/// Notes how a claimed delivery went.
pub async fn finish(
    db: &Db,
    claim: &Claim,
    ending: &DeliveryResult,
    now: DateTime<Utc>,
) -> Result<()> {
    let tx = db.begin(&Locks::default()).await?;
    end(&tx, claim.id, ending, now).await?;
    match (&claim.delivery, ending) {
        (Delivery::Link { link, .. }, DeliveryResult::Refused(_)) => {
            links::refused(&tx, *link, now).await?;
        }
        (Delivery::Offer { sending }, DeliveryResult::Refused(_)) => {
            sendings::refused(&tx, *sending, now).await?;
        }
        _ => {}
    }
    Ok(tx.commit().await?)
}

async fn end(tx: &Tx, id: OutboxId, ending: &DeliveryResult, now: DateTime<Utc>) -> Result<()> {
    use sea_orm::ExprTrait;
    let query = outbox::Entity::update_many()
        .filter(outbox::Column::Id.eq(id))
        .col_expr(outbox::Column::ClaimedBy, Expr::value(None::<i64>));
    let query = match ending {
        DeliveryResult::Done(None) => query.col_expr(outbox::Column::DoneAt, Expr::value(now)),
        DeliveryResult::Done(Some((to, class))) => query
            .col_expr(outbox::Column::DoneAt, Expr::value(now))
            .col_expr(outbox::Column::Mailbox, Expr::value(to.0.as_str()))
            .col_expr(outbox::Column::Urgency, Expr::value(class.rank())),
        DeliveryResult::Later(at, why) => query
            .col_expr(outbox::Column::DueAt, Expr::value(*at))
            .col_expr(
                outbox::Column::Attempts,
                Expr::col(outbox::Column::Attempts).sub(1),
            )
            .col_expr(outbox::Column::LastError, Expr::value(why.as_str())),
        DeliveryResult::Again(at, error) => query
            .col_expr(outbox::Column::DueAt, Expr::value(*at))
            .col_expr(outbox::Column::LastError, Expr::value(error.as_str())),
        DeliveryResult::Dead(error) | DeliveryResult::Refused(error) => query
            .col_expr(outbox::Column::DeadAt, Expr::value(now))
            .col_expr(outbox::Column::LastError, Expr::value(error.as_str())),
    };
    query.exec(tx).await?;
    Ok(())
}

/// Puts claimed deliveries back whose attempt was not begun or not finished: they are due again.
pub async fn put_back(db: &Db, claims: &[Claim], now: DateTime<Utc>) -> Result<()> {
    use sea_orm::ExprTrait;
    if claims.is_empty() {
        return Ok(());
    }
    let tx = db.begin(&Locks::default()).await?;
    outbox::Entity::update_many()
        .filter(outbox::Column::Id.is_in(claims.iter().map(|claim| claim.id)))
        .col_expr(outbox::Column::DueAt, Expr::value(now))
        .col_expr(
            outbox::Column::Attempts,
            Expr::col(outbox::Column::Attempts).sub(1),
        )
        .col_expr(outbox::Column::ClaimedBy, Expr::value(None::<i64>))
        .exec(&tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Makes what processes claimed that are gone due at once.
///
/// # Errors
/// When the database cannot be used.
pub async fn release(db: &Db, own: i64, now: DateTime<Utc>) -> Result<()> {
    let claimed = outbox::Entity::find()
        .select_only()
        .column(outbox::Column::ClaimedBy)
        .distinct()
        .filter(outbox::Column::DoneAt.is_null())
        .filter(outbox::Column::DeadAt.is_null())
        .filter(outbox::Column::ClaimedBy.is_not_null())
        .filter(outbox::Column::ClaimedBy.ne(own));
    let others: Vec<i64> = claimed.into_tuple().all(db.read()).await?;
    for other in others {
        if !db.is_gone(other).await? {
            continue;
        }
        let tx = db.begin(&Locks::default()).await?;
        outbox::Entity::update_many()
            .filter(outbox::Column::DoneAt.is_null())
            .filter(outbox::Column::DeadAt.is_null())
            .filter(outbox::Column::ClaimedBy.eq(other))
            .col_expr(outbox::Column::DueAt, Expr::value(now))
            .col_expr(outbox::Column::ClaimedBy, Expr::value(None::<i64>))
            .exec(&tx)
            .await?;
        tx.commit().await?;
    }
    Ok(())
}

/// A page of deliveries in a state, the newest first.
pub async fn list<C: ConnectionTrait>(
    conn: &C,
    _: &PlatformScope,
    state: DeliveryState,
    page: Page,
) -> Result<Slice<outbox::Model>> {
    let query = outbox::Entity::find();
    let query = match state {
        DeliveryState::Waiting => query
            .filter(outbox::Column::DoneAt.is_null())
            .filter(outbox::Column::DeadAt.is_null()),
        DeliveryState::Done => query.filter(outbox::Column::DoneAt.is_not_null()),
        DeliveryState::GivenUp => query.filter(outbox::Column::DeadAt.is_not_null()),
    };
    let rows = page::newest_first(query, outbox::Column::Id, page)
        .all(conn)
        .await?;
    Ok(Slice::new(rows, page))
}

/// One delivery.
pub async fn find<C: ConnectionTrait>(
    conn: &C,
    _: &PlatformScope,
    id: OutboxId,
) -> Result<Option<outbox::Model>> {
    Ok(outbox::Entity::find_by_id(id).one(conn).await?)
}

/// Has a delivery that was given up tried again, from the first attempt on.
///
/// # Errors
/// [`Reason::NotGivenUp`] when it is not; when there is none.
pub async fn revive(act: &Act<'_>, id: OutboxId) -> Result<()> {
    let row = outbox::Entity::find_by_id(id).one(act.tx()).await?;
    if row.ok_or_else(Error::not_found)?.dead_at.is_none() {
        return Err(Error::Failed(Reason::NotGivenUp));
    }
    outbox::Entity::update_many()
        .filter(outbox::Column::Id.eq(id))
        .col_expr(outbox::Column::DeadAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(outbox::Column::DueAt, Expr::value(act.now()))
        .col_expr(outbox::Column::Attempts, Expr::value(0))
        .exec(act.tx())
        .await?;
    Ok(())
}
