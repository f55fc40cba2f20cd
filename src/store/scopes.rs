//! The way to a scope: what is between the actor's organization and the one it asks about, and the scope that it gives.

use entity::{grant, ids::OrganizationId, response};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    app::App,
    domain::{
        grant::GrantFacts,
        viewer::Actor,
        visibility::{self, Scope},
    },
    error::Result,
    store::from_rows::grant_facts,
};

/// What the actor may read of an organization; `None` where it does not exist for it.
pub async fn of(app: &App, actor: &Actor, account: OrganizationId) -> Result<Option<Scope>> {
    if actor.organization == account {
        return Ok(Some(visibility::own(actor)));
    }
    let db = app.db.read();
    let grant = latest(db, actor, account).await?;
    let grant = grant.map(|grant| app.anchors.as_held(grant));
    let responded = responded(db, actor.organization, account).await?;
    Ok(visibility::scope(
        actor,
        account,
        grant.as_ref(),
        responded,
        app.now(),
    ))
}

/// What the actor may read of a client of its organization, whose latest grant this row is: without a statement.
pub fn of_client(app: &App, actor: &Actor, row: &grant::Model) -> Option<Scope> {
    // A record that is not believed holds the grant, for reads too.
    let grant = app.anchors.as_held(grant_facts(row, actor.certification));
    visibility::scope(actor, row.client_id, Some(&grant), false, app.now())
}

/// The latest grant from `client` to the actor's organization.
pub(in crate::store) async fn latest<C: ConnectionTrait>(
    conn: &C,
    actor: &Actor,
    client: OrganizationId,
) -> Result<Option<GrantFacts>> {
    let row = grant::Entity::find()
        .filter(grant::Column::ClientId.eq(client))
        .filter(grant::Column::PartnerId.eq(actor.organization))
        .order_by_desc(grant::Column::Id)
        .one(conn)
        .await?;
    Ok(row.map(|row| grant_facts(&row, actor.certification)))
}

/// Whether `client` ever answered an offer of `partner`.
pub(in crate::store) async fn responded<C: ConnectionTrait>(
    conn: &C,
    partner: OrganizationId,
    client: OrganizationId,
) -> Result<bool> {
    let row = response::Entity::find()
        .filter(response::Column::ClientId.eq(client))
        .filter(response::Column::PartnerId.eq(partner))
        .one(conn)
        .await?;
    Ok(row.is_some())
}
