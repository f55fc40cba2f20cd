//! Exports of records.

use chrono::{DateTime, Utc};
use entity::{
    export,
    ids::{ExportId, SessionId},
    states::ExportFormat,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{
    error::{Error, Result},
    store::act::Act,
};

/// Notes that an export of the account's record was asked for.
///
/// # Errors
/// When the database cannot be written.
pub async fn insert(
    act: &Act<'_>,
    session: SessionId,
    format: ExportFormat,
    filter: &str,
    hash: String,
    expires_at: DateTime<Utc>,
) -> Result<ExportId> {
    let id = act.id();
    let row = export::ActiveModel {
        id: Set(id),
        organization_id: Set(act.account()),
        session_id: Set(session),
        user_id: Set(act.actor().ok_or_else(Error::not_found)?),
        hash: Set(hash),
        format: Set(format),
        filter: Set(filter.to_owned()),
        operation_id: Set(act.operation()),
        expires_at: Set(expires_at),
    };
    export::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await?;
    Ok(id)
}

/// The export behind the secret of its download; `None` when it is past its time.
///
/// # Errors
/// When the database cannot be read.
pub async fn find<C: ConnectionTrait>(
    conn: &C,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<export::Model>> {
    let row = export::Entity::find()
        .filter(export::Column::Hash.eq(hash))
        .one(conn)
        .await?;
    Ok(row.filter(|row| now < row.expires_at))
}
