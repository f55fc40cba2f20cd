//! Payloads: what was changed is read again, under the viewer's scope of the moment, so that a
//! replay shows no more than a read would.

use std::sync::Arc;

use async_graphql::{Context, Result};
use entity::ids::OrganizationId;
use secrecy::ExposeSecret;
use tokio::sync::OnceCell;

use crate::{
    domain::visibility::{self, Scope},
    graphql::{
        context::Ask,
        object::{
            Client, Delivery, Device, Domain, Grant, Offer, Operation, Organization, Plan,
            PlanSubscription, Recovery, Response, Service, User,
        },
    },
    operations::Done,
    store::{
        devices, directory, domains, grants, offers, outbox, plans, record, responses,
        subscriptions,
    },
};

/// What an operation was answered with, resolved field by field.
pub struct Answer {
    /// The executor's answer.
    pub done: Done,
    scope: OnceCell<Option<Arc<Scope>>>,
}

impl From<Done> for Answer {
    fn from(done: Done) -> Self {
        Self {
            done,
            scope: OnceCell::new(),
        }
    }
}

impl Answer {
    async fn scope(&self, ctx: &Context<'_>) -> crate::error::Result<Option<Arc<Scope>>> {
        let account: OrganizationId = self.done.account;
        self.scope
            .get_or_try_init(|| ctx.scope(account))
            .await
            .cloned()
    }

    /// The entry of the record.
    pub async fn operation(&self, ctx: &Context<'_>) -> Result<Option<Operation>> {
        let Some(scope) = self.scope(ctx).await? else {
            return Ok(None);
        };
        let Some(id) = self.done.operation else {
            return Ok(None);
        };
        let row = record::find(ctx.app().db.read(), &scope, id).await?;
        Ok(row.map(Operation::new))
    }

    /// The organization.
    pub async fn organization(&self, ctx: &Context<'_>) -> Result<Option<Organization>> {
        match self.done.ids.organization {
            Some(id) => Ok(Organization::find(ctx, id).await?),
            None => Ok(None),
        }
    }

    /// The delivery.
    pub async fn delivery(&self, ctx: &Context<'_>) -> Result<Option<Delivery>> {
        let scope = visibility::platform(ctx.viewer()?);
        let (Some(id), Some(scope)) = (self.done.ids.delivery, scope) else {
            return Ok(None);
        };
        let row = outbox::find(ctx.app().db.read(), &scope, id).await?;
        Ok(row.map(Delivery))
    }

    /// The user.
    pub async fn user(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        let (Some(id), Some(scope)) = (self.done.ids.user, self.scope(ctx).await?) else {
            return Ok(None);
        };
        let row = directory::find(ctx.app().db.read(), &scope, id).await?;
        Ok(row.map(|row| User::new(row, scope)))
    }

    /// The domain.
    pub async fn domain(&self, ctx: &Context<'_>) -> Result<Option<Domain>> {
        let (Some(id), Some(scope)) = (self.done.ids.domain, self.scope(ctx).await?) else {
            return Ok(None);
        };
        let row = domains::find(ctx.app().db.read(), &scope, id).await?;
        Ok(row.map(|row| Domain::new(row, &scope)))
    }

    /// The device.
    pub async fn device(&self, ctx: &Context<'_>) -> Result<Option<Device>> {
        let (Some(id), Some(scope)) = (self.done.ids.device, self.scope(ctx).await?) else {
            return Ok(None);
        };
        Ok(devices::find(ctx.app().db.read(), &scope, id)
            .await?
            .map(Device))
    }

    /// The offer.
    pub async fn offer(&self, ctx: &Context<'_>) -> Result<Option<Offer>> {
        let (Some(id), Some(scope)) = (self.done.ids.offer, self.scope(ctx).await?) else {
            return Ok(None);
        };
        Ok(offers::find(ctx.app().db.read(), &scope, id)
            .await?
            .map(Offer::new))
    }

