//! Words of the names of partners' clients: what they are found by.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;

/// A word of the name of one client of a partner, folded.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "client_word")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub partner_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub word: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_id: OrganizationId,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
