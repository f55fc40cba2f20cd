//! Contacts that users had proven and no longer have: for some time they still count as these users' contacts.

use sea_orm::entity::prelude::*;

use crate::ids::{OperationId, OrganizationId, UserId};

/// A contact that one of an organization's users had proven.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "former_contact")]
pub struct Model {
    /// The act by which the user got another contact.
    #[sea_orm(primary_key, auto_increment = false)]
    pub operation_id: OperationId,
    pub organization_id: OrganizationId,
    pub user_id: UserId,
    pub contact: String,
    pub until: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
