//! Payloads: what was changed is shown under the viewer's scope of the moment, so that a repeated request shows no
//! more than a read would.

use std::sync::Arc;

use async_graphql::{Context, Result};
use entity::{ids::OrganizationId, user};
use secrecy::ExposeSecret;
use tokio::sync::OnceCell;

use crate::{
    domain::visibility::Scope,
    graphql::{
        context::Ask,
        object::{
            Client, Delivery, Device, Domain, Grant, Offer, Operation, Organization, Plan,
            PlanSubscription, Recovery, Response, Service, User,
        },
    },
    operations::Done,
    store::{directory, record, scopes},
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
            .get_or_try_init(async || match &self.done.seen {
                // What the act rested on a moment ago, and did not change.
                Some(facts) => Ok(scopes::of_facts(ctx.app(), facts).map(Arc::new)),
                None => ctx.scope(account).await,
            })
            .await
            .cloned()
    }

    /// The entry of the record.
    pub async fn operation(&self, ctx: &Context<'_>) -> Result<Option<Operation>> {
        let (Some(scope), Some(id)) = (self.scope(ctx).await?, self.done.operation) else {
            return Ok(None);
        };
        match &self.done.entry {
            Some(row) => Ok(Some(row.clone())
                .filter(|row| record::shows(&scope, row))
                .map(Operation::new)),
            None => Operation::within(ctx, &scope, id).await,
        }
    }

    /// The user.
    pub async fn user(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        let (Some(id), Some(scope)) = (self.done.ids.user, self.scope(ctx).await?) else {
            return Ok(None);
        };
        match &self.done.user {
            Some(row) => {
                let row = Some(user::Model::clone(row));
                let row = row.filter(|row| directory::shows(&scope, row));
                Ok(row.map(|row| User::new(row, scope)))
            }
            None => User::within(ctx, &scope, id).await,
        }
    }

    /// The domain.
    pub async fn domain(&self, ctx: &Context<'_>) -> Result<Option<Domain>> {
        match (self.done.ids.domain, self.scope(ctx).await?) {
            (Some(id), Some(scope)) => Domain::within(ctx, &scope, id).await,
            _ => Ok(None),
        }
    }

    /// The subscription.
    pub async fn subscription(&self, ctx: &Context<'_>) -> Result<Option<PlanSubscription>> {
        match (self.done.ids.subscription, self.scope(ctx).await?) {
            (Some(id), Some(scope)) => PlanSubscription::within(ctx, &scope, id).await,
            _ => Ok(None),
        }
    }

    /// The temporary password, which is shown only this once.
    pub async fn temporary_password(&self, _: &Context<'_>) -> Result<Option<String>> {
        Ok(self.shown())
    }

    /// The address of a download, which is shown only this once.
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
}

/// Things that are found by their id only, not by the account that the operation was in.
macro_rules! found {
    ($($field:ident: $ty:ty),*) => {
        impl Answer {
            $(pub async fn $field(&self, ctx: &Context<'_>) -> Result<Option<$ty>> {
                match self.done.ids.$field {
                    Some(id) => <$ty>::find(ctx, id).await,
                    None => Ok(None),
                }
            })*
        }
    };
}

found! {
    organization: Organization, client: Client, device: Device, offer: Offer, grant: Grant,
    response: Response, service: Service, plan: Plan, delivery: Delivery, recovery: Recovery
}

/// A payload type: its description, then what was changed, each with its own; then the entry in the record, and
/// whether the request was a repeated one.
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

            /// The entry in the record about what was done.
            async fn operation(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> async_graphql::Result<Option<$crate::graphql::object::Operation>> {
                self.0.operation(ctx).await
            }

            /// Whether this is the answer to a repeated request: the idempotency key was known, and nothing was done
            /// again.
            async fn replayed(&self) -> bool {
                self.0.done.replayed
            }
        }
    };
}

pub(crate) use payload;
