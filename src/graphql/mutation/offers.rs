//! Mutations by a partner on its offers.

use async_graphql::{Context, ID, InputObject, Object, Result};
use chrono::{DateTime, Utc};
use entity::states::{DelegatedRole, OfferKind};

use super::{Common, payload::payload, run};
use crate::{
    domain::{
        kind::OperationKind,
        offer::Item,
        reason::Reason,
        values::{Country, Email, Message, Name, Seats},
    },
    error::Error,
    graphql::{
        enums::E,
        guard::Requires,
        id,
        mutation::input::OnOfferInput,
        object::Offer,
        scalar::{Duration, maybe_time},
    },
    operations::partner::{
        create_offer::CreateOffer, edit_offer::EditOffer, rotate_offer::RotateOffer,
        send_offer::SendOffer, withdraw_offer::WithdrawOffer,
    },
    store::offers::Proposed,
    words::Spoken,
};

/// Most addresses that one offer notifies.
const MOST_NOTIFIED: usize = 20;
/// Most plans of one offer.
const MOST_ITEMS: usize = 20;

/// A plan that an offer proposes.
#[derive(InputObject)]
pub struct OfferItemInput {
    /// The plan.
    plan_id: ID,
    /// How many seats.
    seats: i32,
    /// For a purchase: the most seats that a client may take; ten times `seats` if left out. More than this only by
    /// another revision of the offer.
    most_seats: Option<i32>,
}

/// What an offer proposes.
#[derive(InputObject)]
pub struct ProposalInput {
    /// Whether it asks for delegated administration.
    #[graphql(default = true)]
    delegation: bool,
    /// The most that a delegate may be; a client may choose less. Leave it out if the offer asks for no delegation.
    role_cap: Option<E<DelegatedRole>>,
    /// The term of the grant, counted from acceptance; a client may choose a shorter one. Leave it out if the
    /// offer asks for no delegation.
    term: Option<Duration>,
    /// Plans with their seats: one for a trial, one or more for a purchase, none for an offer of delegation only.
    items: Option<Vec<OfferItemInput>>,
    /// Where the subscriptions are to be used: a two-letter country code of ISO 3166-1. It decides which plans
    /// can be offered.
    usage_location: Option<String>,
    /// The office of the partner that makes the offer.
    office: Option<String>,
    /// The partner's own words to the client, without links.
    message: Option<String>,
}

fn parts(field: &'static str, message: &str) -> Error {
    Error::Input {
        field,
        reason: Reason::PartsInvalid,
        message: message.to_owned(),
    }
}

impl ProposalInput {
    fn parse(self) -> Result<Proposed, Error> {
        let delegation = match (self.delegation, self.role_cap, self.term) {
            (true, Some(cap), Some(term)) => Some((cap.0, term.term("term")?)),
            (false, None, None) => None,
            (true, cap, _) => {
                let field = if cap.is_none() { "roleCap" } else { "term" };
                return Err(parts(
                    field,
                    "Delegated administration takes `roleCap` and `term`; for an offer without it, send \
                     `delegation: false`.",
                ));
            }
            (false, cap, _) => {
                let field = if cap.is_some() { "roleCap" } else { "term" };
                let message = "Without delegated administration, leave `roleCap` and `term` out.";
                return Err(parts(field, message));
            }
        };
        let given = self.items.unwrap_or_default();
        if given.len() > MOST_ITEMS {
            return Err(Error::too_many("items", MOST_ITEMS));
        }
        let mut items = Vec::new();
        for item in given {
            items.push(Item {
                plan: id::parse(&item.plan_id, "planId")?,
                seats: seats(item.seats)?.number(),
                most: most(&item)?,
            });
        }
        let parsed = |invalid| move |error| Error::input(invalid, error);
        Ok(Proposed {
            delegation,
            items,
            usage_location: self
                .usage_location
                .as_deref()
                .map(Country::try_from)
                .transpose()
                .map_err(parsed("usageLocation"))?,
            office: self
                .office
                .as_deref()
                .map(Name::try_from)
                .transpose()
                .map_err(parsed("office"))?,
            message: self
                .message
                .as_deref()
                .map(Message::try_from)
                .transpose()
                .map_err(parsed("message"))?,
        })
    }
}

