//! What the page of an offer shows, and to whom it shows the form.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use entity::{
    offer_item, plan,
    states::{DelegatedRole, OfferKind},
};

use super::{
    Answer, OfferAtUrl, Reader,
    asked::{Cap, ShownGroup, groups},
};
use crate::{
    app::App,
    domain::{
        kind::OperationKind,
        offer::{self, Item as Proposed},
        policy::RequestFacts,
        reason::Reason,
        values::{Term, id::GlobalId},
    },
    error::{Error, Result},
    http::{browser::SignedIn, frame::Frame, page},
    operations::explain,
    store::{facts::Subject, offers, organizations, plans},
    words::{Words, offer_text},
};

#[derive(Template)]
#[template(path = "page/offer.html")]
struct OfferPage<'a> {
    w: &'static Words,
    f: Frame,
    token: &'a str,
    asks: String,
    partner: &'a str,
    partner_domain: &'a str,
    proven: bool,
    certified: String,
    people: String,
    clients: String,
    trial: bool,
    items: Vec<Item<'a>>,
    /// What they cost together.
    total: Option<String>,
    location: Option<&'a str>,
    office: Option<&'a str>,
    delegation: bool,
    /// What is asked for.
    cap: Cap,
    /// What may be chosen: the value, and what it is.
    caps: Vec<(&'static str, String, String)>,
    groups: Vec<ShownGroup>,
    sees: String,
    never: Vec<String>,
    term: &'a str,
    until: Option<&'a str>,
    open_until: Option<&'a str>,
    message: Option<&'a str>,
    revision: i32,
    revision_text: &'a str,
    digest: &'a str,
    answering: Answering<'a>,
}

/// A subscription of the offer.
struct Item<'a> {
    plan: &'a str,
    id: String,
    title: String,
    licences: String,
    /// How many the form asks for.
    seats: String,
    /// How many it may ask for.
    most: i32,
    price: Option<String>,
    /// For how long, in words.
    term: String,
}

/// Who may answer, as far as the page knows.
pub(super) enum Answering<'a> {
    /// Nobody is signed in.
    SignIn,
    /// The signed-in user may not: why.
    Refused {
        signed_in: &'a SignedIn,
        why: String,
    },
    /// The signed-in user may.
    Form(Box<AnswerForm<'a>>),
}

/// The form as it was sent, or as it begins.
pub(super) struct AnswerForm<'a> {
    signed_in: &'a SignedIn,
    problem: Option<String>,
    subscriptions: bool,
    delegate: bool,
    /// What was taken before, in words.
    held: Vec<String>,
    /// The open grant to this partner: its role cap, and the end of its term.
    standing: Option<(String, String)>,
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
    w: &'static Words,
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
    let subject = Subject::Offer(found.offer.token());
    let kind = OperationKind::AcceptOffer;
    let may = explain::explain(app, &signed_in.who, kind, subject, RequestFacts::default()).await?;
    if let Err(denial) = may.decision {
        return Ok(Answering::Refused {
            signed_in,
            why: match signed_in.actor.organization == found.partner.organization.id {
                true => w.say("offer-own"),
                false => {
                    let why = page::sentence(w, &Error::Refused(denial));
                    format!("{} {why}", w.say("offer-who-answers"))
                }
            },
        });
    }
    let answer = problem.map(|(answer, _)| answer);
    let error = problem.map(|(_, error)| error);
    let offered = Term::try_from(found.offer.revision.term.as_str()).ok();
    Ok(Answering::Form(Box::new(AnswerForm {
        signed_in,
        problem: error.map(|error| problem_text(w, error)),
        subscriptions: answer.is_none_or(|answer| answer.subscriptions),
        delegate: answer.is_some_and(|answer| answer.delegation),
        can_decline: before
            .bars_decline(found.offer.offer.id, app.now())
            .is_none(),
        held,
        standing: grant.map(|row| {
            let grant = row.grant;
            (Cap::of(w, grant.role_cap).title, w.until(grant.expires_at))
        }),
        chosen_cap: answer
            .and_then(|answer| answer.role_cap)
            .map_or("", DelegatedRole::as_str),
        terms: shorter(app, offered.as_ref(), answer, w),
        amend: answer.is_some_and(|answer| answer.amend),
        reply: answer.map_or("", |answer| answer.reply.as_str()),
    })))
}

