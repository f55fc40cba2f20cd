//! The outbox: deliveries written in the transaction that they tell about, carried out after it.

use sea_orm::entity::prelude::*;

use crate::ids::{OrganizationId, OutboxId};

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
    /// What is less goes first.
    pub urgency: i32,
    /// Its turn among what is as urgent.
    pub place: i64,
    /// The organization that caused it.
    pub cause: Option<OrganizationId>,
    /// Keyed hash of the mailbox that it was sent to; null until then.
    pub mailbox: Option<String>,
    /// The number of the process that claimed it last.
    pub claimed_by: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