/// The most seats that a client may take.
fn most(item: &OfferItemInput) -> Result<Option<i32>, Error> {
    let Some(most) = item.most_seats else {
        return Ok(None);
    };
    let parsed = Seats::try_from(most).map_err(|invalid| Error::input("mostSeats", invalid))?;
    match parsed.number() < item.seats {
        true => Err(Error::Input {
            field: "mostSeats",
            reason: Reason::InputInvalid,
            message: "`mostSeats` is at least `seats`.".to_owned(),
        }),
        false => Ok(Some(parsed.number())),
    }
}

pub(super) fn seats(seats: i32) -> Result<Seats, Error> {
    Seats::try_from(seats).map_err(|invalid| Error::input("seats", invalid))
}

/// The offer to be made.
#[derive(InputObject)]
pub struct CreateOfferInput {
    /// The partner: the viewer's own organization.
    account_id: ID,
    /// The kind of offer.
    #[graphql(default_with = "E(OfferKind::Delegation)")]
    kind: E<OfferKind>,
    #[graphql(flatten)]
    proposal: ProposalInput,
    /// Addresses that get an email for each response, besides the offer's maker; at most 20.
    notify: Option<Vec<String>>,
    /// When the offer expires: it cannot be answered from then on. If left out, the offer never expires. This is not
    /// the term of the grant, see `term`.
    expires_at: Option<DateTime<Utc>>,
    /// The language of its texts.
    #[graphql(default_with = "E(Spoken::english())")]
    language: E<Spoken>,
    #[graphql(flatten)]
    common: Common,
}

/// All that an offer proposes from now on.
#[derive(InputObject)]
pub struct EditOfferInput {
    #[graphql(flatten)]
    on: OnOfferInput,
    #[graphql(flatten)]
    proposal: ProposalInput,
    /// When the offer expires: it cannot be answered from then on. If left out, the offer never expires.
    expires_at: Option<DateTime<Utc>>,
    /// Addresses that get an email for each response, besides the offer's maker; at most 20. If left out, they
    /// stay as they are.
    notify: Option<Vec<String>>,
    /// The language of its texts. If left out, it stays as it is.
    language: Option<E<Spoken>>,
}

/// The offer to be withdrawn.
#[derive(InputObject)]
pub struct WithdrawOfferInput {
    #[graphql(flatten)]
    on: OnOfferInput,
}

/// The offer whose URL is to be replaced.
#[derive(InputObject)]
pub struct RotateOfferInput {
    #[graphql(flatten)]
    on: OnOfferInput,
}

/// The offer, and the addresses that it is sent to.
#[derive(InputObject)]
pub struct SendOfferInput {
    #[graphql(flatten)]
    on: OnOfferInput,
    /// Email addresses, at most `offers.mails_per_call` (by default 100). Each gets the offer once, and again
    /// only after its URL was replaced.
    addresses: Vec<String>,
}

payload!(
    SendOfferPayload, "What `sendOffer` did: the changes of its operation say to how many addresses it was sent, how many had it already, how many want no offers, and how many had too many offers lately.",
    offer: Offer = "The offer, with its statistics.",
);

payload!(
    CreateOfferPayload, "What `createOffer` did.",
    offer: Offer = "The offer, with its URL, revision, digest and copy-ready texts.",
);

payload!(
    EditOfferPayload, "What `editOffer` did.",
    offer: Offer = "The offer, in its new revision.",
);

payload!(
    WithdrawOfferPayload, "What `withdrawOffer` did.",
    offer: Offer = "The offer, withdrawn.",
);

payload!(
    RotateOfferPayload, "What `rotateOffer` did.",
    offer: Offer = "The offer, with its new URL.",
);

/// Addresses to be told of responses, each once.
fn notified(addresses: &[String]) -> Result<Vec<Email>, Error> {
    if addresses.len() > MOST_NOTIFIED {
        return Err(Error::too_many("notify", MOST_NOTIFIED));
    }
    let mut notify: Vec<Email> = Vec::new();
    for address in addresses {
        let address =
            Email::try_from(address.as_str()).map_err(|invalid| Error::input("notify", invalid))?;
        let known = |one: &Email| one.as_str().eq_ignore_ascii_case(address.as_str());
        if !notify.iter().any(known) {
            notify.push(address);
        }
    }
    Ok(notify)
}

