//! How many clients accepted and declined an offer.

use sea_orm::entity::prelude::*;

use crate::ids::{OfferId, OrganizationId};

/// The counts of one offer: each client by its latest answer. An offer that nobody answered has none.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "offer_count")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub offer_id: OfferId,
    pub partner_id: OrganizationId,
    pub accepted: i64,
    pub declined: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
