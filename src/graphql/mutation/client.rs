//! Writes of a client on what it consents to.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::states::{DelegatedRole, OfferPart};

use super::{Common, offers::seats, payload::payload, run};
use crate::{
    domain::{
        kind::OperationKind,
        reason::Reason,
        values::{Message, OfferToken, id::GlobalId},
    },
    error::Error,
    graphql::{
        context::{self},
        enums::E,
        guard::Requires,
        id,
        object::{Grant, Response},
        scalar::Duration,
    },
    operations::client::{
        accept_offer::AcceptOffer, decline_offer::DeclineOffer, end_grant::EndGrant,
        hold_grant::HoldGrant, lift_grant::LiftGrant,
    },
};

/// How many sign-ins one end of a grant ends by choice.
const MOST_SIGN_INS: usize = 1000;

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

/// The grant to be paused.
#[derive(InputObject)]
pub struct HoldGrantInput {
    /// The grant.
    grant_id: ID,
    #[graphql(flatten)]
    common: Common,
}

/// The grant whose hold is to be lifted.
#[derive(InputObject)]
pub struct LiftGrantInput {
    /// The grant.
    grant_id: ID,
    #[graphql(flatten)]
    common: Common,
}

/// The grant to be ended.
#[derive(InputObject)]
pub struct EndGrantInput {
    /// The grant.
    grant_id: ID,
    /// Users in the partner's hands whose password, sessions and links end too, at most 1000; for the client
    /// alone. The others keep their sign-in and reach only themselves. Confirm first, end when done: who is
    /// confirmed is lost to nobody.
    #[graphql(default)]
    end_sign_ins_of: Vec<ID>,
    #[graphql(flatten)]
    common: Common,
}

payload!(
    AcceptOfferPayload, "What `acceptOffer` did.",
    response: Response = "The answer.",
    grant: Grant = "The grant that stands now; null where delegation was not taken.",
);

payload!(DeclineOfferPayload, "What `declineOffer` did.", response: Response = "The answer.");
payload!(HoldGrantPayload, "What `holdGrant` did.", grant: Grant = "The grant.");
payload!(LiftGrantPayload, "What `liftGrant` did.", grant: Grant = "The grant.");
payload!(EndGrantPayload, "What `endGrant` did.", grant: Grant = "The grant.");

/// Writes of clients.
#[derive(Default)]
pub struct ClientMutation;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl ClientMutation {
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
        let wanted = input.seats.unwrap_or_default().into_iter();
        let wanted: Result<Vec<_>, Error> = wanted
            .map(|one| Ok((id::parse(&one.plan_id, "planId")?, seats(one.seats)?)))
            .collect();
        let operation = AcceptOffer {
            token: OfferToken::from(input.token),
            revision: input.revision,
            digest: input.digest,
            accept: input
                .accept
                .map(|parts| parts.into_iter().map(|part| part.0).collect()),
            seats: wanted?,
            role_cap: input.role_cap.map(|cap| cap.0),
            term: input.term.map(|term| term.term("term")).transpose()?,
            amend: input.amend,
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
            token: OfferToken::from(input.token),
            revision: input.revision,
            digest: input.digest,
            reply: input
                .reply
                .as_deref()
                .map(Message::try_from)
                .transpose()
                .map_err(|invalid| Error::input("reply", invalid))?,
        };
        run(ctx, input.common, operation).await
    }

    /// Pause a grant, for the own side: the very next call of a delegate fails.
    ///
    /// Least role: GLOBAL_ADMIN of the account or GLOBAL_ADMIN of the partner; never a delegate.
    #[graphql(guard = "Requires(OperationKind::HoldGrant)")]
    async fn hold_grant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: HoldGrantInput,
    ) -> Result<Option<HoldGrantPayload>> {
        let operation = HoldGrant {
            grant: id::parse(&input.grant_id, "grantId")?,
        };
        run(ctx, input.common, operation).await
    }

    /// Lift the own side's hold; the other side's stays.
    ///
    /// Least role: GLOBAL_ADMIN of the account or GLOBAL_ADMIN of the partner; never a delegate. Wants a fresh proof: `confirmPassword`.
    #[graphql(guard = "Requires(OperationKind::LiftGrant)")]
    async fn lift_grant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: LiftGrantInput,
    ) -> Result<Option<LiftGrantPayload>> {
        let operation = LiftGrant {
            grant: id::parse(&input.grant_id, "grantId")?,
        };
        run(ctx, input.common, operation).await
    }

    /// End a grant for good: the very next call of a delegate fails, and in the same act the roles that were
    /// given under it, links to contacts that were set under it, and passwords that were shown under it end. Who
    /// is left in the partner's hands keeps its sign-in and reaches only itself: `grant { leftBehind }` says who,
    /// `grant { end }` what ended.
    ///
    /// Least role: GLOBAL_ADMIN of the account or GLOBAL_ADMIN of the partner; never a delegate.
    #[graphql(guard = "Requires(OperationKind::EndGrant)")]
    async fn end_grant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: EndGrantInput,
    ) -> Result<Option<EndGrantPayload>> {
        if input.end_sign_ins_of.len() > MOST_SIGN_INS {
            return Err(Error::field("endSignInsOf", Reason::InputInvalid).into());
        }
        let sign_ins = input
            .end_sign_ins_of
            .iter()
            .map(|id| match context::id(id) {
                Some(GlobalId::User(id)) => Ok(id),
                _ => Err(Error::field("endSignInsOf", Reason::IdInvalid)),
            });
        let operation = EndGrant {
            grant: id::parse(&input.grant_id, "grantId")?,
            sign_ins: sign_ins.collect::<Result<_, Error>>()?,
        };
        run(ctx, input.common, operation).await
    }
}
