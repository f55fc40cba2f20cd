//! Which services a plan includes.

use sea_orm::entity::prelude::*;

use crate::ids::{PlanId, ServiceId};

/// One service of one plan.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "plan_service")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub plan_id: PlanId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub service_id: ServiceId,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The service.
impl Related<super::service::Entity> for Entity {
    fn to() -> RelationDef {
        Self::belongs_to(super::service::Entity)
            .from(Column::ServiceId)
            .to(super::service::Column::Id)
            .into()
    }
}
