//! Offers: a partner's reusable proposals.

use sea_orm::entity::prelude::*;

use crate::{
    ids::{OfferId, OrganizationId, UserId},
    language::Language,
    states::OfferKind,
};

/// An offer; its revisions say what it asks for.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "offer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OfferId,
    pub partner_id: OrganizationId,
    /// 128 random bits, base64url: the unguessable part of the URL.
    #[sea_orm(unique)]
    pub token: String,
    pub kind: OfferKind,
    pub revision: i32,
    pub created_by: UserId,
    pub created_at: DateTimeUtc,
    /// When the partner withdrew it.
    pub withdrawn_at: Option<DateTimeUtc>,
    /// When it expires; null for never.
    pub expires_at: Option<DateTimeUtc>,
    /// The language of its texts; null for English.
    pub language: Option<Language>,
    /// How often its page was opened; null for never.
    pub opened: Option<i64>,
    /// When its URL was last replaced.
    pub rotated_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The certification of the offer's maker.
impl Related<super::certification::Entity> for Entity {
    fn to() -> RelationDef {
        Self::belongs_to(super::certification::Entity)
            .from(Column::PartnerId)
            .to(super::certification::Column::OrganizationId)
            .into()
    }
}