/// Shows it.
pub(super) async fn form(
    app: &App,
    found: &OfferAtUrl,
    answering: Answering<'_>,
    status: StatusCode,
    sent: Option<&Answer>,
    w: &'static Words,
) -> Result<Response> {
    let OfferAtUrl { offer, partner } = found;
    let (revision, name) = (&offer.revision, partner.organization.name.as_str());
    let trial = offer.offer.kind == OfferKind::Trial;
    let until = Term::try_from(revision.term.as_str()).ok();
    let until = until.and_then(|term| term.end(app.now()));
    let until = until.map(|until| w.moment(until));
    let open_until = offer.offer.expires_at.map(|until| w.until(until));
    let domain = organizations::default_domain(&partner.organization);
    let reach = offers::reach(app.db.read(), partner.organization.id, app.now()).await?;
    let role = revision.role_cap;
    let caps = DelegatedRole::ALL.iter().rev().filter(|cap| **cap <= role);
    let caps = caps.map(|cap| {
        let Cap { title, hint } = Cap::of(w, *cap);
        (cap.as_str(), title, hint)
    });
    let asks = match (offer.items.is_empty(), trial) {
        (true, _) => "offer-asks-delegation",
        (false, true) => "offer-asks-trial",
        (false, false) => "offer-asks-purchase",
    };
    let items = offer
        .items
        .iter()
        .map(|item| shown(app, item, trial, sent, w));
    let platform = app.config.platform.name.as_str();
    let page = OfferPage {
        f: match &answering {
            Answering::SignIn => Frame::new(w),
            Answering::Refused { signed_in, .. } => Frame::of(w, signed_in),
            Answering::Form(form) => Frame::of(w, form.signed_in),
        },
        token: &offer.offer.token,
        asks: w.with(asks, &[("partner", name)]),
        partner: name,
        partner_domain: domain,
        proven: domain != partner.organization.initial_domain,
        certified: certified(partner, platform, w),
        people: counted(w, "offer-reach-people", reach.people),
        clients: counted(w, "offer-reach-clients", reach.clients),
        trial,
        items: items.collect(),
        total: w.total(&offer.totals()),
        location: revision.usage_location.as_deref(),
        office: revision.office.as_deref(),
        delegation: offer.delegation(),
        cap: Cap::of(w, role),
        caps: caps.collect(),
        groups: groups(w, role),
        sees: w.say(&format!("offer-sees-{}", role.as_str())),
        never: offer::never()
            .into_iter()
            .map(|kind| w.kind(kind))
            .collect(),
        term: &w.term(&revision.term),
        until: until.as_deref(),
        open_until: open_until.as_deref(),
        message: revision.message.as_deref(),
        revision: revision.revision,
        revision_text: &revision.revision.to_string(),
        digest: &revision.digest,
        answering,
        w,
    };
    Ok(page::render(status, &page))
}

/// Since when the partner is certified, if it is.
fn certified(partner: &organizations::Row, platform: &str, w: &Words) -> String {
    match &partner.certification {
        Some(certification) if partner.state().is_current() => {
            let since = w.day(certification.certified_at);
            w.with(
                "offer-certified",
                &[("platform", platform), ("since", &since)],
            )
        }
        _ => w.say("offer-not-certified"),
    }
}

/// A number that is not counted further than some.
fn counted(w: &Words, id: &str, number: u64) -> String {
    match number > offers::MOST {
        true => w.number(&format!("{id}-many"), offers::MOST.cast_signed()),
        false => w.number(id, number.cast_signed()),
    }
}

/// A subscription, as it is shown.
fn shown<'a>(
    app: &App,
    (item, plan): &'a (offer_item::Model, plan::Model),
    trial: bool,
    sent: Option<&Answer>,
    w: &Words,
) -> Item<'a> {
    let id = GlobalId::Plan(plan.id).encode();
    let place = sent.and_then(|sent| sent.plan.iter().position(|one| *one == id));
    let seats = place.and_then(|place| sent.and_then(|sent| sent.seats.get(place)));
    let named = |id| w.with(id, &[("plan", &plan.name)]);
    let (title, term) = match trial {
        true => (
            named("offer-trial-of"),
            w.number("offer-trial-ends", app.config.times.trial_days),
        ),
        false => {
            let term = w.term(&plan.term);
            (
                named("offer-subscription"),
                w.with("offer-for", &[("term", &term)]),
            )
        }
    };
    let price = match trial {
        true => "offer-price-after",
        false => "offer-price",
    };
    Item {
        plan: &plan.name,
        title,
        licences: w.number("offer-licences", item.seats.into()),
        term,
        most: Proposed {
            plan: plan.id,
            seats: item.seats,
            most: item.most_seats,
        }
        .most(trial),
        seats: seats.cloned().unwrap_or_else(|| item.seats.to_string()),
        price: offer_text::price(w, plan.price.as_deref(), plans::seat_price(plan).as_ref())
            .map(|text| w.with(price, &[("price", text)])),
        id,
    }
}

/// What is wrong, in the page's own words if those of the API would not help.
fn problem_text(w: &Words, error: &Error) -> String {
    match error.reason() {
        Some(Reason::TermsDiffer) => {
            let texts = [("box", w.say("offer-amend"))];
            w.with("offer-terms-differ", &texts)
        }
        _ => page::sentence(w, error),
    }
}

/// Terms that a client may choose instead of the offer's: value, words, and whether it is chosen.
fn shorter(
    app: &App,
    offered: Option<&Term>,
    answer: Option<&Answer>,
    w: &Words,
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
        .map(|(text, _)| {
            (
                text,
                w.term(text),
                answer.is_some_and(|answer| answer.term == text),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::counted;
    use crate::words;

    #[test]
    fn a_number_is_told_as_far_as_it_was_counted() {
        let w = words::of(None, "en");
        for (number, told) in [
            (0, "administers no other clients yet"),
            (1, "administers 1 client now"),
            (100, "administers 100 clients now"),
            (101, "administers more than 100 clients now"),
        ] {
            assert_eq!(counted(w, "offer-reach-clients", number), told);
        }
    }
}
