//! Admin roles held by users.

use sea_orm::entity::prelude::*;

use crate::{
    ids::{GrantId, OrganizationId, UserId},
    states::AdminRole,
};

/// One admin role of one user.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user_role")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub role: AdminRole,
    pub organization_id: OrganizationId,
    /// The grant under which a delegate gave it.
    pub grant_id: Option<GrantId>,
    /// That delegate; null if nobody knows who it was.
    pub person_id: Option<UserId>,
    pub assigned_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
