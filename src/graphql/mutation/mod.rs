//! The root of writes: each field parses its input, runs one operation, and wraps what it did.

mod account;
mod client;
mod partner;
mod payload;
mod personal;
mod platform;

use async_graphql::{InputObject, MergedObject};

use crate::{error::Result, graphql::context::Ask, operations::Envelope};

/// The root of writes.
#[derive(MergedObject, Default)]
pub struct Mutation(
    platform::PlatformMutation,
    partner::PartnerMutation,
    client::ClientMutation,
    account::AccountMutation,
    personal::PersonalMutation,
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
