//! Managed devices.

use sea_orm::entity::prelude::*;

use crate::ids::{DeviceId, OrganizationId};

/// A device.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "device")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeviceId,
    pub organization_id: OrganizationId,
    pub name: String,
    pub registered_at: DateTimeUtc,
    pub retired_at: Option<DateTimeUtc>,
    /// When it was asked to erase itself.
    pub wipe_requested_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
