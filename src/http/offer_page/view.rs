//! What the page of an offer shows, and to whom it shows the form.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use entity::states::{DelegatedRole, Language, OfferKind};

use super::{Answer, OfferAtUrl, Reader};
use crate::{
    app::App,
    domain::{
        described::Described,
        kind::OperationKind,
        offer::{self, Item as Proposed},
        offer_text::licences,
        policy::RequestFacts,
        reason::Reason,
        values::{Term, id::GlobalId, term},
    },
    error::{Error, Result},
    http::page,
    mail::letter::moment,
    operations::explain,
    store::{facts::Subject, organizations},
};

#[derive(Template)]
#[template(path = "page/offer.html")]
struct OfferPage<'a> {
    token: &'a str,
    partner: &'a str,
    partner_domain: &'a str,
    proven: bool,
    certified: bool,
    trial: bool,
    trial_days: i64,
    items: Vec<Item<'a>>,
    location: Option<&'a str>,
    office: Option<&'a str>,
    delegation: bool,
    role_cap: &'a str,
    term: String,
    until: Option<String>,
    open_until: Option<String>,
    message: Option<&'a str>,
    full_may: Vec<&'static str>,
    limited_may: Vec<&'static str>,
    untouchable: String,
    never: Vec<&'static str>,
    revision: i32,
    digest: &'a str,
    answering: Answering<'a>,
}

/// A subscription of the offer.
struct Item<'a> {
    plan: &'a str,
    id: String,
    /// The plan with the licences offered, in words.
    offered: String,
    /// How many the form asks for.
    seats: String,
    /// How many it may ask for.
    most: i32,
    price: Option<&'a str>,
    /// For how long, in words.
    term: String,
}

/// Who may answer, as far as the page knows.
pub(super) enum Answering<'a> {
    /// Nobody is signed in.
    SignIn,
    /// The signed-in user may not: why.
    Refused {
        user: &'a str,
        organization: &'a str,
        why: String,
    },
    /// The signed-in user may.
    Form(Box<AnswerForm<'a>>),
}

/// The form as it was sent, or as it begins.
pub(super) struct AnswerForm<'a> {
    user: &'a str,
    organization: &'a str,
    problem: Option<String>,
    subscriptions: bool,
    delegate: bool,
    /// What was taken before, in words.
    held: Vec<String>,
    /// The open grant to this partner: its role cap, and the end of its term.
    standing: Option<(&'static str, String)>,
    /// Whether declining is a possible answer.
    can_decline: bool,
    chosen_cap: &'a str,
    terms: Vec<(&'static str, String, bool)>,
    amend: bool,
    reply: &'a str,
}

/// Whether the reader may answer: the policy decides, as it will when the answer comes.
pub(super) async fn answering<'a>(
    app: &App,
    found: &'a OfferAtUrl,
    reader: Option<Reader<'a>>,
    problem: Option<(&'a Answer, &'a Error)>,
) -> Result<Answering<'a>> {
    let Some(Reader {
        signed_in,
        items: held,
        grant,
        before,
    }) = reader
    else {
        return Ok(Answering::SignIn);
    };
    let (user, organization) = (
        signed_in.called.as_str(),
        signed_in.actor.organization_name.as_str(),
    );
    let subject = Subject::Offer(found.offer.token());
    let kind = OperationKind::AcceptOffer;
    let may = explain::explain(app, &signed_in.who, kind, subject, RequestFacts::default()).await?;
    if let Err(denial) = may.decision {
        return Ok(Answering::Refused {
            user,
            organization,
            why: match signed_in.actor.organization == found.partner.organization.id {
                true => format!("{} Clients do.", Reason::OwnOffer.about()),
                false => {
                    let what = "A global admin of your organization answers it.";
                    format!("{what} {} {}", denial.reason.about(), denial.cure)
                }
            },
        });
    }
    let answer = problem.map(|(answer, _)| answer);
    let error = problem.map(|(_, error)| error);
    let offered = Term::try_from(found.offer.revision.term.as_str()).ok();
    Ok(Answering::Form(Box::new(AnswerForm {
        user,
        organization,
        problem: error.map(problem_text),
        subscriptions: answer.is_none_or(|answer| answer.subscriptions),
        delegate: answer.is_some_and(|answer| answer.delegation),
        can_decline: before
            .bars_decline(found.offer.offer.id, app.now())
            .is_none(),
        held,
        standing: grant.map(|row| {
            let grant = row.grant;
            (grant.role_cap.as_str(), moment(grant.expires_at))
        }),
        chosen_cap: answer
            .and_then(|answer| answer.role_cap)
            .map_or("", DelegatedRole::as_str),
        terms: shorter(app, offered.as_ref(), answer),
        amend: answer.is_some_and(|answer| answer.amend),
        reply: answer.map_or("", |answer| answer.reply.as_str()),
    })))
}

/// Shows it.
pub(super) fn form(
    app: &App,
    found: &OfferAtUrl,
    answering: Answering<'_>,
    status: StatusCode,
    sent: Option<&Answer>,
) -> Response {
    let OfferAtUrl { offer, partner } = found;
    let revision = &offer.revision;
    let term = Term::try_from(revision.term.as_str()).ok();
    let items = offer.items.iter().map(|(item, plan)| {
        let id = GlobalId::Plan(plan.id).encode();
        let place = sent.and_then(|sent| sent.plan.iter().position(|one| *one == id));
        let seats = place.and_then(|place| sent.and_then(|sent| sent.seats.get(place)));
        Item {
            plan: &plan.name,
            offered: licences(Language::En, &plan.name, item.seats),
            term: term::in_words(&plan.term),
            most: Proposed {
                plan: plan.id,
                seats: item.seats,
                most: item.most_seats,
            }
            .most(offer.offer.kind == OfferKind::Trial),
            seats: seats.cloned().unwrap_or_else(|| item.seats.to_string()),
            price: plan.price.as_deref(),
            id,
        }
    });
    let domain = organizations::default_domain(&partner.organization);
    let page = OfferPage {
        token: &offer.offer.token,
        partner: &partner.organization.name,
        partner_domain: domain,
        proven: domain != partner.organization.initial_domain,
        certified: partner.state().is_current(),
        trial: offer.offer.kind == OfferKind::Trial,
        trial_days: app.config.times.trial_days,
        items: items.collect(),
        location: revision.usage_location.as_deref(),
        office: revision.office.as_deref(),
        delegation: offer.delegation(),
        role_cap: revision.role_cap.as_str(),
        term: term::in_words(&revision.term),
        until: term
            .as_ref()
            .and_then(|term| term.end(app.now()))
            .map(moment),
        open_until: offer.offer.expires_at.map(moment),
        message: revision.message.as_deref(),
        full_may: offer::may_do(DelegatedRole::Full),
        limited_may: offer::may_do(DelegatedRole::Limited),
        untouchable: offer::untouchable(DelegatedRole::Limited).join(", "),
        never: offer::never_done(),
        revision: revision.revision,
        digest: &revision.digest,
        answering,
    };
    page::render(status, &page)
}

/// What is wrong, in the page's own words if those of the API would not help.
fn problem_text(error: &Error) -> String {
    match error.reason() {
        Some(Reason::TermsDiffer) => "A grant to this partner stands on other terms. Tick the box \
             \"Replace its terms by these\", or leave it as it is."
            .to_owned(),
        _ => error.message(),
    }
}

/// Terms that a client may choose instead of the offer's: value, words, and whether it is chosen.
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
