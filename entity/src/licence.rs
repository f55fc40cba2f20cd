//! Licences: a seat of a subscription, assigned to a user.

use sea_orm::entity::prelude::*;

use crate::ids::{OrganizationId, SubscriptionId, UserId};

/// A licence.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "licence")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub subscription_id: SubscriptionId,
    pub organization_id: OrganizationId,
    pub assigned_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The subscription.
impl Related<super::subscription::Entity> for Entity {
    fn to() -> RelationDef {
        Self::belongs_to(super::subscription::Entity)
            .from(Column::SubscriptionId)
            .to(super::subscription::Column::Id)
            .into()
    }
}
