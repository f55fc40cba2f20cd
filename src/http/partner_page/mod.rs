//! The pages of a partner: *Partner overview* or *Build your business*, where it makes offers; each offer with its text
//! and who answered; its clients; its people. They call the same operations as the mutations do, and read as queries do.

pub mod clients;
pub mod offer;
pub mod people;

use std::collections::HashMap;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use entity::{
    ids::OfferId,
    states::{DelegatedRole, OfferKind},
};
use serde::Deserialize;

use super::{
    browser::{Browser, SignedIn},
    frame::{self, Frame},
    page,
    sent::{Sent, Sought},
    state::Http,
};
use crate::{
    app::App,
    domain::{
        described::Described,
        offer::{Item, OfferPlace, OfferState},
        reason::Reason,
        values::{Country, Message, Seats, Term, id::GlobalId, text},
        visibility::{self, PartnerScope},
    },
    error::{Error, Result},
    http::page::{PageError, PageResult},
    operations::{self, partner::create_offer::CreateOffer},
    store::{
        grants,
        offers::{self, Proposed},
        page::Page,
        plans, responses, sendings,
    },
    words::{Spoken, Words, offer_text::licences},
};

/// How many offers, clients or people a page shows.
const MOST: u64 = 50;
/// How many plans can be chosen from.
const PLANS: u64 = 100;
/// The terms that can be asked for; the API takes any.
const TERMS: [&str; 5] = ["P1M", "P3M", "P6M", "P1Y", "P2Y"];

/// Something to choose: the value, what it is, and whether it is chosen.
pub(super) type Choice = (String, String, bool);

#[derive(Template)]
#[template(path = "page/partner.html")]
struct PartnerPage<'a> {
    w: &'static Words,
    f: Frame,
    organization: &'a str,
    /// Where offers are made, and what that is called.
    title: String,
    make: String,
    certified: bool,
    problem: Option<String>,
    asked: &'a OfferForm,
    kinds: Vec<Choice>,
    roles: Vec<Choice>,
    terms: Vec<Choice>,
    plans: Vec<Choice>,
    languages: Vec<Choice>,
    offers: Vec<ShownOffer>,
    older: Option<String>,
}

/// An offer, in a few words.
pub(super) struct ShownOffer {
    pub(super) id: String,
    pub(super) what: String,
    pub(super) state: String,
    pub(super) open: bool,
    pub(super) made: String,
    pub(super) counts: String,
}

/// Where the page begins.
#[derive(Deserialize)]
pub struct From {
    after: Option<String>,
}

/// An offer to be made, as the form sends it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct OfferForm {
    kind: String,
    /// A delegated role, or empty for an offer without delegation.
    role: String,
    term: String,
    plan: String,
    seats: String,
    location: String,
    message: String,
    language: String,
    until: String,
}

impl OfferForm {
    /// The form as it begins.
    fn begun() -> Self {
        Self {
            kind: OfferKind::Delegation.as_str().to_owned(),
            role: DelegatedRole::Limited.as_str().to_owned(),
            term: "P1Y".to_owned(),
            seats: "1".to_owned(),
            language: frame::words().name().to_owned(),
            ..Self::default()
        }
    }

    fn parse(&self, account: &SignedIn) -> Result<CreateOffer> {
        let unknown = |field| move || Error::field(field, Reason::InputInvalid);
        let mut kinds = OfferKind::ALL.iter().copied();
        let kind = kinds.find(|kind| kind.as_str() == self.kind);
        let language = Spoken::named(&self.language);
        let until = Some(self.until.as_str()).filter(|until| !until.is_empty());
        Ok(CreateOffer {
            account: account.actor.organization,
            kind: kind.ok_or_else(unknown("kind"))?,
            proposed: Proposed {
                delegation: self.delegation()?,
                items: self.item()?.into_iter().collect(),
                usage_location: given(&self.location)
                    .map(Country::try_from)
                    .transpose()
                    .map_err(|invalid| Error::input("location", invalid))?,
                office: None,
                message: given(&self.message)
                    .map(Message::try_from)
                    .transpose()
                    .map_err(|invalid| Error::input("message", invalid))?,
            },
            notify: Vec::new(),
            expires_at: until.map(|day| page::day_after("until", day)).transpose()?,
            language: language.ok_or_else(unknown("language"))?.kept(),
        })
    }

