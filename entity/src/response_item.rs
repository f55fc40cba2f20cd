//! Subscriptions that an answer took.

use sea_orm::entity::prelude::*;

use crate::ids::{PlanId, ResponseId, SubscriptionId};

/// One plan of one answer.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "response_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub response_id: ResponseId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub plan_id: PlanId,
    pub seats: i32,
    pub subscription_id: SubscriptionId,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
