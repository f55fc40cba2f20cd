//! One-time links for enrolment and resets; the secret is derived from the installation's key while the mail is sent, and only its hash is kept.

use sea_orm::entity::prelude::*;

use crate::{
    ids::{GrantId, LinkId, OperationId, OrganizationId, UserId},
    states::LinkPurpose,
};

/// A one-time link.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "link")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LinkId,
    pub user_id: UserId,
    pub organization_id: OrganizationId,
    pub purpose: LinkPurpose,
    /// SHA-256 of the secret, in hex; null until it is sent.
    #[sea_orm(unique)]
    pub hash: Option<String>,
    /// The grant under which a delegate had it sent, or whose end, not by the client, had it sent; null if the
    /// organization's own admins had it sent.
    pub grant_id: Option<GrantId>,
    /// The act that made it.
    pub operation_id: Option<OperationId>,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    /// When it was redeemed, or replaced by a later one.
    pub closed_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The user it is for.
impl Related<super::user::Entity> for Entity {
    fn to() -> RelationDef {
        Self::belongs_to(super::user::Entity)
            .from(Column::UserId)
            .to(super::user::Column::Id)
            .into()
    }
}
