//! Subscriptions that a revision of an offer proposes.

use sea_orm::entity::prelude::*;

use crate::ids::{OfferId, PlanId};

/// One plan of one revision.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "offer_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub offer_id: OfferId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub revision: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub plan_id: PlanId,
    pub seats: i32,
    /// The most seats that a client takes, if the partner said so.
    pub most_seats: Option<i32>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
