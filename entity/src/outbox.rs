//! The outbox: deliveries written in the transaction that they tell about, carried out after it.

use sea_orm::entity::prelude::*;

use crate::ids::OutboxId;

/// One delivery. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OutboxId,
    /// What to deliver, as JSON.
    pub payload: String,
    pub created_at: DateTimeUtc,
    /// Not delivered before this time; it moves with each failed attempt and while the delivery is claimed.
    pub due_at: DateTimeUtc,
    pub attempts: i32,
    pub done_at: Option<DateTimeUtc>,
    /// When it was given up.
    pub dead_at: Option<DateTimeUtc>,
    pub last_error: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
