//! The record: every act, done or refused, hash-chained by organization. Rows are only ever added. Texts beside
//! them can be erased; their commitments stay.

use sea_orm::entity::prelude::*;

use crate::{
    ids::{GrantId, OperationId, OrganizationId, SessionId, UserId},
    states::{AuthorityKind, DelegatedRole, Outcome},
};

/// One entry. Its canonical body is made of the columns: nothing is kept twice.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "operation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OperationId,
    pub organization_id: OrganizationId,
    /// Place in the chain, from 1, without gaps.
    pub seq: i64,
    /// Stable name of the operation kind.
    pub kind: String,
    pub outcome: Outcome,
    pub reason: Option<String>,
    pub at: DateTimeUtc,
    pub authority: AuthorityKind,
    pub actor_id: Option<UserId>,
    pub actor_organization_id: Option<OrganizationId>,
    pub session_id: Option<SessionId>,
    pub grant_id: Option<GrantId>,
    pub role: Option<DelegatedRole>,
    /// The type of the thing that was touched.
    pub target_type: Option<String>,
    pub target_id: Option<Uuid>,
    /// What changed, a JSON object; null for none.
    pub changes: Option<String>,
    /// The hands that the actor was in, a JSON array; null for none.
    pub hands: Option<String>,
    pub actor_name: Option<String>,
    pub actor_sign_in_name: Option<String>,
    pub actor_organization_name: Option<String>,
    pub target_name: Option<String>,
    pub ticket: Option<String>,
    /// The actor's note: why it was done.
    pub note: Option<String>,
    /// The note as it is searched.
    pub note_folded: Option<String>,
    /// Salts of the texts that are there, 16 bytes each, in the order of the columns.
    pub salts: Vec<u8>,
    /// Commitments to the texts that were erased, a JSON object; null if none was.
    pub erased: Option<String>,
    /// SHA-256 over the link before and the hash of the body.
    pub link: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
