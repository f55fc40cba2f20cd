//! Managed devices.

use entity::{device, ids::DeviceId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr,
};

use crate::{
    domain::{
        policy::DeviceTarget,
        values::Name,
        visibility::{Scope, View},
    },
    error::Result,
    store::{
        act::Act,
        page::{self, Page, Slice},
    },
};

/// Registers a device of the act's account.
pub async fn insert(act: &Act<'_>, name: &Name) -> Result<DeviceId> {
    let id = act.id();
    let row = device::ActiveModel {
        id: Set(id),
        organization_id: Set(act.account()),
        name: Set(name.as_str().to_owned()),
        registered_at: Set(act.now()),
        retired_at: Set(None),
        wipe_requested_at: Set(None),
    };
    device::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await?;
    Ok(id)
}

/// Retires a device of the account.
pub async fn retire(act: &Act<'_>, device: &DeviceTarget) -> Result<()> {
    device::Entity::update_many()
        .filter(device::Column::Id.eq(device.id))
        .filter(device::Column::OrganizationId.eq(act.account()))
        .col_expr(device::Column::RetiredAt, Expr::value(act.now()))
        .exec(act.tx())
        .await?;
    Ok(())
}

/// Notes that a device of the account was asked to erase itself.
pub async fn wipe(act: &Act<'_>, device: &DeviceTarget) -> Result<()> {
    device::Entity::update_many()
        .filter(device::Column::Id.eq(device.id))
        .filter(device::Column::OrganizationId.eq(act.account()))
        .col_expr(device::Column::WipeRequestedAt, Expr::value(act.now()))
        .exec(act.tx())
        .await?;
    Ok(())
}

/// One device that the scope shows.
pub async fn find<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    id: DeviceId,
) -> Result<Option<device::Model>> {
    if !scope.sees(View::Devices) {
        return Ok(None);
    }
    let query =
        device::Entity::find_by_id(id).filter(device::Column::OrganizationId.eq(scope.account()));
    Ok(query.one(conn).await?)
}

/// A page of the devices that the scope shows.
pub async fn list<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    page: Page,
) -> Result<Slice<device::Model>> {
    if !scope.sees(View::Devices) {
        return Ok(Slice::empty());
    }
    let account = (device::Column::OrganizationId, scope.account());
    let rows = page::oldest_of(device::Entity::find(), account, device::Column::Id, page)
        .all(conn)
        .await?;
    Ok(Slice::new(rows, page))
}
