//! Admin roles that wait until the user is in nobody's hands.

use sea_orm::entity::prelude::*;

use crate::{
    ids::{OperationId, OrganizationId, UserId},
    states::AdminRole,
};

/// A role that one of the account's own admins gave to a user whose sign-in a partner may hold: it counts for
/// nothing until the user is in nobody's hands.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "awaited_role")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub role: AdminRole,
    pub organization_id: OrganizationId,
    /// The admin who gave it.
    pub admin_id: UserId,
    /// The act that gave it.
    pub operation_id: OperationId,
    pub since: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
