//! A partner's own tags on its clients.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;

/// One tag on one client.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "client_tag")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub partner_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub tag: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_id: OrganizationId,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
