//! The order of the queue: what is urgent first, and among what is as urgent one delivery of each organization after
//! the other (start-time fair queueing), so that who sends many delays nobody who sends few.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{ids::OrganizationId, outbox};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::{
    ambient::Rng,
    db::Tx,
    domain::delivery::{Delivery, Urgency},
    error::Result,
    store::IDS_AT_ONCE,
};

/// A delivery, and the organization that caused it.
pub struct Caused {
    pub by: OrganizationId,
    pub delivery: Delivery,
}

/// Adds deliveries, each behind those of its organization that wait.
pub async fn push(tx: &Tx, rng: &Rng, deliveries: Vec<Caused>, now: DateTime<Utc>) -> Result<()> {
    if deliveries.is_empty() {
        return Ok(());
    }
    let mut next: HashMap<(OrganizationId, Urgency), i64> = HashMap::new();
    let mut rows = Vec::new();
    for Caused { by, delivery } in deliveries {
        let urgency = delivery.urgency();
        let place = match next.get(&(by, urgency)) {
            Some(next) => *next,
            None => next_place(tx, by, urgency).await?,
        };
        next.insert((by, urgency), place.saturating_add(1));
        rows.push(outbox::ActiveModel {
            id: Set(rng.id(now)),
            payload: Set(serde_json::to_string(&delivery)?),
            created_at: Set(now),
            due_at: Set(now),
            attempts: Set(0),
            done_at: Set(None),
            dead_at: Set(None),
            last_error: Set(None),
            urgency: Set(urgency.rank()),
            place: Set(place),
            cause: Set(Some(by)),
            mailbox: Set(None),
            claimed_by: Set(None),
        });
    }
    // An end may tell thousands: a statement takes so many parameters, and no more.
    while !rows.is_empty() {
        let rest = rows.split_off(rows.len().min(IDS_AT_ONCE));
        outbox::Entity::insert_many(std::mem::replace(&mut rows, rest))
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// The place of an organization's next delivery: behind its own that wait, and not before those of others whose turn it
/// is.
async fn next_place(tx: &Tx, by: OrganizationId, urgency: Urgency) -> Result<i64> {
    let waiting = || {
        outbox::Entity::find()
            .select_only()
            .filter(outbox::Column::DoneAt.is_null())
            .filter(outbox::Column::DeadAt.is_null())
            .filter(outbox::Column::Urgency.eq(urgency.rank()))
    };
    let own = waiting()
        .filter(outbox::Column::Cause.eq(by))
        .expr_as(outbox::Column::Place.max(), "place")
        .into_tuple::<Option<i64>>()
        .one(tx)
        .await?;
    let turn = waiting()
        .expr_as(outbox::Column::Place.min(), "place")
        .into_tuple::<Option<i64>>()
        .one(tx)
        .await?;
    let behind_own = own.flatten().map_or(0, |last| last.saturating_add(1));
    Ok(Ord::max(behind_own, turn.flatten().unwrap_or(0)))
}
