//! Revisions of offers: immutable and numbered.

use sea_orm::entity::prelude::*;

use crate::{ids::OfferId, states::DelegatedRole};

/// One revision.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "offer_revision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub offer_id: OfferId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub revision: i32,
    /// SHA-256 of the canonical form, in hex.
    pub digest: String,
    /// The most that is asked for.
    pub role_cap: DelegatedRole,
    /// ISO 8601 duration, from acceptance.
    pub term: String,
    /// The partner's own words.
    pub message: Option<String>,
    pub created_at: DateTimeUtc,
    /// Whether it asks for delegated administration; null for yes. If it does not, role cap and term have no
    /// meaning.
    pub delegation: Option<bool>,
    /// Where the subscriptions are to be used: ISO 3166-1 alpha-2.
    pub usage_location: Option<String>,
    /// The partner's office.
    pub office: Option<String>,
    /// The message and the office as they are searched.
    pub folded: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
