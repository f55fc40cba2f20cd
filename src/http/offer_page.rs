//! The page of an offer: who asks, for what, and the answer. It calls the same operations as the
//! mutations do. The sign-in is inside the form: no session outlives the answer, and so there is
//! none that another site could use.

use askama::Template;
use axum::{
    Form,
    extract::{Path, State, rejection::FormRejection},
    http::StatusCode,
    response::Response,
};
use chrono::TimeDelta;
use entity::states::{DelegatedRole, OfferKind, OfferPart};
use secrecy::SecretString;
use serde::Deserialize;

use super::{address::ClientAddress, page, router::Http};
use crate::{
    app::App,
    domain::{
        offer::{self, OfferState},
        reason::{Code, Reason},
        values::{Message, SignInName, Term, term},
    },
    error::{Error, Result},
    mail::letter::moment,
    operations::{
        self, Envelope,
        client::{accept_offer::AcceptOffer, decline_offer::DeclineOffer},
        personal::{sign_in::SignIn, sign_out::SignOut},
    },
    store::{facts::Who, offers, organizations},
};

#[derive(Template)]
#[template(path = "page/offer.html")]
struct OfferPage<'a> {
    partner: &'a str,
    partner_domain: &'a str,
    certified: bool,
    acceptable: bool,
    trial: bool,
    items: Vec<(&'a str, i32, Option<&'a str>)>,
    location: Option<&'a str>,
    office: Option<&'a str>,
    delegation: bool,
    bundle: bool,
    subscriptions: bool,
    delegate: bool,
    role_cap: &'a str,
    term: String,
    until: Option<String>,
    message: Option<&'a str>,
    full_may: Vec<&'static str>,
    limited_may: Vec<&'static str>,
    untouchable: String,
    never: Vec<&'static str>,
    revision: i32,
    digest: &'a str,
    problem: Option<String>,
    chosen_cap: &'a str,
    terms: Vec<(&'static str, String, bool)>,
    amend: bool,
    reason: &'a str,
    sign_in_name: &'a str,
}

/// An answer as the form sends it.
#[derive(Deserialize)]
pub struct Answer {
    revision: i32,
    digest: String,
    answer: Choice,
    #[serde(rename = "roleCap")]
    role_cap: Option<DelegatedRole>,
    #[serde(default)]
    subscriptions: bool,
    #[serde(default)]
    delegation: bool,
    #[serde(default)]
    term: String,
    #[serde(default)]
    amend: bool,
    #[serde(default)]
    reason: String,
    #[serde(rename = "signInName")]
    sign_in_name: String,
    password: SecretString,
}

/// Which button was pressed.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Choice {
    Accept,
    Decline,
}

/// Shows an offer.
pub async fn show(State(http): State<Http>, Path(token): Path<String>) -> Response {
    if let Ok(Some(row)) = offers::by_token(http.app.db.read(), &token).await
        && let Err(error) = offers::count_opening(&http.app.db, row.offer.id).await
    {
        error.log();
    }
    offer(&http.app, &token, StatusCode::OK, None).await
}

/// Takes an answer.
pub async fn answer(
    State(http): State<Http>,
    ClientAddress(address): ClientAddress,
    Path(token): Path<String>,
    form: Result<Form<Answer>, FormRejection>,
) -> Response {
    let Ok(Form(answer)) = form else {
        return page::incomplete();
    };
    let choice = answer.answer;
    match act(&http.app, &token, address, &answer).await {
        Ok(until) => done(choice, until),
        Err(error) => {
            let status = page::status(&error);
            offer(&http.app, &token, status, Some((&answer, &error))).await
        }
    }
}

fn done(choice: Choice, text: Vec<String>) -> Response {
    let title = match choice {
        Choice::Accept => "You accepted the offer",
        Choice::Decline => "You declined the offer",
    };
    page::notice(StatusCode::OK, title, &text)
}

