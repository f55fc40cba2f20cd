//! The rules of accounts for those who act in them.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;

/// The rules of one account.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account_rules")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Whether a reset may send a link.
    pub link_allowed: bool,
    /// Whether a reset may show a temporary password once.
    pub show_once_allowed: bool,
    /// Whether delegates must name a ticket.
    pub ticket_required: bool,
    /// Whether delegates must write a note.
    pub reason_required: bool,
    /// Whether delegates may obtain the sign-in of admins, and change contacts that the account's own admins set or
    /// confirmed.
    pub sign_ins_delegable: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
