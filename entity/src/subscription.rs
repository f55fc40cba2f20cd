//! Organizations' subscriptions to plans.

use sea_orm::entity::prelude::*;

use crate::ids::{OrganizationId, PlanId, SubscriptionId};

/// A subscription.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "subscription")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SubscriptionId,
    pub organization_id: OrganizationId,
    pub plan_id: PlanId,
    pub seats: i32,
    pub starts_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    /// Whether it is a trial; null for no.
    pub trial: Option<bool>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The plan.
impl Related<super::plan::Entity> for Entity {
    fn to() -> RelationDef {
        Self::belongs_to(super::plan::Entity)
            .from(Column::PlanId)
            .to(super::plan::Column::Id)
            .into()
    }
}
