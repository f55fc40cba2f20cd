//! Domain names held by organizations.

use sea_orm::entity::prelude::*;

use crate::ids::{DomainId, GrantId, OrganizationId};

/// A domain name.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "domain")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DomainId,
    pub organization_id: OrganizationId,
    /// A-labels, lower case.
    pub name: String,
    pub initial: bool,
    /// The text to publish in a TXT record; empty for the initial domain.
    pub proof: String,
    pub verified_at: Option<DateTimeUtc>,
    /// The grant under which a delegate added it.
    pub grant_id: Option<GrantId>,
    pub added_at: DateTimeUtc,
    /// When the proof is looked up next; null for the initial domain and until verified.
    pub check_at: Option<DateTimeUtc>,
    /// Since when the proof of a verified name is not found.
    pub failing_since: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
