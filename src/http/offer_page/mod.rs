//! The page of an offer: who asks, for what, and the answer. It calls the same operations as the
//! mutations do; accepting asks for the password again.

mod answered;
mod asked;
mod closed;
mod reader;
mod view;

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    extract::State,
    http::{HeaderMap, Method, StatusCode},
    response::Response,
};
use axum_extra::extract::{Form, FormRejection};
use entity::states::{DelegatedRole, OfferPart};
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    address::ClientAddress,
    browser::{Browser, SignedIn},
    frame, page,
    segment::Segment,
    sent::Sought,
    state::Http,
};
use crate::{
    app::App,
    domain::{
        acceptance::{PriorAnswers, ReadTerms, Wish},
        reason::Reason,
        values::{Message, OfferToken, Seats, Term, id::GlobalId, text},
        visibility,
    },
    error::{Error, Result},
    http::page::PageResult,
    operations::{
        self, Envelope,
        client::{accept_offer::AcceptOffer, decline_offer::DeclineOffer},
        personal::confirm_password::ConfirmPassword,
    },
    store::{from_rows, grants, offers, organizations, responses},
    words::{self, Words, offer_text::licences},
};

/// An answer as the form sends it.
#[derive(Deserialize)]
pub struct Answer {
    revision: i32,
    digest: String,
    answer: Choice,
    #[serde(default)]
    subscriptions: bool,
    #[serde(default)]
    delegation: bool,
    #[serde(default)]
    plan: Vec<String>,
    #[serde(default)]
    seats: Vec<String>,
    #[serde(rename = "roleCap")]
    role_cap: Option<DelegatedRole>,
    #[serde(default)]
    term: String,
    #[serde(default)]
    amend: bool,
    #[serde(default)]
    reply: String,
    password: Option<SecretString>,
}

/// Which button was pressed.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Choice {
    Accept,
    Decline,
}

/// Whether the form is asked for although the offer was answered.
#[derive(Deserialize)]
pub struct Again {
    #[serde(default)]
    again: bool,
}

/// The words of the reader's language, or else of the offer's.
fn words(found: &OfferAtUrl) -> &'static Words {
    let own = words::of_offer(&found.offer.offer).code();
    frame::words_or(&own)
}

/// Shows an offer.
pub async fn show(
    State(http): State<Http>,
    method: Method,
    headers: HeaderMap,
    Browser(browser): Browser,
    ClientAddress(address): ClientAddress,
    Segment(token): Segment<OfferToken>,
    Sought(asked): Sought<Again>,
) -> PageResult {
    let app = &http.app;
    let Some(found) = find(app, &token).await? else {
        return Ok(unknown(app, &token).await?);
    };
    // Signed-in readers are not counted, since they load it again while answering; and one address cannot raise the
    // number alone.
    let reader = format!("opened {token} {}", address.unwrap_or_default());
    if browser.is_none()
        && reader::is_person(&method, &headers)
        && app.limiters.attempt(&reader).is_ok()
        && let Err(error) = offers::count_opening(&app.db, found.offer.offer.id).await
    {
        error.log();
    }
    let w = words(&found);
    Ok(shown(app, &found, browser.as_ref(), asked.again, w).await?)
}

async fn shown(
    app: &App,
    found: &OfferAtUrl,
    browser: Option<&SignedIn>,
    again: bool,
    w: &'static Words,
) -> Result<Response> {
    let Some(signed_in) = browser else {
        return offer(app, found, None, StatusCode::OK, None, w).await;
    };
    let reader = Reader::of(app, found, signed_in, w).await?;
    match answered::page(app, found, &reader, again, w).await? {
        Some(page) => Ok(page),
        None => offer(app, found, Some(reader), StatusCode::OK, None, w).await,
    }
}

async fn unknown(app: &App, token: &OfferToken) -> Result<Response> {
    let w = frame::words();
    if offers::was_replaced(app.db.read(), token).await? {
        let text = [page::sentence(w, &Error::Failed(Reason::OfferReplaced))];
        let title = w.say("offer-replaced");
        return Ok(page::notice(StatusCode::GONE, &title, &text));
    }
    let text = [w.say("offer-unknown-text")];
    let title = w.say("offer-unknown");
    Ok(page::notice(StatusCode::NOT_FOUND, &title, &text))
}

/// Takes an answer.
pub async fn answer(
    State(http): State<Http>,
    browser: Browser,
    Segment(token): Segment<OfferToken>,
    form: Result<Form<Answer>, FormRejection>,
) -> PageResult {
    let Form(answer) = page::filled(form)?;
    let app = &http.app;
    let Some(found) = find(app, &token).await? else {
        return Ok(unknown(app, &token).await?);
    };
    let signed_in = browser.signed_in(&format!("/offers/{token}"))?;
    match act(app, &found, &signed_in, &answer).await {
        Ok(()) => Ok(page::go(&format!("/offers/{token}"))),
        Err(error) => {
            let error = page::told(error)?;
            let w = words(&found);
            Ok(refused(app, &found, &signed_in, &answer, &error, w).await?)
        }
    }
}

/// An offer and who made it.
struct OfferAtUrl {
    offer: offers::Row,
    partner: organizations::Row,
}

async fn find(app: &App, token: &OfferToken) -> Result<Option<OfferAtUrl>> {
    let Some(offer) = offers::by_token(app.db.read(), token).await? else {
        return Ok(None);
    };
    let id = offer.offer.partner_id;
    let mut cards = organizations::cards(app.db.read(), &[id]).await?;
    Ok(cards
        .remove(&id)
        .map(|partner| OfferAtUrl { offer, partner }))
}

