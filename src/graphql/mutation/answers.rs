//! Answers of clients to offers.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::states::{DelegatedRole, OfferPart};

use crate::{
    domain::{
        acceptance::{Read, Wish},
        kind::OperationKind,
        values::{Message, OfferToken},
    },
    error::Error,
    graphql::{
        enums::E,
        guard::Requires,
        id,
        mutation::{Common, offers::seats, payload::payload, run},
        object::{Grant, Response},
        scalar::Duration,
    },
    operations::client::{accept_offer::AcceptOffer, decline_offer::DeclineOffer},
};

/// How many seats of a plan are wanted.
#[derive(InputObject)]
pub struct SeatsInput {
    /// The plan.
    plan_id: ID,
    /// How many seats.
    seats: i32,
}

/// The acceptance of an offer.
#[derive(InputObject)]
pub struct AcceptOfferInput {
    /// The last part of the offer's URL.
    token: String,
    /// The revision that was read.
    revision: i32,
    /// The digest that was read.
    digest: String,
    /// The parts that are taken; all that the offer has where it is left out.
    accept: Option<Vec<E<OfferPart>>>,
    /// Seats of plans that are wanted in another number than the offer's.
    seats: Option<Vec<SeatsInput>>,
    /// The most that a delegate may be; the offer's where it is left out.
    role_cap: Option<E<DelegatedRole>>,
    /// The term, counted from now; the offer's where it is left out.
    term: Option<Duration>,
    /// Whether a standing grant on other terms is to be replaced by these.
    #[graphql(default)]
    amend: bool,
    #[graphql(flatten)]
    common: Common,
}

/// The refusal of an offer.
#[derive(InputObject)]
pub struct DeclineOfferInput {
    /// The last part of the offer's URL.
    token: String,
    /// The revision that was read.
    revision: i32,
    /// The digest that was read.
    digest: String,
    /// What you write to the partner with it, who is told of the answer.
    reply: Option<String>,
    #[graphql(flatten)]
    common: Common,
}

payload!(
    AcceptOfferPayload, "What `acceptOffer` did.",
    response: Response = "The answer.",
    grant: Grant = "The grant that stands now; null where delegation was not taken.",
);
payload!(DeclineOfferPayload, "What `declineOffer` did.", response: Response = "The answer.");

/// Writes of answers.
#[derive(Default)]
pub struct AnswerMutation;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl AnswerMutation {
    /// Accept an offer, in whole or in parts: its delegation makes a grant, its subscriptions begin.
    /// Accepting again on the same terms gives what stands.
    ///
    /// Least role: GLOBAL_ADMIN of the account; never a delegate. Wants a fresh proof: `confirmPassword`.
    #[graphql(guard = "Requires(OperationKind::AcceptOffer)")]
    async fn accept_offer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: AcceptOfferInput,
    ) -> Result<Option<AcceptOfferPayload>> {
        let chosen = input.seats.unwrap_or_default().into_iter();
        let chosen = chosen.map(|one| Ok((id::parse(&one.plan_id, "planId")?, seats(one.seats)?)));
        let operation = AcceptOffer {
            read: Read {
                token: OfferToken::from(input.token),
                revision: input.revision,
                digest: input.digest,
            },
            wish: Wish {
                parts: input
                    .accept
                    .map(|parts| parts.into_iter().map(|part| part.0).collect()),
                seats: chosen.collect::<Result<_, Error>>()?,
                role_cap: input.role_cap.map(|cap| cap.0),
                term: input.term.map(|term| term.term("term")).transpose()?,
                amend: input.amend,
            },
        };
        run(ctx, input.common, operation).await
    }

    /// Decline an offer. A later acceptance is possible.
    ///
    /// Least role: GLOBAL_ADMIN of the account; never a delegate.
    #[graphql(guard = "Requires(OperationKind::DeclineOffer)")]
    async fn decline_offer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: DeclineOfferInput,
    ) -> Result<Option<DeclineOfferPayload>> {
        let operation = DeclineOffer {
            read: Read {
                token: OfferToken::from(input.token),
                revision: input.revision,
                digest: input.digest,
            },
            reply: input
                .reply
                .as_deref()
                .map(Message::try_from)
                .transpose()
                .map_err(|invalid| Error::input("reply", invalid))?,
        };
        run(ctx, input.common, operation).await
    }
}
