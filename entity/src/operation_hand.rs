//! The grants in whose hands the actors of entries were: a copy of the entry's `hands`, for queries.

use sea_orm::entity::prelude::*;

use crate::ids::{GrantId, OperationId, OrganizationId};

/// A grant in whose hands the actor of an entry was.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "operation_hand")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub grant_id: GrantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub operation_id: OperationId,
    /// The grant's partner; null if the grant is not known.
    pub partner_id: Option<OrganizationId>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
