//! Certifications: the platform's word that an organization may offer delegated administration.

use sea_orm::entity::prelude::*;

use crate::ids::{CertificationId, OrganizationId};

/// A certification; at most one for each organization.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certification")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CertificationId,
    #[sea_orm(unique)]
    pub organization_id: OrganizationId,
    pub certified_at: DateTimeUtc,
    pub suspended_at: Option<DateTimeUtc>,
    pub suspension_reason: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
