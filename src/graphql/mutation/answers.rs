//! Mutations by which clients answer offers.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::states::{DelegatedRole, OfferPart};

use crate::{
    domain::{
        acceptance::{ReadTerms, Wish},
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

/// How many seats of a plan the client takes.
#[derive(InputObject)]
pub struct SeatsInput {
    /// The plan.
    plan_id: ID,
    /// How many seats.
    seats: i32,
}

/// The offer to be accepted, and what is taken of it.
#[derive(InputObject)]
pub struct AcceptOfferInput {
    /// The offer's token: the last part of its URL.
    token: String,
    /// The number of the revision that you read: the answer is to that revision.
    revision: i32,
    /// The digest of the revision that you read.
    digest: String,
    /// The parts that are taken. If left out: all parts of the offer.
    accept: Option<Vec<E<OfferPart>>>,
    /// Seats for plans of which the client wants a different number than the offer proposes.
    seats: Option<Vec<SeatsInput>>,
    /// The most that a delegate may be in your organization. If left out: the offer's role cap.
    role_cap: Option<E<DelegatedRole>>,
    /// The term, counted from now. If left out: the offer's term.
    term: Option<Duration>,
    /// If there is an open grant to the partner on other terms: whether these terms replace them.
    #[graphql(default)]
    amend: bool,
    #[graphql(flatten)]
    common: Common,
}

/// The offer to be declined.
#[derive(InputObject)]
pub struct DeclineOfferInput {
    /// The offer's token: the last part of its URL.
    token: String,
    /// The number of the revision that you read: the answer is to that revision.
    revision: i32,
    /// The digest of the revision that you read.
    digest: String,
    /// Your words to the partner, who is sent them with the answer.
    reply: Option<String>,
    #[graphql(flatten)]
    common: Common,
}

payload!(
    AcceptOfferPayload, "What `acceptOffer` did.",
    response: Response = "The answer.",
    grant: Grant = "The open grant to the partner; null if delegation was not taken.",
);
payload!(DeclineOfferPayload, "What `declineOffer` did.", response: Response = "The answer.");

/// Mutations of answers.
#[derive(Default)]
pub struct AnswerMutation;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl AnswerMutation {
    /// Accept an offer, in whole or in parts: its delegation makes a grant, its subscriptions begin. Accepting
    /// again on the same terms changes nothing, and returns the present grant.
    ///
    /// Least role: GLOBAL_ADMIN of the account; never a delegate. Needs a fresh sign-in, or `confirmPassword`.
    #[graphql(guard = "Requires(OperationKind::AcceptOffer)")]
    async fn accept_offer(
        &self,
        ctx: &Context<'_>,
        input: AcceptOfferInput,
    ) -> Result<Option<AcceptOfferPayload>> {
        let chosen = input.seats.unwrap_or_default().into_iter();
        let chosen = chosen.map(|one| Ok((id::parse(&one.plan_id, "planId")?, seats(one.seats)?)));
        let operation = AcceptOffer {
            read: ReadTerms {
                token: OfferToken::from(input.token),
                revision: input.revision,
                digest: input.digest.into(),
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

    /// Decline an offer. The client can still accept it later.
    ///
    /// Least role: GLOBAL_ADMIN of the account; never a delegate.
    #[graphql(guard = "Requires(OperationKind::DeclineOffer)")]
    async fn decline_offer(
        &self,
        ctx: &Context<'_>,
        input: DeclineOfferInput,
    ) -> Result<Option<DeclineOfferPayload>> {
        let operation = DeclineOffer {
            read: ReadTerms {
                token: OfferToken::from(input.token),
                revision: input.revision,
                digest: input.digest.into(),
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
