//! The Node interface, and finding anything by its id, through the same scopes as everywhere.

use std::sync::Arc;

use async_graphql::{Context, ID, Interface, Result};
use entity::ids::OrganizationId;

use super::{Client, Device, Domain, Grant, Offer, Operation, Organization, Response, User};
use crate::{
    domain::{values::id::GlobalId, visibility},
    graphql::context::Ask,
    store::{devices, domains, grants, offers, organizations, record, responses, users},
};

/// Anything with an id.
#[derive(Interface)]
#[expect(
    clippy::large_enum_variant,
    reason = "made one at a time and handed on at once"
)]
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
}

impl Organization {
    /// One's own organization, or any for an operator; `None` otherwise.
    ///
    /// # Errors
    /// When the database cannot be read.
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
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn find(ctx: &Context<'_>, id: OrganizationId) -> Result<Option<Self>> {
        let Some(scope) = ctx.scope(id).await?.filter(|scope| scope.is_client()) else {
            return Ok(None);
        };
        let Some(row) = organizations::find(ctx.app().db.read(), &scope).await? else {
            return Ok(None);
        };
        let mut latest = grants::latest(ctx.app().db.read(), scope.organization(), &[id]).await?;
        Ok(Some(Self {
            organization: row.organization,
            grant: latest.remove(&id),
            scope,
        }))
    }
}

impl User {
    /// A user whom the viewer may see; `None` otherwise.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn find(ctx: &Context<'_>, id: entity::ids::UserId) -> Result<Option<Self>> {
        let Some(account) = users::organization_of(ctx.app().db.read(), id).await? else {
            return Ok(None);
        };
        let Some(scope) = ctx.scope(account).await? else {
            return Ok(None);
        };
        let row = users::find(ctx.app().db.read(), &scope, id).await?;
        Ok(row.map(|row| Self::new(row, scope)))
    }
}

impl Node {
    /// Anything that the viewer may see by this id; `None` otherwise.
    ///
    /// # Errors
    /// When the database cannot be read.
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
                        .map(Domain)
                        .map(Self::Domain),
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
                .map(Offer)
                .map(Self::Offer),
            GlobalId::Response(id) => responses::find(db, &own, id)
                .await?
                .map(Response)
                .map(Self::Response),
            GlobalId::Grant(id) => grants::find(db, &own, id)
                .await?
                .map(Grant)
                .map(Self::Grant),
            GlobalId::Operation(id) => match record::organization_of(db, id).await? {
                Some(account) => match ctx.scope(account).await? {
                    Some(scope) => {
                        let row = record::find(db, &scope, id).await?;
                        row.map(Operation::new).map(Self::Operation)
                    }
                    None => None,
                },
                None => None,
            },
        })
    }
}
