//! Offers that the server sent.

use sea_orm::entity::prelude::*;

use crate::ids::{OfferId, OrganizationId, SendingId, UserId};

/// One offer to one address.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "offer_sending")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SendingId,
    pub offer_id: OfferId,
    pub partner_id: OrganizationId,
    pub address: String,
    /// The address as it is compared.
    pub address_key: String,
    pub sent_at: DateTimeUtc,
    /// When the mail server said for good that it takes no mail for the address.
    pub refused_at: Option<DateTimeUtc>,
    /// Who had it sent.
    pub sent_by: Option<UserId>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
