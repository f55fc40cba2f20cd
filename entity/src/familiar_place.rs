//! Places from which users signed in: addresses and browsers.

use sea_orm::entity::prelude::*;

use crate::ids::UserId;

/// A place from which a user signed in.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "familiar_place")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// Keyed hash of the address, or of the secret that the browser keeps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub place: String,
    /// When the user signed in from there last.
    pub seen_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The user.
impl Related<super::user::Entity> for Entity {
    fn to() -> RelationDef {
        Self::belongs_to(super::user::Entity)
            .from(Column::UserId)
            .to(super::user::Column::Id)
            .into()
    }
}
