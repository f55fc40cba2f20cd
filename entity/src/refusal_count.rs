//! Counters of repeated refusals: the first of an hour is an entry of the record, the rest are counted here.

use sea_orm::entity::prelude::*;

use crate::ids::{OrganizationId, UserId};

/// One counter.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refusal_count")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub actor_id: UserId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub reason: String,
    /// The id of the thing that it was tried on; empty if none was named that the actor may see.
    #[sea_orm(primary_key, auto_increment = false)]
    pub target: String,
    /// The hour, as its first second.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hour: DateTimeUtc,
    /// Refusals after the first.
    pub repeats: i64,
    /// When its summary entered the record.
    pub closed_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
