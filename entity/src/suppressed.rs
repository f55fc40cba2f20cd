//! Addresses that want no offers by mail.

use sea_orm::entity::prelude::*;

/// One address.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "suppressed")]
pub struct Model {
    /// The address as it is compared.
    #[sea_orm(primary_key, auto_increment = false)]
    pub address_key: String,
    pub suppressed_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