/// Mutations by partners on offers.
#[derive(Default)]
pub struct OfferMutation;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl OfferMutation {
    /// Make an offer: one URL for any number of clients. It asks for delegated administration, or
    /// proposes a trial or a purchase, with or without delegation.
    ///
    /// Least role: GLOBAL_ADMIN of the account or any delegated role.
    #[graphql(guard = "Requires(OperationKind::CreateOffer)")]
    async fn create_offer(
        &self,
        ctx: &Context<'_>,
        input: CreateOfferInput,
    ) -> Result<Option<CreateOfferPayload>> {
        let operation = CreateOffer {
            account: id::parse(&input.account_id, "accountId")?,
            kind: input.kind.0,
            proposed: input.proposal.parse()?,
            notify: notified(&input.notify.unwrap_or_default())?,
            expires_at: maybe_time(input.expires_at, "expiresAt")?,
            language: input.language.0.kept(),
        };
        run(ctx, input.common, operation).await
    }

    /// Make a new revision of an offer. Grants and subscriptions that it already made stay as they are.
    ///
    /// Least role: GLOBAL_ADMIN of the account or any delegated role.
    #[graphql(guard = "Requires(OperationKind::EditOffer)")]
    async fn edit_offer(
        &self,
        ctx: &Context<'_>,
        input: EditOfferInput,
    ) -> Result<Option<EditOfferPayload>> {
        let operation = EditOffer {
            on: input.on.parse()?,
            proposed: input.proposal.parse()?,
            expires_at: maybe_time(input.expires_at, "expiresAt")?,
            notify: input.notify.as_deref().map(notified).transpose()?,
            language: input.language.map(|language| language.0.kept()),
        };
        run(ctx, input.on.common, operation).await
    }

    /// Send an offer by email, in its language: once to each address, and to none that wants no offers. A
    /// partner can send `offers.mails_per_day` (by default 500) within 24 hours.
    ///
    /// Least role: GLOBAL_ADMIN of the account or any delegated role.
    #[graphql(guard = "Requires(OperationKind::SendOffer)")]
    async fn send_offer(
        &self,
        ctx: &Context<'_>,
        input: SendOfferInput,
    ) -> Result<Option<SendOfferPayload>> {
        let addresses = input.addresses.iter().enumerate();
        let addresses: Result<Vec<_>, Error> = addresses
            .map(|(place, address)| {
                Email::try_from(address.as_str()).map_err(|invalid| Error::Input {
                    field: "addresses",
                    reason: Reason::InputInvalid,
                    message: format!("Address {} of the list: {}", place + 1, invalid.0),
                })
            })
            .collect();
        let operation = SendOffer {
            on: input.on.parse()?,
            addresses: addresses?,
        };
        run(ctx, input.on.common, operation).await
    }

    /// Withdraw an offer: nobody can answer it any more. Grants and subscriptions that it made stay as they are.
    ///
    /// Least role: GLOBAL_ADMIN of the account or any delegated role.
    #[graphql(guard = "Requires(OperationKind::WithdrawOffer)")]
    async fn withdraw_offer(
        &self,
        ctx: &Context<'_>,
        input: WithdrawOfferInput,
    ) -> Result<Option<WithdrawOfferPayload>> {
        let operation = WithdrawOffer(input.on.parse()?);
        run(ctx, input.on.common, operation).await
    }

    /// Give an offer a new URL: the old one no longer works. Answers that were given stay as they are.
    ///
    /// Least role: GLOBAL_ADMIN of the account or any delegated role.
    #[graphql(guard = "Requires(OperationKind::RotateOffer)")]
    async fn rotate_offer(
        &self,
        ctx: &Context<'_>,
        input: RotateOfferInput,
    ) -> Result<Option<RotateOfferPayload>> {
        let operation = RotateOffer(input.on.parse()?);
        run(ctx, input.on.common, operation).await
    }
}