    /// The grant, from the side of the viewer's own organization.
    pub async fn grant(&self, ctx: &Context<'_>) -> Result<Option<Grant>> {
        let Some(id) = self.done.ids.grant else {
            return Ok(None);
        };
        let own = visibility::own(ctx.viewer()?);
        Ok(grants::find(ctx.app().db.read(), &own, id)
            .await?
            .map(Grant))
    }

    /// The client.
    pub async fn client(&self, ctx: &Context<'_>) -> Result<Option<Client>> {
        match self.done.ids.client {
            Some(id) => Ok(Client::find(ctx, id).await?),
            None => Ok(None),
        }
    }

    /// The service.
    pub async fn service(&self, ctx: &Context<'_>) -> Result<Option<Service>> {
        let Some(id) = self.done.ids.service else {
            return Ok(None);
        };
        let row = plans::services_by_id(ctx.app().db.read(), &[id]).await?;
        Ok(row.into_iter().next().map(Service))
    }

    /// The plan.
    pub async fn plan(&self, ctx: &Context<'_>) -> Result<Option<Plan>> {
        let Some(id) = self.done.ids.plan else {
            return Ok(None);
        };
        let mut rows = plans::plans_of(ctx.app().db.read(), &[id]).await?;
        Ok(rows.remove(&id).map(Plan::new))
    }

    /// The subscription.
    pub async fn subscription(&self, ctx: &Context<'_>) -> Result<Option<PlanSubscription>> {
        let (Some(id), Some(scope)) = (self.done.ids.subscription, self.scope(ctx).await?) else {
            return Ok(None);
        };
        let row = subscriptions::find(ctx.app().db.read(), &scope, id).await?;
        Ok(row.map(PlanSubscription))
    }

    /// The recovery.
    pub async fn recovery(&self, ctx: &Context<'_>) -> Result<Option<Recovery>> {
        match self.done.ids.recovery {
            Some(id) => Recovery::find(ctx, id).await,
            None => Ok(None),
        }
    }

    /// The temporary password, this once.
    pub async fn temporary_password(&self, _: &Context<'_>) -> Result<Option<String>> {
        Ok(self.shown())
    }

    /// The address of a download, this once.
    pub async fn download_url(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let base = &ctx.app().config.http.public_url;
        Ok(self
            .shown()
            .map(|secret| format!("{base}/exports/{secret}")))
    }

    fn shown(&self) -> Option<String> {
        let secret = self.done.secret.as_ref();
        secret.map(|secret| secret.expose_secret().to_owned())
    }

    /// The response.
    pub async fn response(&self, ctx: &Context<'_>) -> Result<Option<Response>> {
        let Some(id) = self.done.ids.response else {
            return Ok(None);
        };
        let own = visibility::own(ctx.viewer()?);
        Ok(responses::find(ctx.app().db.read(), &own, id)
            .await?
            .map(Response))
    }
}

/// A payload type: its description, then what was changed, each with its own; beside them the operation
/// recorded, and whether a key was replayed.
macro_rules! payload {
    ($name:ident, $about:literal $(, $field:ident: $ty:ty = $field_about:literal)* $(,)?) => {
        #[doc = $about]
        pub struct $name($crate::graphql::mutation::payload::Answer);

        impl From<$crate::operations::Done> for $name {
            fn from(done: $crate::operations::Done) -> Self {
                Self(done.into())
            }
        }

        #[doc = $about]
        #[async_graphql::Object]
        impl $name {
            $(#[doc = $field_about]
            async fn $field(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> async_graphql::Result<Option<$ty>> {
                self.0.$field(ctx).await
            })*

            /// The entry of the record that tells of it.
            async fn operation(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> async_graphql::Result<Option<$crate::graphql::object::Operation>> {
                self.0.operation(ctx).await
            }

            /// Whether the idempotency key answered, and nothing was done again.
            async fn replayed(&self) -> bool {
                self.0.done.replayed
            }
        }
    };
}

pub(crate) use payload;
