//! The record: every act, done or refused, hash-chained by organization. Rows are only ever added.

use sea_orm::entity::prelude::*;

use crate::{
    ids::{GrantId, OperationId, OrganizationId, UserId},
    states::{AuthorityKind, DelegatedRole, Outcome},
};

/// One entry. Every column beside `body`, `hash`, `salt` and `beside` repeats what `body` or `beside` says, for queries.
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
    pub grant_id: Option<GrantId>,
    pub role: Option<DelegatedRole>,
    /// What was touched, whatever it is.
    pub target_id: Option<Uuid>,
    pub ticket: Option<String>,
    /// The actor's own reason.
    pub note: Option<String>,
    /// The canonical form that is hashed.
    pub body: String,
    /// SHA-256 over the previous hash and `body`, in hex.
    pub hash: String,
    /// Salt of the commitment to `beside`; erased with it.
    pub salt: Option<String>,
    /// Names, addresses and free text that can be erased without breaking the chain.
    pub beside: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
