//! Users: each belongs to one organization.

use sea_orm::{ExprTrait, entity::prelude::*, sea_query::IntoCondition};

use crate::{
    ids::{GrantId, OrganizationId, UserId},
    states::DelegatedRole,
};

/// A user.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    pub organization_id: OrganizationId,
    pub display_name: String,
    /// The display name as it is searched.
    pub name_folded: Option<String>,
    /// `name@domain` as it is shown.
    pub sign_in_name: String,
    /// The sign-in name as it is compared: NFC, lower case, the domain in A-labels. Unique.
    #[sea_orm(unique)]
    pub sign_in_key: String,
    /// The delegated role that it holds for its organization's clients.
    pub delegated_role: Option<DelegatedRole>,
    /// Where one-time links are sent.
    pub contact: String,
    pub contact_verified_at: Option<DateTimeUtc>,
    /// Since when the contact is one that one of the organization's own admins, in nobody's hands, set or
    /// confirmed; null if it was set under a grant. A link that was sent after this time proves the contact.
    pub contact_own_at: Option<DateTimeUtc>,
    /// Since when the contact's mail server takes no mail for it.
    pub contact_refused_at: Option<DateTimeUtc>,
    /// PHC string; null until enrolled, and while a reset is pending.
    pub password_hash: Option<String>,
    /// The hash of the password that was taken away last, so that the same password cannot be chosen again by a link.
    pub former_hash: Option<String>,
    pub password_changed_at: Option<DateTimeUtc>,
    /// Until when a guarded user can only hold, lower and end grants, because it chose its password by a link
    /// that no admin of its own organization had sent.
    pub recovered_until: Option<DateTimeUtc>,
    pub enrolled_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub given_name: Option<String>,
    pub surname: Option<String>,
    pub job_title: Option<String>,
    pub department: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub usage_location: Option<String>,
    /// In which language its mails are (BCP 47), such as `es`; null: English.
    pub language: Option<String>,
    /// The grant under which a delegate added the user.
    pub added_grant_id: Option<GrantId>,
    /// Until when the present password works, if it is temporary and only lets the user choose another; null if it is
    /// not temporary.
    pub temporary_until: Option<DateTimeUtc>,
    /// Since when sign-in is blocked.
    pub blocked_at: Option<DateTimeUtc>,
    /// The grant under which it was blocked; null if the organization's own admins blocked it.
    pub blocked_grant_id: Option<GrantId>,
    /// When it was deleted; it can be restored for a limited time.
    pub deleted_at: Option<DateTimeUtc>,
    /// The grant under which it was deleted; null if the organization's own admins deleted it.
    pub deleted_grant_id: Option<GrantId>,
    /// When it could no longer be restored, and what was known of it was erased.
    pub purged_at: Option<DateTimeUtc>,
    /// When the last of its texts in the record was erased.
    pub texts_erased_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The user's organization.
impl Related<super::organization::Entity> for Entity {
    fn to() -> RelationDef {
        Self::belongs_to(super::organization::Entity)
            .from(Column::OrganizationId)
            .to(super::organization::Column::Id)
            .into()
    }
}

/// The certification of the user's organization.
impl Related<super::certification::Entity> for Entity {
    fn to() -> RelationDef {
        Self::belongs_to(super::certification::Entity)
            .from(Column::OrganizationId)
            .to(super::certification::Column::OrganizationId)
            .into()
    }
}

/// The user's sessions.
impl Related<super::session::Entity> for Entity {
    fn to() -> RelationDef {
        Self::belongs_to(super::session::Entity)
            .from(Column::Id)
            .to(super::session::Column::UserId)
            .into()
    }
}

/// In whose hands the user is now: those that have not ended.
impl Related<super::hand::Entity> for Entity {
    fn to() -> RelationDef {
        Self::belongs_to(super::hand::Entity)
            .from(Column::Id)
            .to(super::hand::Column::UserId)
            .on_condition(|_, hand| {
                let ended = Expr::col((hand, super::hand::Column::EndedAt));
                ended.is_null().into_condition()
            })
            .into()
    }
}

/// The user's admin roles.
impl Related<super::user_role::Entity> for Entity {
    fn to() -> RelationDef {
        Self::belongs_to(super::user_role::Entity)
            .from(Column::Id)
            .to(super::user_role::Column::UserId)
            .into()
    }
}

/// Grants of the user's organization, as a client.
impl Related<super::grant::Entity> for Entity {
    fn to() -> RelationDef {
        Self::belongs_to(super::grant::Entity)
            .from(Column::OrganizationId)
            .to(super::grant::Column::ClientId)
            .into()
    }
}

/// The user whom a hand is on.
impl Related<Entity> for super::hand::Entity {
    fn to() -> RelationDef {
        Self::belongs_to(Entity)
            .from(super::hand::Column::UserId)
            .to(Column::Id)
            .into()
    }
}

/// The user who holds a role.
impl Related<Entity> for super::user_role::Entity {
    fn to() -> RelationDef {
        Self::belongs_to(Entity)
            .from(super::user_role::Column::UserId)
            .to(Column::Id)
            .into()
    }
}