    fn delegation(&self) -> Result<Option<(DelegatedRole, Term)>> {
        if self.role.is_empty() {
            return Ok(None);
        }
        let mut roles = DelegatedRole::ALL.iter().copied();
        let role = roles.find(|role| role.as_str() == self.role);
        let role = role.ok_or_else(|| Error::field("role", Reason::InputInvalid))?;
        let term = Term::try_from(self.term.as_str());
        Ok(Some((
            role,
            term.map_err(|invalid| Error::input("term", invalid))?,
        )))
    }

    fn item(&self) -> Result<Option<Item>> {
        if self.plan.is_empty() {
            return Ok(None);
        }
        let Some(GlobalId::Plan(plan)) = GlobalId::decode(&self.plan) else {
            return Err(Error::field("plan", Reason::IdInvalid));
        };
        let seats = Seats::try_from(self.seats.as_str());
        let seats = seats.map_err(|invalid| Error::input("seats", invalid))?;
        Ok(Some(Item {
            plan,
            seats: seats.number(),
            most: None,
        }))
    }
}

/// A text that is not empty.
fn given(text: &str) -> Option<&str> {
    Some(text::trimmed(text)).filter(|text| !text.is_empty())
}

/// The partner whose pages these are.
///
/// # Errors
/// For whoever may not see a partner's offers and clients.
fn scope(signed_in: &SignedIn) -> Result<PartnerScope> {
    let scope = visibility::partner(&signed_in.actor);
    scope.ok_or_else(|| Error::Refused(Reason::RoleRequired.into()))
}

/// Shows where offers are made, and those that there are.
pub async fn show(
    State(http): State<Http>,
    browser: Browser,
    Sought(from): Sought<From>,
) -> PageResult {
    let signed_in = browser.signed_in("/partner")?;
    let after = match from.after.as_deref().map(GlobalId::decode) {
        Some(Some(GlobalId::Offer(id))) => Some(id),
        _ => None,
    };
    Ok(shown(&http.app, &signed_in, &OfferForm::begun(), after, None).await?)
}

/// Makes an offer.
pub async fn make(
    State(http): State<Http>,
    browser: Browser,
    sent: Result<Sent<OfferForm>, PageError>,
) -> PageResult {
    let signed_in = browser.signed_in("/partner")?;
    let sent = sent?;
    match run(&http.app, &signed_in, &sent).await {
        Ok(offer) => {
            let id = GlobalId::Offer(offer).encode();
            Ok(page::go(&format!("/partner/offers/{id}?done=made")))
        }
        Err(error) => {
            let error = page::told(error)?;
            Ok(shown(&http.app, &signed_in, &sent.form, None, Some(&error)).await?)
        }
    }
}

async fn run(app: &App, signed_in: &SignedIn, sent: &Sent<OfferForm>) -> Result<OfferId> {
    let (who, envelope) = (signed_in.who.clone(), sent.once());
    let done = operations::run(app, who, envelope, sent.form.parse(signed_in)?).await?;
    let offer = done.ids.offer;
    offer.ok_or_else(|| Error::internal(anyhow::anyhow!("an offer without an id")))
}

