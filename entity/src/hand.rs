//! Hands: ways in which someone of a partner may hold a user's sign-in. Rows are added and ended, never replaced.

use sea_orm::entity::prelude::*;

use crate::{
    ids::{GrantId, HandId, OperationId, OrganizationId, UserId},
    states::{DelegatedRole, Way},
};

/// A way in which someone of a partner may hold a user's sign-in, under a grant.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "hand")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HandId,
    pub user_id: UserId,
    pub organization_id: OrganizationId,
    pub way: Way,
    pub grant_id: GrantId,
    /// The person of the partner; null if nobody knows who it was.
    pub person_id: Option<UserId>,
    /// The most that this person's delegated role was in the acts that began it; lowered with the grant's cap.
    pub role: DelegatedRole,
    /// The act that began it.
    pub operation_id: Option<OperationId>,
    pub began_at: DateTimeUtc,
    /// When such an act was last repeated.
    pub renewed_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    /// The act that ended it.
    pub ended_operation_id: Option<OperationId>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
