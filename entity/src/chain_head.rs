//! Chain heads: where each record ends, signed.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;

/// The end of one organization's record: its note, line by line, with the signature.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "chain_head")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Number of entries.
    pub size: i64,
    /// Link of the last one.
    pub link: Vec<u8>,
    /// When that was.
    pub at: DateTimeUtc,
    /// How often a loss was declared.
    pub epoch: i32,
    /// Hash of the note that had been sent before; zeros if none was.
    pub sent: Vec<u8>,
    /// The organization's initial domain.
    pub domain: String,
    /// Id of the key, as in a signed note.
    pub key: Vec<u8>,
    /// Ed25519 over the note's text.
    pub signature: Vec<u8>,
    /// Hash of the note that was sent last: what the next end names as sent before.
    pub next_sent: Option<Vec<u8>>,
    /// When it was sent.
    pub sent_at: Option<DateTimeUtc>,
    /// Number of entries in it.
    pub sent_size: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
