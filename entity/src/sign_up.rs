//! Sign-ups: organizations that were asked for with an offer, and do not exist yet.

use sea_orm::entity::prelude::*;

use crate::ids::{OfferId, SignUpId};

/// A sign-up. The organization is made when the mailed link is redeemed.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_up")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SignUpId,
    pub offer_id: OfferId,
    pub name: String,
    pub slug: String,
    pub admin_name: String,
    /// The part of the admin's sign-in name before the @.
    pub admin_sign_in_name: String,
    /// Where the link is sent.
    pub contact: String,
    /// The mailbox of the contact, as it is compared.
    pub mailbox: Option<String>,
    /// SHA-256 of the link's secret; null until it is sent.
    #[sea_orm(unique)]
    pub hash: Option<String>,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub closed_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
