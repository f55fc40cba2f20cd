//! Makes scopes: from what there is between the actor's organization and the one that it asks about.

use entity::{
    domain, grant,
    ids::{DomainId, OperationId, OrganizationId, RecoveryId, SubscriptionId, UserId},
    operation, recovery, response, subscription, user,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::{
    app::App,
    domain::{
        grant::GrantFacts,
        policy::Facts,
        viewer::Actor,
        visibility::{self, Scope, View},
    },
    error::Result,
    store::from_rows::grant_facts,
};

/// What the actor may read of an organization; `None` if the organization does not exist for the actor.
pub async fn of(app: &App, actor: &Actor, account: OrganizationId) -> Result<Option<Scope>> {
    if actor.organization == account {
        return Ok(Some(visibility::own(actor)));
    }
    let db = app.db.read();
    let grant = latest(db, actor, account).await?;
    let grant = grant.map(|grant| app.anchors.as_held(grant));
    // Whether it answered an offer only matters for an organization that never gave a grant.
    let responded = grant.is_none() && responded(db, actor.organization, account).await?;
    Ok(visibility::scope(
        actor,
        account,
        grant.as_ref(),
        responded,
        app.now(),
    ))
}

/// A thing that is in an account.
#[derive(Clone, Copy, Debug)]
pub enum Inside {
    User(UserId),
    Domain(DomainId),
    Subscription(SubscriptionId),
    Operation(OperationId),
    Recovery(RecoveryId),
}

/// What the actor may read of the account that a thing is in; `None` if there is no such thing, or if the account
/// does not exist for the actor.
pub async fn around(app: &App, actor: &Actor, thing: Inside) -> Result<Option<Scope>> {
    let db = app.db.read();
    macro_rules! account {
        ($table:ident, $id:expr) => {
            $table::Entity::find_by_id($id)
                .select_only()
                .column($table::Column::OrganizationId)
                .into_tuple()
                .one(db)
                .await?
        };
    }
    let account: Option<OrganizationId> = match thing {
        Inside::User(id) => account!(user, id),
        Inside::Domain(id) => account!(domain, id),
        Inside::Subscription(id) => account!(subscription, id),
        Inside::Operation(id) => account!(operation, id),
        Inside::Recovery(id) => account!(recovery, id),
    };
    // The same statements either way, so that neither their number nor their time says whether there is such a thing.
    let scope = of(app, actor, account.unwrap_or(OrganizationId(Uuid::nil()))).await?;
    Ok(scope.filter(|_| account.is_some()))
}

/// What the actor may read of a client of its organization, given the client's latest grant; runs no statement.
pub fn of_client(app: &App, actor: &Actor, row: &grant::Model) -> Option<Scope> {
    // If the account's record is not believed, the grant counts as held, for reads too.
    let grant = app.anchors.as_held(grant_facts(row, actor.certification));
    visibility::scope(actor, row.client_id, Some(&grant), false, app.now())
}

/// What the caller may read of the account that facts are about; runs no statement.
pub fn of_facts(app: &App, facts: &Facts) -> Option<Scope> {
    let (actor, account) = (facts.caller.actor()?, facts.account.as_ref()?.id);
    if actor.organization == account {
        return Some(visibility::own(actor));
    }
    let grant = facts.grant.clone().map(|grant| app.anchors.as_held(grant));
    visibility::scope(actor, account, grant.as_ref(), facts.responded, app.now())
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

/// The accounts of which these scopes show something.
pub(in crate::store) fn accounts(scopes: &[&Scope], view: View) -> Vec<Uuid> {
    let seen = scopes.iter().filter(|scope| scope.sees(view));
    seen.map(|scope| scope.account().0).collect()
}
