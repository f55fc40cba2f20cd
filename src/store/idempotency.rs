//! Idempotency keys: unique by actor and kind, written first in the transaction they guard.

use chrono::{DateTime, Utc};
use entity::{
    idempotency,
    ids::{OperationId, UserId},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::Expr,
};

use crate::{db::Tx, error::Result};

/// What a key was used for; `None` for a new one.
pub async fn find<C: ConnectionTrait>(
    conn: &C,
    actor: UserId,
    kind: &str,
    key: &str,
) -> Result<Option<idempotency::Model>> {
    let id = (actor, kind.to_owned(), key.to_owned());
    Ok(idempotency::Entity::find_by_id(id).one(conn).await?)
}

/// Takes a key.
///
/// # Errors
/// A unique violation when another request took it meanwhile.
pub async fn insert(
    tx: &Tx,
    actor: UserId,
    kind: &str,
    key: &str,
    input_mac: &str,
    operation: OperationId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let row = idempotency::ActiveModel {
        actor_id: Set(actor),
        kind: Set(kind.to_owned()),
        key: Set(key.to_owned()),
        input_mac: Set(input_mac.to_owned()),
        result: Set(String::new()),
        operation_id: Set(operation),
        created_at: Set(now),
    };
    idempotency::Entity::insert(row)
        .exec_without_returning(&**tx)
        .await
        .map(drop)
}

/// Notes what the operation made and which entry of the record tells of it.
pub async fn set_result(
    tx: &Tx,
    actor: UserId,
    kind: &str,
    key: &str,
    result: &str,
    operation: OperationId,
) -> Result<()> {
    idempotency::Entity::update_many()
        .filter(idempotency::Column::ActorId.eq(actor))
        .filter(idempotency::Column::Kind.eq(kind))
        .filter(idempotency::Column::Key.eq(key))
        .col_expr(idempotency::Column::Result, Expr::value(result))
        .col_expr(idempotency::Column::OperationId, Expr::value(operation))
        .exec(&**tx)
        .await?;
    Ok(())
}
