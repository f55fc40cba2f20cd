//! A partner's own tags on its clients.

use std::collections::HashMap;

use entity::{client_tag, ids::OrganizationId};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{
    domain::{values::Tag, visibility::PartnerScope},
    error::Result,
    store::{act::Act, page},
};

/// Most tags on one client.
pub const MOST: usize = 20;

/// Sets the tags that the act's account, a partner, puts on a client.
pub async fn set(act: &Act<'_>, client: OrganizationId, tags: &[Tag]) -> Result<()> {
    client_tag::Entity::delete_many()
        .filter(client_tag::Column::PartnerId.eq(act.account()))
        .filter(client_tag::Column::ClientId.eq(client))
        .exec(act.tx())
        .await?;
    if tags.is_empty() {
        return Ok(());
    }
    let rows = tags.iter().map(|tag| client_tag::ActiveModel {
        partner_id: Set(act.account()),
        tag: Set(tag.as_str().to_owned()),
        client_id: Set(client),
    });
    client_tag::Entity::insert_many(rows)
        .exec_without_returning(act.tx())
        .await?;
    Ok(())
}

/// The partner's tags on several clients, in order.
pub async fn of_clients<C: ConnectionTrait>(
    conn: &C,
    scope: &PartnerScope,
    clients: &[OrganizationId],
) -> Result<HashMap<OrganizationId, Vec<String>>> {
    if clients.is_empty() {
        return Ok(HashMap::new());
    }
    let own = client_tag::Entity::find().filter(client_tag::Column::PartnerId.eq(scope.partner()));
    let of = (
        client_tag::Column::ClientId,
        clients.iter().map(|client| client.0),
    );
    let rows = page::one_by_one(conn.get_database_backend(), own, of, MOST as u64)
        .all(conn)
        .await?;
    let mut tags: HashMap<_, Vec<String>> = HashMap::new();
    for row in rows {
        tags.entry(row.client_id).or_default().push(row.tag);
    }
    tags.values_mut().for_each(|tags| tags.sort_unstable());
    Ok(tags)
}