async fn offer(
    app: &App,
    token: &str,
    status: StatusCode,
    problem: Option<(&Answer, &Error)>,
) -> Response {
    match find(app, token).await {
        Ok(Some((offer, partner))) => match offer.state(app.now()) {
            OfferState::Open => form(app, &offer, &partner, status, problem),
            OfferState::Withdrawn => closed(&partner, "withdrew this offer"),
            OfferState::Expired => closed(&partner, "made this offer for a time that is over"),
        },
        Ok(None) => page::notice(
            StatusCode::NOT_FOUND,
            "There is no such offer",
            &["Check the address, or ask the partner for a new one.".to_owned()],
        ),
        Err(error) => {
            error.log();
            page::failed(&error)
        }
    }
}

fn closed(partner: &organizations::Row, why: &str) -> Response {
    let name = &partner.organization.name;
    let text = [
        format!("{name} {why}. It cannot be answered any more."),
        "Access that was given, and subscriptions that were taken, stand until they end."
            .to_owned(),
        format!("Ask {name} for a new offer."),
    ];
    page::notice(StatusCode::GONE, "This offer is closed", &text)
}

async fn find(app: &App, token: &str) -> Result<Option<(offers::Row, organizations::Row)>> {
    let Some(offer) = offers::by_token(app.db.read(), token).await? else {
        return Ok(None);
    };
    let partner = offer.offer.partner_id;
    let partner = organizations::cards(app.db.read(), &[partner])
        .await?
        .remove(&partner);
    Ok(partner.map(|partner| (offer, partner)))
}

fn form(
    app: &App,
    offer: &offers::Row,
    partner: &organizations::Row,
    status: StatusCode,
    problem: Option<(&Answer, &Error)>,
) -> Response {
    let answer = problem.map(|(answer, _)| answer);
    let error = problem.map(|(_, error)| error);
    let term = Term::try_from(offer.revision.term.as_str()).ok();
    let page = OfferPage {
        partner: &partner.organization.name,
        partner_domain: &partner.organization.initial_domain,
        certified: partner.state().is_current(),
        acceptable: partner.state().is_current(),
        trial: offer.offer.kind == OfferKind::Trial,
        items: offer
            .items
            .iter()
            .map(|(item, plan)| (plan.name.as_str(), item.seats, plan.price.as_deref()))
            .collect(),
        location: offer.revision.usage_location.as_deref(),
        office: offer.revision.office.as_deref(),
        delegation: offer.delegation(),
        bundle: offer.delegation() && !offer.items.is_empty(),
        subscriptions: answer.is_none_or(|answer| answer.subscriptions),
        delegate: answer.is_some_and(|answer| answer.delegation),
        role_cap: offer.revision.role_cap.as_str(),
        term: term::in_words(&offer.revision.term),
        until: term
            .as_ref()
            .and_then(|term| term.end(app.now()))
            .map(moment),
        message: offer.revision.message.as_deref(),
        full_may: offer::may_do(DelegatedRole::Full),
        limited_may: offer::may_do(DelegatedRole::Limited),
        untouchable: offer::untouchable(DelegatedRole::Limited).join(", "),
        never: offer::never_done(),
        revision: offer.revision.revision,
        digest: &offer.revision.digest,
        problem: error.map(problem_text),
        chosen_cap: answer
            .and_then(|answer| answer.role_cap)
            .map_or("", DelegatedRole::as_str),
        terms: shorter(app, term.as_ref(), answer),
        amend: error.and_then(Error::reason) == Some(Reason::TermsDiffer),
        reason: answer
            .map(|answer| answer.reason.as_str())
            .unwrap_or_default(),
        sign_in_name: answer
            .map(|answer| answer.sign_in_name.as_str())
            .unwrap_or_default(),
    };
    page::render(status, &page)
}

/// What is wrong, in the words of the page where the API's would not help.
fn problem_text(error: &Error) -> String {
    match error.reason() {
        Some(Reason::TermsDiffer) => {
            "A grant to this partner stands on other terms. Tick the box below to replace them, or \
             leave it as it is."
                .to_owned()
        }
        _ => error.message(),
    }
}

