//! Responses: a client's answers to offers.

use sea_orm::entity::prelude::*;

use crate::{
    ids::{GrantId, OfferId, OperationId, OrganizationId, ResponseId, UserId},
    states::Answer,
};

/// One answer to one revision.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "response")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ResponseId,
    pub offer_id: OfferId,
    pub revision: i32,
    pub partner_id: OrganizationId,
    pub client_id: OrganizationId,
    pub answer: Answer,
    pub reason: Option<String>,
    pub answered_by: UserId,
    pub grant_id: Option<GrantId>,
    pub operation_id: OperationId,
    pub answered_at: DateTimeUtc,
    /// Whether delegation was taken; if null, the grant says it.
    pub delegation_taken: Option<bool>,
    /// Whether the subscriptions were taken; null for no.
    pub items_taken: Option<bool>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
