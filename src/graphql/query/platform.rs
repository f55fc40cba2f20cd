//! Queries by the platform's operators.

use async_graphql::{Context, Object, Result};

use crate::{
    domain::{delivery::DeliveryState, visibility},
    graphql::{
        context::Ask,
        enums::E,
        guard::SignedIn,
        object::{Delivery, Recovery},
        page::{self, Paged},
    },
    store::{outbox, recoveries},
};

/// Queries by the platform's operators.
#[derive(Default)]
pub struct PlatformQuery;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl PlatformQuery {
    /// Recoveries of global admins, newest first, for operators; null for everyone else.
    #[graphql(guard = "SignedIn", complexity = "page::cost(first, child_complexity)")]
    async fn recoveries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
    ) -> Result<Option<Paged<Recovery>>> {
        let page = page::page(ctx, first, after)?;
        let Some(scope) = visibility::platform(ctx.viewer()?) else {
            return Ok(None);
        };
        let slice = recoveries::list(ctx.app().db.read(), &scope, page).await?;
        let slice = slice.map(Recovery::new);
        Ok(Some(page::paged(slice, page, Recovery::place)))
    }

    /// Deliveries, such as mails, in a state, newest first, for operators; null for everyone else.
    #[graphql(guard = "SignedIn", complexity = "page::cost(first, child_complexity)")]
    async fn deliveries(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The state of the deliveries.",
            default_with = "E(DeliveryState::GivenUp)"
        )]
        state: E<DeliveryState>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
    ) -> Result<Option<Paged<Delivery>>> {
        let page = page::page(ctx, first, after)?;
        let Some(scope) = visibility::platform(ctx.viewer()?) else {
            return Ok(None);
        };
        let slice = outbox::list(ctx.app().db.read(), &scope, state.0, page).await?;
        Ok(Some(page::paged(slice.map(Delivery), page, |one| {
            one.0.id.0
        })))
    }
}
