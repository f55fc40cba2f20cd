//! The root of mutations: each field parses its input, runs one operation, and wraps what it did.

mod account;
mod answers;
mod catalogue;
mod grants;
mod input;
mod offers;
mod partner;
mod payload;
mod personal;
mod platform;
mod record;
mod recovery;
mod sign_up;

use async_graphql::{Context, ID, InputObject, MergedObject};

use crate::{
    domain::values::id::GlobalId,
    error::{Error, Result},
    graphql::context::Ask,
    operations::{self, Done, Envelope, Operation},
    store::facts::Who,
};

/// The root of mutations.
#[derive(MergedObject, Default)]
pub struct Mutation(
    platform::PlatformMutation,
    recovery::RecoveryMutation,
    catalogue::CatalogueMutation,
    partner::PartnerMutation,
    offers::OfferMutation,
    answers::AnswerMutation,
    grants::GrantMutation,
    record::RecordMutation,
    account::AccountMutation,
    personal::PersonalMutation,
    sign_up::SignUpMutation,
);

/// Input fields of every operation.
#[derive(InputObject, Default)]
pub struct Common {
    /// The number of a ticket in your own system, for the record.
    ticket: Option<String>,
    /// Why you do it, in your own words, for the record.
    note: Option<String>,
    /// Makes a repeated request safe: requests of the same user, of the same kind, in the same account and with the same
    /// key are done once, and answered again. With another input, the key is refused. Another user's keys, and those of
    /// another account, are other keys. Keys are kept for `retention.idempotency_days` (by default 30).
    idempotency_key: Option<String>,
}

impl Common {
    fn envelope(self, ctx: &impl Ask) -> Result<Envelope> {
        ctx.envelope(
            self.ticket.as_deref(),
            self.note.as_deref(),
            self.idempotency_key,
        )
    }
}

/// Runs an operation that anyone may do who has the secret in it.
async fn by_secret(ctx: &Context<'_>, operation: impl Operation) -> Result<Done> {
    let envelope = ctx.envelope(None, None, None)?;
    operations::run(ctx.app(), Who::Anonymous, envelope, operation).await
}

/// Runs an operation, and wraps what it did.
async fn run<P: From<Done>>(
    ctx: &Context<'_>,
    common: Common,
    operation: impl Operation,
) -> async_graphql::Result<Option<P>> {
    let envelope = common.envelope(ctx)?;
    let done = operations::run(ctx.app(), ctx.who(), envelope, operation).await?;
    Ok(Some(done.into()))
}

/// The id of the entry about an operation by a secret.
///
/// # Errors
/// If there is none: an operation by a secret always makes one.
fn entry(done: &Done) -> Result<ID> {
    let id = done
        .operation
        .ok_or_else(|| Error::internal(anyhow::anyhow!("an operation without an entry")))?;
    Ok(GlobalId::Operation(id).encode().into())
}
