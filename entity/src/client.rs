//! Clients of partners: each pair once, with what partners' lists are ordered and filtered by.

use sea_orm::entity::prelude::*;

use crate::{
    ids::{GrantId, OrganizationId},
    states::Phase,
};

/// A client of a partner: an organization that has given it a grant, once at least.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "client")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub partner_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_id: OrganizationId,
    /// The latest grant.
    pub grant_id: GrantId,
    /// What became of it, apart from its term and the partner's certification.
    pub phase: Phase,
    /// The end of its term.
    pub expires_at: DateTimeUtc,
    /// The client's name as it is sorted.
    pub name_sort: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The latest grant.
impl Related<super::grant::Entity> for Entity {
    fn to() -> RelationDef {
        Self::belongs_to(super::grant::Entity)
            .from(Column::GrantId)
            .to(super::grant::Column::Id)
            .into()
    }
}

/// The client itself.
impl Related<super::organization::Entity> for Entity {
    fn to() -> RelationDef {
        Self::belongs_to(super::organization::Entity)
            .from(Column::ClientId)
            .to(super::organization::Column::Id)
            .into()
    }
}
