//! Recoveries: operators let a global admin back in whom no other global admin of the account can help.

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
    /// Where the link is sent; once it is redeemed, this is the user's contact.
    pub contact: String,
    /// The user's contact and password from before the link was redeemed, as JSON, for as long as the recovery can be
    /// stopped.
    pub before: Option<String>,
    pub started_by: UserId,
    pub started_at: DateTimeUtc,
    /// The second operator.
    pub approved_by: Option<UserId>,
    pub approved_at: Option<DateTimeUtc>,
    /// When the link is sent if nobody stops the recovery.
    pub due_at: Option<DateTimeUtc>,
    pub sent_at: Option<DateTimeUtc>,
    /// SHA-256 of the link's secret; null until it is sent.
    #[sea_orm(unique)]
    pub hash: Option<String>,
    /// When it lapses if nothing more is done.
    pub lapses_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    pub ended_how: Option<RecoveryEnd>,
    /// The act that ended it.
    pub ended_operation_id: Option<OperationId>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
