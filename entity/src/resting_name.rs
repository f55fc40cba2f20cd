//! Domain names that were released recently: for now only the organization that held one may take it again.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;

/// A resting name.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "resting_name")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// The organization that held it.
    pub organization_id: OrganizationId,
    pub until: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
