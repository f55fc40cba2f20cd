//! Idempotency keys, with the answers that repeated requests get.

use sea_orm::entity::prelude::*;

use crate::ids::{OperationId, UserId};

/// One key of one actor and kind.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub actor_id: UserId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// HMAC-SHA-256 of the input, in hex.
    pub input_mac: String,
    /// Ids of what was made, as JSON.
    pub result: String,
    pub operation_id: OperationId,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