async fn shown(
    app: &App,
    signed_in: &SignedIn,
    asked: &OfferForm,
    after: Option<OfferId>,
    problem: Option<&Error>,
) -> Result<Response> {
    let (db, w) = (app.db.read(), frame::words());
    let scope = scope(signed_in)?;
    let from = app.config.offers.overview_from;
    let clients = grants::managed(db, &scope, from, app.now()).await?;
    let (title, make) = match OfferPlace::of(clients, from) {
        OfferPlace::PartnerOverview => ("partner-overview", "partner-overview-make"),
        OfferPlace::BuildYourBusiness => ("partner-build", "partner-build-make"),
    };
    let page = Page {
        first: MOST,
        after: after.map(|id| id.0),
    };
    let found = offers::list(db, &scope, &offers::Filter::default(), app.now(), page).await?;
    let last = found.rows.last().map(|row| row.offer.id);
    let ids: Vec<_> = found.rows.iter().map(|row| row.offer.id).collect();
    let counts = Counts::of(app, &scope, &ids).await?;
    let first = Page {
        first: PLANS,
        after: None,
    };
    let plans = plans::list_plans(db, first).await?.rows.into_iter();
    let plans = plans.map(|plan| (GlobalId::Plan(plan.id).encode(), plan.name));
    let none = (String::new(), w.say("partner-plan-none"));
    let kinds = OfferKind::ALL.iter().map(|kind| {
        let name = kind.as_str();
        (name.to_owned(), w.say(&format!("partner-kind-{name}")))
    });
    let roles = DelegatedRole::ALL.iter();
    let roles = roles.map(|role| (role.as_str().to_owned(), w.cap(*role)));
    let without = (String::new(), w.say("partner-delegation-no"));
    let languages = Spoken::all().iter();
    let languages = languages.map(|one| (one.name().to_owned(), one.words().say("language")));
    let page = PartnerPage {
        w,
        f: Frame::of(w, signed_in),
        organization: &signed_in.actor.organization_name,
        title: w.say(title),
        make: w.say(make),
        certified: scope.certified(),
        problem: problem.map(|error| page::sentence(w, error)),
        kinds: chosen(kinds, &asked.kind),
        roles: chosen(roles.chain([without]), &asked.role),
        terms: chosen(
            TERMS.map(|term| (term.to_owned(), w.term(term))),
            &asked.term,
        ),
        plans: chosen([none].into_iter().chain(plans), &asked.plan),
        languages: chosen(languages, &asked.language),
        older: last
            .filter(|_| found.has_next)
            .map(|id| GlobalId::Offer(id).encode()),
        offers: found
            .rows
            .iter()
            .map(|row| offer(app, w, row, &counts))
            .collect(),
        asked,
    };
    let status = problem.map_or(StatusCode::OK, page::status);
    Ok(page::render(status, &page))
}

/// What can be chosen, with what is.
pub(super) fn chosen(all: impl IntoIterator<Item = (String, String)>, value: &str) -> Vec<Choice> {
    let all = all.into_iter();
    all.map(|(one, text)| {
        let is = one == value;
        (one, text, is)
    })
    .collect()
}

/// How often offers were sent, and how many clients accepted and declined each.
pub(super) struct Counts {
    sent: HashMap<OfferId, i64>,
    answers: HashMap<OfferId, (i64, i64)>,
}

impl Counts {
    pub(super) async fn of(app: &App, scope: &PartnerScope, ids: &[OfferId]) -> Result<Self> {
        let db = app.db.read();
        Ok(Self {
            sent: sendings::counts(db, scope, ids).await?,
            answers: responses::counts(db, scope, ids).await?,
        })
    }
}

/// An offer, in a few words.
pub(super) fn offer(app: &App, w: &Words, row: &offers::Row, counts: &Counts) -> ShownOffer {
    let id = row.offer.id;
    let trial = row.offer.kind == OfferKind::Trial;
    let items = row.items.iter().map(|(item, plan)| {
        let of = licences(w, &plan.name, item.seats);
        match trial {
            true => w.with("offer-trial-of", &[("plan", of)]),
            false => of,
        }
    });
    let mut what: Vec<_> = items.collect();
    if row.delegation() {
        let term = w.with("offer-for", &[("term", w.term(&row.revision.term))]);
        what.push(format!("{}, {term}", w.cap(row.revision.role_cap)));
    }
    let (accepted, declined) = counts.answers.get(&id).copied().unwrap_or_default();
    let numbers = [
        ("sent", counts.sent.get(&id).copied().unwrap_or_default()),
        ("opened", row.offer.opened.unwrap_or_default()),
        ("accepted", accepted),
        ("declined", declined),
    ];
    let numbers = numbers.map(|(name, number)| w.number(&format!("partner-offer-{name}"), number));
    let state = row.state(app.now());
    ShownOffer {
        id: GlobalId::Offer(id).encode(),
        what: what.join("; "),
        state: w.say(&format!("offer-state-{}", state.name())),
        open: state == OfferState::Open,
        made: w.moment(row.offer.created_at),
        counts: numbers.join(", "),
    }
}
