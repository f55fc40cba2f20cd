//! The Node interface, and finding anything by its id, through the same scopes as everywhere.

use async_graphql::{Context, ID, Interface, Result};

use super::{
    Client, Delivery, Device, Domain, Grant, Offer, OfferSending, Operation, Organization, Plan,
    PlanSubscription, Recovery, Response, Service, User,
};
use crate::{domain::values::id::GlobalId, graphql::context::Ask};

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
    /// An address that an offer was sent to.
    OfferSending(OfferSending),
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

impl Node {
    /// Anything that the viewer may see by this id; `None` otherwise.
    pub async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<Self>> {
        let Some(id) = GlobalId::decode(id) else {
            return Ok(None);
        };
        ctx.viewer()?;
        Ok(match id {
            GlobalId::Organization(id) => {
                Organization::find(ctx, id).await?.map(Self::Organization)
            }
            GlobalId::Client(id) => Client::find(ctx, id).await?.map(Self::Client),
            GlobalId::User(id) => User::find(ctx, id).await?.map(Self::User),
            GlobalId::Domain(id) => Domain::find(ctx, id).await?.map(Self::Domain),
            GlobalId::Device(id) => Device::find(ctx, id).await?.map(Self::Device),
            GlobalId::Offer(id) => Offer::find(ctx, id).await?.map(Self::Offer),
            GlobalId::Response(id) => Response::find(ctx, id).await?.map(Self::Response),
            GlobalId::Grant(id) => Grant::find(ctx, id).await?.map(Self::Grant),
            GlobalId::Operation(id) => Operation::find(ctx, id).await?.map(Self::Operation),
            GlobalId::Service(id) => Service::find(ctx, id).await?.map(Self::Service),
            GlobalId::Plan(id) => Plan::find(ctx, id).await?.map(Self::Plan),
            GlobalId::Delivery(id) => Delivery::find(ctx, id).await?.map(Self::Delivery),
            GlobalId::Recovery(id) => Recovery::find(ctx, id).await?.map(Self::Recovery),
            GlobalId::Sending(id) => OfferSending::find(ctx, id).await?.map(Self::OfferSending),
            GlobalId::Subscription(id) => PlanSubscription::find(ctx, id)
                .await?
                .map(Self::PlanSubscription),
        })
    }
}
