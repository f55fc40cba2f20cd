//! Exports of a record: asked for in an operation, then downloaded by a short-lived link.

use sea_orm::entity::prelude::*;

use crate::{
    ids::{ExportId, OperationId, OrganizationId, SessionId, UserId},
    states::ExportFormat,
};

/// One export.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "export")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ExportId,
    pub organization_id: OrganizationId,
    /// The client whose record it is; null for the organization's own.
    pub client_id: Option<OrganizationId>,
    /// The session that asked for it: the download stops when it ends.
    pub session_id: SessionId,
    pub user_id: UserId,
    /// SHA-256 of the download's secret, in hex.
    #[sea_orm(unique)]
    pub hash: String,
    pub format: ExportFormat,
    /// JSON of what is asked for; empty for the whole record.
    pub filter: String,
    /// The entry about it: the last one in the export.
    pub operation_id: OperationId,
    pub expires_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
