//! Recoveries: operators let a global admin back in whose account no other admin can help.

use sea_orm::entity::prelude::*;

use crate::{
    ids::{OperationId, OrganizationId, RecoveryId, UserId},
    states::RecoveryEnd,
};

/// A recovery of one global admin. It takes two operators and a waiting time.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recovery")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RecoveryId,
    pub organization_id: OrganizationId,
    /// The global admin who is let in again.
    pub user_id: UserId,
    /// Where the link is sent; the user's contact from then on.
    pub contact: String,
    /// What the user was before the link was redeemed, as JSON, for as long as it can be stopped.
    pub before: Option<String>,
    pub started_by: UserId,
    pub started_at: DateTimeUtc,
    /// The second operator.
    pub approved_by: Option<UserId>,
    pub approved_at: Option<DateTimeUtc>,
    /// When the link is sent, where nobody stops it.
    pub due_at: Option<DateTimeUtc>,
    pub sent_at: Option<DateTimeUtc>,
    /// SHA-256 of the link's secret; null until it is sent.
    #[sea_orm(unique)]
    pub hash: Option<String>,
    /// When it lapses, where nothing more is done.
    pub lapses_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    pub ended_how: Option<RecoveryEnd>,
    /// The act that ended it.
    pub ended_operation_id: Option<OperationId>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
