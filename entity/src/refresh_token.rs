//! Refresh tokens: each works once; only its hash is kept.

use sea_orm::entity::prelude::*;

use crate::ids::SessionId;

/// A refresh token.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refresh_token")]
pub struct Model {
    /// SHA-256 of the token, in hex.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: String,
    pub session_id: SessionId,
    pub created_at: DateTimeUtc,
    pub used_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The session it continues.
impl Related<super::session::Entity> for Entity {
    fn to() -> RelationDef {
        Self::belongs_to(super::session::Entity)
            .from(Column::SessionId)
            .to(super::session::Column::Id)
            .into()
    }
}
