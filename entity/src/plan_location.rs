//! Where plans are sold; a plan without any row is sold everywhere.

use sea_orm::entity::prelude::*;

use crate::ids::PlanId;

/// One country that a plan is sold in.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "plan_location")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub plan_id: PlanId,
    #[sea_orm(primary_key, auto_increment = false)]
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
