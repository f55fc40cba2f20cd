//! Services that plans include.

use sea_orm::entity::prelude::*;

use crate::ids::ServiceId;

/// A service.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ServiceId,
    #[sea_orm(unique)]
    pub slug: String,
    pub name: String,
    /// Where it is administered.
    pub url: String,
    /// Whether delegates may administer it; false for device management.
    pub delegable: bool,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
