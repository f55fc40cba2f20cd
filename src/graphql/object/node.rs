//! The Node interface, and finding anything by its id, through the same scopes as everywhere.

use std::sync::Arc;

use async_graphql::{Context, ID, Interface, Result};
use entity::ids::{OperationId, OrganizationId, RecoveryId};

use super::{
    Client, Delivery, Device, Domain, Grant, Offer, Operation, Organization, Plan,
    PlanSubscription, Recovery, Response, Service, User, client::Brought,
};
use crate::{
    domain::{
        values::id::GlobalId,
        visibility::{self, View},
    },
    graphql::context::Ask,
    store::{
        clients, devices, directory, domains, grants, offers, organizations, outbox,
        page::Page,
        plans, record,
        record::search::{self, Filter},
        recoveries, responses, subscriptions,
    },
};

/// Anything with an id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Opaque id."))]
pub enum Node {
    /// An organization.
    Organization(Organization),
    /// A client.
    Client(Client),
    /// A user.
    User(User),
    /// A domain name.
    Domain(Domain),
    /// A device.
    Device(Device),
    /// An offer.
    Offer(Offer),
    /// A response.
    Response(Response),
    /// A grant.
    Grant(Grant),
    /// An entry of the record.
    Operation(Operation),
    /// A service of the catalogue.
    Service(Service),
    /// A plan of the catalogue.
    Plan(Plan),
    /// A subscription of an organization.
    PlanSubscription(PlanSubscription),
    /// A delivery, to operators.
    Delivery(Delivery),
    /// A recovery, to operators and to admins of its organization.
    Recovery(Recovery),
}

impl Organization {
    /// One's own organization, or any for an operator; `None` otherwise.
    pub async fn find(ctx: &Context<'_>, id: OrganizationId) -> Result<Option<Self>> {
        let Some(scope) = ctx.scope(id).await?.filter(|scope| !scope.is_client()) else {
            return Ok(None);
        };
        let row = organizations::find(ctx.app().db.read(), &scope).await?;
        Ok(row.map(|row| Self { row, scope }))
    }
}

impl Client {
    /// A client of the viewer's partner; `None` otherwise.
    pub async fn find(ctx: &Context<'_>, id: OrganizationId) -> Result<Option<Self>> {
        let Some(scope) = ctx.scope(id).await?.filter(|scope| scope.is_client()) else {
            return Ok(None);
        };
        let Some(row) = organizations::find(ctx.app().db.read(), &scope).await? else {
            return Ok(None);
        };
        let db = ctx.app().db.read();
        let mut latest = clients::latest_grants(db, scope.organization(), &[id]).await?;
        Ok(Some(Self {
            organization: row.organization,
            grant: latest.remove(&id),
            scope,
            brought: Brought::default(),
        }))
    }
}

impl User {
    /// A user whom the viewer may see; `None` otherwise.
    pub async fn find(ctx: &Context<'_>, id: entity::ids::UserId) -> Result<Option<Self>> {
        let Some(account) = directory::organization_of(ctx.app().db.read(), id).await? else {
            return Ok(None);
        };
        let Some(scope) = ctx.scope(account).await? else {
            return Ok(None);
        };
        let row = directory::find(ctx.app().db.read(), &scope, id).await?;
        ctx.shown(account, usize::from(row.is_some()))?;
        Ok(row.map(|row| Self::new(row, scope)))
    }
}

impl Operation {
    /// An entry that the viewer may see: by its scope in the record's organization, or as one of a user whose sign-in its
    /// partner may hold.
    pub async fn find(ctx: &Context<'_>, id: OperationId) -> Result<Option<Self>> {
        let db = ctx.app().db.read();
        let Some(account) = record::organization_of(db, id).await? else {
            return Ok(None);
        };
        if let Some(scope) = ctx.scope(account).await?
            && let Some(row) = record::find(db, &scope, id).await?
        {
            return Ok(Some(Self::new(row)));
        }
        let Some(scope) = ctx.partner_scope()? else {
            return Ok(None);
        };
        let (page, now) = (
            Page {
                first: 1,
                after: None,
            },
            ctx.app().now(),
        );
        let filter = Filter::default();
        let (slice, known) = search::in_hands(db, &scope, &filter, Some(id), page, now).await?;
        let known = Arc::new(known);
        let row = slice.rows.into_iter().next();
        Ok(row.map(|row| Self::of_known(row, known)))
    }
}

impl Recovery {
    /// A recovery that the viewer may see; `None` otherwise.
    pub async fn find(ctx: &Context<'_>, id: RecoveryId) -> Result<Option<Self>> {
        let db = ctx.app().db.read();
        let Some(found) = recoveries::find(db, id).await? else {
            return Ok(None);
        };
        let scope = ctx.scope(found.row.organization_id).await?;
        let seen = scope.is_some_and(|scope| scope.sees(View::Recovery));
        Ok(seen.then(|| Self::new(found.row)))
    }
}

impl Node {
    /// Anything that the viewer may see by this id; `None` otherwise.
    pub async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<Self>> {
        let Some(id) = GlobalId::decode(id) else {
            return Ok(None);
        };
        let db = ctx.app().db.read();
        let own = Arc::new(visibility::own(ctx.viewer()?));
        Ok(match id {
            GlobalId::Organization(id) => {
                Organization::find(ctx, id).await?.map(Self::Organization)
            }
            GlobalId::Client(id) => Client::find(ctx, id).await?.map(Self::Client),
            GlobalId::User(id) => User::find(ctx, id).await?.map(Self::User),
            GlobalId::Domain(id) => match domains::organization_of(db, id).await? {
                Some(account) => match ctx.scope(account).await? {
                    Some(scope) => domains::find(db, &scope, id)
                        .await?
                        .map(|row| Self::Domain(Domain::new(row, &scope))),
                    None => None,
                },
                None => None,
            },
            GlobalId::Device(id) => devices::find(db, &own, id)
                .await?
                .map(Device)
                .map(Self::Device),
            GlobalId::Offer(id) => offers::find(db, &own, id)
                .await?
                .map(Offer::new)
                .map(Self::Offer),
            GlobalId::Response(id) => responses::find(db, &own, id)
                .await?
                .map(Response)
                .map(Self::Response),
            GlobalId::Grant(id) => grants::find(db, &own, id)
                .await?
                .map(Grant)
                .map(Self::Grant),
            GlobalId::Operation(id) => Operation::find(ctx, id).await?.map(Self::Operation),
            GlobalId::Service(id) => {
                let row = plans::services_by_id(db, &[id]).await?.pop();
                row.map(Service).map(Self::Service)
            }
            GlobalId::Plan(id) => {
                let row = plans::plans_of(db, &[id]).await?.remove(&id);
                row.map(Plan::new).map(Self::Plan)
            }
            GlobalId::Delivery(id) => match visibility::platform(ctx.viewer()?) {
                Some(scope) => {
                    let row = outbox::find(db, &scope, id).await?;
                    row.map(Delivery).map(Self::Delivery)
                }
                None => None,
            },
            GlobalId::Recovery(id) => Recovery::find(ctx, id).await?.map(Self::Recovery),
            // A sending is shown with its offer, and by itself nowhere.
            GlobalId::Sending(_) => None,
            GlobalId::Subscription(id) => match subscriptions::organization_of(db, id).await? {
                Some(account) => match ctx.scope(account).await? {
                    Some(scope) => subscriptions::find(db, &scope, id)
                        .await?
                        .map(PlanSubscription)
                        .map(Self::PlanSubscription),
                    None => None,
                },
                None => None,
            },
        })
    }
}
