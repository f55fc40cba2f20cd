//! Chain heads: where each record ends, signed.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;

/// The end of one organization's record.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "chain_head")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    pub seq: i64,
    pub hash: String,
    /// Key id of the record key.
    pub key_id: String,
    /// Ed25519 over organization, seq and hash, base64url.
    pub signature: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
