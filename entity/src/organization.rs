//! Organizations: the tenants.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;

/// An organization.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organization")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrganizationId,
    /// The label of the initial domain, unique, lower case.
    pub slug: String,
    pub name: String,
    /// The name as it is searched and sorted.
    pub name_folded: Option<String>,
    /// When the words that it is found by as a client were first kept.
    pub worded_at: Option<DateTimeUtc>,
    /// `<slug>.<platform domain>`, lower case; never removable.
    pub initial_domain: String,
    /// True for the one organization whose users are the operators.
    pub platform: bool,
    pub created_at: DateTimeUtc,
    /// The verified name that users are added at; null for the initial domain.
    pub default_domain: Option<String>,
    /// The key by which its name is compared, so that no organization can be mistaken for another.
    pub name_key: Option<String>,
    /// The key by which its slug is compared.
    pub slug_key: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The organization's certification.
impl Related<super::certification::Entity> for Entity {
    fn to() -> RelationDef {
        Self::belongs_to(super::certification::Entity)
            .from(Column::Id)
            .to(super::certification::Column::OrganizationId)
            .into()
    }
}

/// The organization's rules for those who act in it.
impl Related<super::account_rules::Entity> for Entity {
    fn to() -> RelationDef {
        Self::belongs_to(super::account_rules::Entity)
            .from(Column::Id)
            .to(super::account_rules::Column::OrganizationId)
            .into()
    }
}
