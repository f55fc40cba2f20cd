//! Plans: the platform's catalogue.

use sea_orm::entity::prelude::*;

use crate::ids::PlanId;

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "plan")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PlanId,
    #[sea_orm(unique)]
    pub slug: String,
    pub name: String,
    /// The name as it is searched.
    pub name_folded: Option<String>,
    /// ISO 8601 duration of a subscription.
    pub term: String,
    /// Seats of a subscription, unless another number is given.
    pub seats: i32,
    pub created_at: DateTimeUtc,
    /// What it costs, for people to read.
    pub price: Option<String>,
    /// What a seat costs, in ten-thousandths of the currency's unit.
    pub seat_price: Option<i64>,
    /// The currency of that, by its three letters of ISO 4217.
    pub currency: Option<String>,
    /// For how long it is paid: an ISO 8601 duration.
    pub price_per: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
