//! Idempotency keys: unique by actor and kind, written in the transaction that they guard.

use chrono::{DateTime, Utc};
use entity::{
    idempotency,
    ids::{OperationId, UserId},
};
use sea_orm::{ActiveValue::Set, EntityTrait, sea_query::OnConflict};
use serde::Serialize;

use crate::{db::Tx, error::Result};

/// An idempotency key, bound to what its caller sent.
pub struct Key {
    /// The user whose key it is.
    pub actor: UserId,
    /// Stable name of the kind of operation.
    pub kind: &'static str,
    /// The account, and what was sent.
    pub text: String,
    /// Keyed hash of the input.
    pub input_mac: String,
}

/// What a key was used for; `None` for a new one.
pub async fn find(tx: &Tx, key: &Key) -> Result<Option<idempotency::Model>> {
    let id = (key.actor, key.kind.to_owned(), key.text.clone());
    Ok(idempotency::Entity::find_by_id(id).one(tx).await?)
}

/// Notes what was done under a key: the ids of what the operation made, and the entry of the record about it. False
/// when another request took the key in the meantime.
pub async fn insert(
    tx: &Tx,
    key: Key,
    made: &impl Serialize,
    operation: OperationId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let row = idempotency::ActiveModel {
        actor_id: Set(key.actor),
        kind: Set(key.kind.to_owned()),
        key: Set(key.text),
        input_mac: Set(key.input_mac),
        result: Set(serde_json::to_string(made)?),
        operation_id: Set(operation),
        created_at: Set(now),
    };
    let written = idempotency::Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(written == 1)
}
