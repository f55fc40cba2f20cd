//! Facts about the installation itself.

use entity::{ids::OrganizationId, installation, organization};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::OnConflict};

use crate::{
    db::{Trusted, Tx},
    error::Result,
};

/// A fact by which `serve` knows a database with published passwords.
pub const DEMO: &str = "demo";

/// The platform organization; `None` before the first start.
pub async fn platform<C: Trusted>(conn: &C) -> Result<Option<OrganizationId>> {
    let query = organization::Entity::find().filter(organization::Column::Platform.eq(true));
    Ok(query.one(conn).await?.map(|row| row.id))
}

/// A fact.
pub async fn fact<C: Trusted>(conn: &C, name: &str) -> Result<Option<String>> {
    Ok(installation::Entity::find_by_id(name)
        .one(conn)
        .await?
        .map(|row| row.value))
}

/// Notes a fact.
pub async fn set_fact(tx: &Tx, name: &str, value: &str) -> Result<()> {
    let row = installation::ActiveModel {
        name: Set(name.to_owned()),
        value: Set(value.to_owned()),
    };
    let update = OnConflict::column(installation::Column::Name)
        .update_column(installation::Column::Value)
        .to_owned();
    installation::Entity::insert(row)
        .on_conflict(update)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}
