//! Grants: the consent of a client to be administered by a partner, the only source of delegated authority.

use sea_orm::entity::prelude::*;

use crate::{
    ids::{GrantId, OfferId, OrganizationId},
    states::{DelegatedRole, Side},
};

/// A grant; its state is derived, never stored.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "grant")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: GrantId,
    pub partner_id: OrganizationId,
    pub client_id: OrganizationId,
    pub offer_id: OfferId,
    pub revision: i32,
    pub role_cap: DelegatedRole,
    /// ISO 8601 duration, from acceptance.
    pub term: String,
    pub accepted_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub client_hold_at: Option<DateTimeUtc>,
    pub partner_hold_at: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
    /// The side that ended it; null if it ended with its term.
    pub ended_by: Option<Side>,
    /// When both sides are next reminded of the end of the term; null when no more.
    pub remind_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The client.
impl Related<super::organization::Entity> for Entity {
    fn to() -> RelationDef {
        Self::belongs_to(super::organization::Entity)
            .from(Column::ClientId)
            .to(super::organization::Column::Id)
            .into()
    }
}

/// The partner's certification.
impl Related<super::certification::Entity> for Entity {
    fn to() -> RelationDef {
        Self::belongs_to(super::certification::Entity)
            .from(Column::PartnerId)
            .to(super::certification::Column::OrganizationId)
            .into()
    }
}