/// The signed-in reader of the offer, and what its organization took of the offer and granted to the partner.
struct Reader<'a> {
    signed_in: &'a SignedIn,
    /// What was taken, in words.
    items: Vec<String>,
    /// The open grant to the partner, by this offer or by another.
    grant: Option<grants::Row>,
    /// The same, as needed to decide about an answer to the offer.
    before: PriorAnswers,
}

impl<'a> Reader<'a> {
    async fn of(app: &App, found: &OfferAtUrl, signed_in: &'a SignedIn, w: &Words) -> Result<Self> {
        let (db, own) = (app.db.read(), visibility::own(&signed_in.actor));
        let held = responses::items_held(db, &own, found.offer.offer.id).await?;
        let items = held.iter();
        let items = items
            .map(|(plan, seats)| licences(w, plan, *seats))
            .collect();
        let grant = grants::standing(db, &own, found.partner.organization.id).await?;
        let now = app.now();
        let grant = grant.filter(|row| now < row.grant.expires_at);
        let standing = grant.as_ref().map(|row| row.grant.clone());
        Ok(Self {
            before: PriorAnswers {
                standing: standing.map(from_rows::standing),
                taken: (!held.is_empty()).then(BTreeMap::new),
                tried: BTreeSet::new(),
                declined: None,
            },
            signed_in,
            items,
            grant,
        })
    }
}

/// The page again, with what was wrong with the answer.
async fn refused(
    app: &App,
    found: &OfferAtUrl,
    signed_in: &SignedIn,
    answer: &Answer,
    error: &Error,
    w: &'static Words,
) -> Result<Response> {
    let reader = Reader::of(app, found, signed_in, w).await?;
    let (status, problem) = (page::status(error), Some((answer, error)));
    offer(app, found, Some(reader), status, problem, w).await
}

async fn offer(
    app: &App,
    found: &OfferAtUrl,
    reader: Option<Reader<'_>>,
    status: StatusCode,
    problem: Option<(&Answer, &Error)>,
    w: &'static Words,
) -> Result<Response> {
    let signed_in = reader.as_ref().map(|reader| reader.signed_in);
    if let Some(page) = closed::page(app, found, signed_in, w) {
        return Ok(page);
    }
    let answering = view::answering(app, found, reader, problem, w).await?;
    let sent = problem.map(|(answer, _)| answer);
    view::form(app, found, answering, status, sent, w).await
}

async fn act(app: &App, found: &OfferAtUrl, signed_in: &SignedIn, answer: &Answer) -> Result<()> {
    let read = ReadTerms {
        token: found.offer.token(),
        revision: answer.revision,
        digest: answer.digest.clone().into(),
    };
    let (who, envelope) = (signed_in.who.clone(), Envelope::default());
    if answer.answer == Choice::Decline {
        let reply = Some(text::trimmed(&answer.reply))
            .filter(|reply| !reply.is_empty())
            .map(Message::try_from)
            .transpose()
            .map_err(|invalid| Error::input("reply", invalid))?;
        let operation = DeclineOffer { read, reply };
        operations::run(app, who, envelope, operation).await?;
        return Ok(());
    }
    let wish = wish(&found.offer, answer)?;
    let operation = AcceptOffer { read, wish };
    let Some(password) = &answer.password else {
        return Err(Error::Input {
            field: "password",
            reason: Reason::InputInvalid,
            message: frame::words().say("offer-enter-password"),
        });
    };
    let confirm = ConfirmPassword {
        password: password.clone(),
    };
    operations::run(app, who.clone(), Envelope::default(), confirm)
        .await
        .map_err(page::of_password)?;
    operations::run(app, who, envelope, operation).await?;
    Ok(())
}

/// What the form asks for.
fn wish(offer: &offers::Row, answer: &Answer) -> Result<Wish> {
    let bundle = offer.delegation() && !offer.items.is_empty();
    if bundle && !answer.delegation && answer.role_cap.is_some() {
        return Err(Error::Input {
            field: "delegation",
            reason: Reason::InputInvalid,
            message: frame::words().say("offer-role-without-box"),
        });
    }
    let delegation = offer.delegation() && (!bundle || answer.delegation);
    if delegation && answer.role_cap.is_none() {
        return Err(Error::Input {
            field: "roleCap",
            reason: Reason::InputInvalid,
            message: frame::words().say("offer-choose-role"),
        });
    }
    let parts = [
        (OfferPart::Subscriptions, answer.subscriptions),
        (OfferPart::Delegation, answer.delegation),
    ];
    let parts = parts.into_iter().filter(|(_, taken)| *taken);
    let accept: Vec<_> = parts.map(|(part, _)| part).collect();
    let term = Some(answer.term.as_str())
        .filter(|term| delegation && !term.is_empty())
        .map(Term::try_from)
        .transpose()
        .map_err(|invalid| Error::input("term", invalid))?;
    let mut seats = Vec::new();
    for (plan, number) in answer.plan.iter().zip(&answer.seats) {
        let Some(GlobalId::Plan(plan)) = GlobalId::decode(plan) else {
            return Err(Error::field("plan", Reason::IdInvalid));
        };
        let number = Seats::try_from(number.as_str());
        seats.push((
            plan,
            number.map_err(|invalid| Error::input("seats", invalid))?,
        ));
    }
    Ok(Wish {
        parts: bundle.then_some(accept),
        seats: match bundle && !answer.subscriptions {
            true => Vec::new(),
            false => seats,
        },
        role_cap: answer.role_cap.filter(|_| delegation),
        term,
        amend: answer.amend,
    })
}
