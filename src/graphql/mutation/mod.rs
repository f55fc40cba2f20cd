//! The root of writes: each field parses its input, runs one operation, and wraps what it did.

mod account;
mod catalogue;
mod client;
mod control;
mod offers;
mod partner;
mod payload;
mod personal;
mod platform;
mod recovery;
mod sign_up;

use async_graphql::{Context, ID, InputObject, MergedObject};
use entity::ids::{OrganizationId, UserId};

use crate::{
    error::Result,
    graphql::context::{self, Ask},
    operations::{self, Done, Envelope, Operation},
};

/// The root of writes.
#[derive(MergedObject, Default)]
pub struct Mutation(
    platform::PlatformMutation,
    recovery::RecoveryMutation,
    catalogue::CatalogueMutation,
    partner::PartnerMutation,
    offers::OfferMutation,
    client::ClientMutation,
    control::ControlMutation,
    account::AccountMutation,
    personal::PersonalMutation,
    sign_up::SignUpMutation,
);

/// What every operation takes.
#[derive(InputObject)]
pub struct Common {
    /// A ticket number of the caller's own system, for the record.
    ticket: Option<String>,
    /// Why, in the caller's own words, for the record.
    reason: Option<String>,
    /// Makes a repeated request safe: the same key and input are done once.
    idempotency_key: Option<String>,
}

impl Common {
    fn envelope(self, ctx: &impl Ask) -> Result<Envelope> {
        ctx.envelope(
            self.ticket.as_deref(),
            self.reason.as_deref(),
            self.idempotency_key,
        )
    }
}

/// What every operation takes whose reason is an input of its own.
#[derive(InputObject)]
pub struct CommonWithoutReason {
    /// A ticket number of the caller's own system, for the record.
    ticket: Option<String>,
    /// Makes a repeated request safe: the same key and input are done once.
    idempotency_key: Option<String>,
}

impl CommonWithoutReason {
    fn envelope(self, ctx: &impl Ask) -> Result<Envelope> {
        ctx.envelope(self.ticket.as_deref(), None, self.idempotency_key)
    }
}

/// A user of an account.
#[derive(InputObject)]
pub struct OnUser {
    /// The account: the viewer's own organization, or a client.
    account_id: ID,
    /// The user.
    user_id: ID,
}

impl OnUser {
    fn account(&self) -> Result<OrganizationId> {
        context::account(&self.account_id, "accountId")
    }

    fn user(&self) -> Result<UserId> {
        context::user(&self.user_id, "userId")
    }
}

/// Runs an operation, and wraps what it did.
async fn run<P: From<Done>>(
    ctx: &Context<'_>,
    envelope: Envelope,
    operation: impl Operation,
) -> async_graphql::Result<Option<P>> {
    let done = operations::run(ctx.app(), ctx.who(), envelope, operation).await?;
    Ok(Some(done.into()))
}