/// Terms that a client may choose instead of the offer's: value, words, whether it was chosen.
fn shorter(
    app: &App,
    offered: Option<&Term>,
    answer: Option<&Answer>,
) -> Vec<(&'static str, String, bool)> {
    let latest = offered.and_then(|term| term.end(app.now()));
    let choices = ["P1W", "P1M", "P3M", "P6M", "P1Y"].into_iter();
    let choices = choices.filter_map(|text| Some((text, Term::try_from(text).ok()?)));
    choices
        .filter(|(_, term)| {
            term.end(app.now())
                .zip(latest)
                .is_some_and(|(end, latest)| end < latest)
        })
        .map(|(text, term)| {
            (
                text,
                term.words(),
                answer.is_some_and(|answer| answer.term == text),
            )
        })
        .collect()
}

/// Signs in, answers, signs out.
async fn act(
    app: &App,
    token: &str,
    address: Option<String>,
    answer: &Answer,
) -> Result<Vec<String>> {
    let envelope = Envelope {
        address,
        ..Envelope::default()
    };
    let sign_in = SignIn {
        sign_in_name: SignInName::try_from(answer.sign_in_name.as_str()).ok(),
        password: answer.password.clone(),
        session_life: TimeDelta::minutes(5),
    };
    let session = operations::run(app, Who::Anonymous, envelope.clone(), sign_in).await?;
    let (Some(session), Some(user)) = (session.ids.session, session.ids.user) else {
        return Err(Error::internal(anyhow::anyhow!(
            "a sign-in without a session"
        )));
    };
    let who = Who::Session(session, user);
    let answered = run(app, who, token, envelope.clone(), answer).await;
    if let Err(error) = operations::run(app, who, envelope, SignOut).await
        && error.code() != Code::Unauthenticated
    {
        tracing::warn!(%error, "The session of an answer did not end.");
    }
    answered
}

async fn run(
    app: &App,
    who: Who,
    token: &str,
    envelope: Envelope,
    answer: &Answer,
) -> Result<Vec<String>> {
    let Some(offer) = offers::by_token(app.db.read(), token).await? else {
        return Err(Error::not_found());
    };
    let (token, revision, digest) = (token.to_owned(), answer.revision, answer.digest.clone());
    if answer.answer == Choice::Decline {
        let reason = Some(answer.reason.trim())
            .filter(|reason| !reason.is_empty())
            .map(|reason| Message::try_from(reason.replace("\r\n", "\n").as_str()))
            .transpose()
            .map_err(|invalid| Error::input("reason", invalid))?;
        operations::run(
            app,
            who,
            envelope,
            DeclineOffer {
                token,
                revision,
                digest,
                reason,
            },
        )
        .await?;
        return Ok(vec![
            "The partner is told. Nobody was given access.".to_owned(),
            "Should you change your mind, the same address lets you accept.".to_owned(),
        ]);
    }
    let parts = [
        (OfferPart::Subscriptions, answer.subscriptions),
        (OfferPart::Delegation, answer.delegation),
    ];
    let parts = parts.into_iter().filter(|(_, taken)| *taken);
    let accept: Vec<_> = parts.map(|(part, _)| part).collect();
    let delegation = offer.delegation() && (offer.items.is_empty() || answer.delegation);
    let accept = (offer.delegation() && !offer.items.is_empty()).then_some(accept);
    if delegation && answer.role_cap.is_none() {
        return Err(Error::Input {
            field: "roleCap",
            reason: Reason::InputInvalid,
            message: "Choose what the partner's users may be at most.".to_owned(),
        });
    }
    let term = Some(answer.term.as_str())
        .filter(|term| !term.is_empty())
        .map(Term::try_from)
        .transpose()
        .map_err(|invalid| Error::input("term", invalid))?;
    let operation = AcceptOffer {
        token,
        revision,
        digest,
        accept,
        seats: Vec::new(),
        role_cap: answer.role_cap.filter(|_| delegation),
        term: term.filter(|_| delegation),
        amend: answer.amend,
        trial: TimeDelta::days(app.config.times.trial_days),
    };
    operations::run(app, who, envelope, operation).await?;
    let access = if delegation {
        "Its users who hold a delegated role can administer your account now, within what you chose."
    } else {
        "Nobody was given access to your account."
    };
    Ok(vec![
        format!("The partner is told. {access}"),
        "Your record shows everything that is done and tried. You can hold or end a grant at any \
         moment."
            .to_owned(),
    ])
}
