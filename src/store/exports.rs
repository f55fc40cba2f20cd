//! Exports of records.

use chrono::{DateTime, Utc};
use entity::{
    export,
    ids::{ExportId, OrganizationId, SessionId},
    states::ExportFormat,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{
    error::{Error, Result},
    store::act::Act,
};

/// An export that is asked for.
pub struct New<'a> {
    /// The session that asked for it.
    pub session: SessionId,
    /// How it is written.
    pub format: ExportFormat,
    /// The filter as JSON; empty for the whole record.
    pub filter: &'a str,
    /// The client whose record it is; `None` for the account's own.
    pub client: Option<OrganizationId>,
    /// Hash of the secret of its download.
    pub hash: String,
    /// Until when it can be downloaded.
    pub expires_at: DateTime<Utc>,
}

/// Notes that an export was asked for.
pub async fn insert(act: &Act<'_>, new: New<'_>) -> Result<ExportId> {
    let id = act.id();
    let row = export::ActiveModel {
        id: Set(id),
        organization_id: Set(act.account()),
        client_id: Set(new.client),
        session_id: Set(new.session),
        user_id: Set(act.actor().ok_or_else(Error::not_found)?),
        hash: Set(new.hash),
        format: Set(new.format),
        filter: Set(new.filter.to_owned()),
        operation_id: Set(act.operation()),
        expires_at: Set(new.expires_at),
    };
    export::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await?;
    Ok(id)
}

/// The export with this download secret; `None` when it has expired.
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
