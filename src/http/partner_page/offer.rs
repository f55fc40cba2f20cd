//! The page of one offer: its address and texts, to copy or to have sent, and who answered.

use std::collections::HashMap;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use entity::ids::OfferId;
use serde::Deserialize;

use super::{Counts, MOST, ShownOffer, scope};
use crate::{
    app::App,
    domain::{
        reason::Reason,
        record::Key,
        values::{Email, id::GlobalId, text},
        visibility,
    },
    error::{Error, Result},
    http::{
        browser::{Browser, SignedIn},
        frame::{self, Frame},
        page::{self, PageError, PageResult},
        segment::Segment,
        sent::{Sent, Sought},
        state::Http,
    },
    operations::{
        self,
        partner::{send_offer::SendOffer, withdraw_offer::WithdrawOffer},
        subjects::OnOffer,
    },
    store::{offers, organizations, page::Page, record, responses},
    words::{
        self, Words,
        offer_text::{OfferText, Texts},
    },
};

#[derive(Template)]
#[template(path = "page/partner_offer.html")]
struct OfferPage {
    w: &'static Words,
    f: Frame,
    said: Option<String>,
    problem: Option<String>,
    offer: ShownOffer,
    url: String,
    path: String,
    text: String,
    rows: usize,
    until: Option<String>,
    message: Option<String>,
    short: String,
    html: String,
    addresses: String,
    answers: Vec<ShownAnswer>,
    more: bool,
}

/// A client's answer.
struct ShownAnswer {
    client: String,
    answer: String,
    at: String,
    reply: Option<String>,
}

/// What was done before the page is shown.
#[derive(Deserialize)]
pub struct OfferDone {
    done: Option<String>,
    /// To how many addresses it was sent, of how many; how many had it, want none, and had too many.
    sent: Option<String>,
}

impl OfferDone {
    fn sentence(&self, w: &Words) -> Option<String> {
        let numbers = self.sent.as_deref().unwrap_or_default().split('-');
        let numbers: Vec<u64> = numbers.filter_map(|number| number.parse().ok()).collect();
        match (self.done.as_deref()?, numbers.as_slice()) {
            ("made", _) => Some(w.say("partner-offer-made")),
            ("withdrawn", _) => Some(w.say("partner-offer-withdrawn")),
            ("sent", [now, before, unwanted, often]) => {
                let all = [now, before, unwanted, often];
                let all = all
                    .into_iter()
                    .fold(0_u64, |all, one| all.saturating_add(*one));
                let names = ["now", "before", "unwanted", "often", "all"];
                let numbers = [*now, *before, *unwanted, *often, all];
                let texts = names
                    .into_iter()
                    .zip(numbers.map(|number| number.to_string()));
                Some(w.with("partner-offer-mailed", &texts.collect::<Vec<_>>()))
            }
            _ => None,
        }
    }
}

fn parse(id: &str) -> Result<OfferId> {
    match GlobalId::decode(id) {
        Some(GlobalId::Offer(id)) => Ok(id),
        _ => Err(Error::not_found()),
    }
}

/// Shows an offer.
pub async fn show(
    State(http): State<Http>,
    browser: Browser,
    Segment(id): Segment<String>,
    Sought(said): Sought<OfferDone>,
) -> PageResult {
    let signed_in = browser.signed_in(&format!("/partner/offers/{id}"))?;
    let offer = parse(&id)?;
    let mut page = find(&http.app, &signed_in, offer).await?;
    page.said = said.sentence(page.w);
    Ok(page::render(StatusCode::OK, &page))
}

async fn find(app: &App, signed_in: &SignedIn, id: OfferId) -> Result<OfferPage> {
    let (db, w) = (app.db.read(), frame::words());
    let scope = scope(signed_in)?;
    let own = visibility::own(&signed_in.actor);
    let row = offers::find(db, &own, id).await?;
    let row = row.ok_or_else(Error::not_found)?;
    let counts = Counts::of(app, &scope, &[id]).await?;
    let page = Page {
        first: MOST,
        after: None,
    };
    let answers = responses::list(db, &scope, id, page).await?;
    let clients: Vec<_> = answers.rows.iter().map(|row| row.client_id).collect();
    let cards: HashMap<_, _> = organizations::cards(db, &clients).await?;
    let more = answers.has_next;
    let answers = answers.rows.into_iter().filter_map(|row| {
        Some(ShownAnswer {
            client: cards.get(&row.client_id)?.organization.name.clone(),
            answer: w.say(&format!("partner-answer-{}", row.answer.as_str())),
            at: w.moment(row.answered_at),
            reply: row.reason,
        })
    });
    let path = format!("/offers/{}", row.offer.token);
    let url = format!("{}{path}", app.config.http.public_url);
    let texts = texts(app, &signed_in.actor.organization_name, &row, &url)?;
    Ok(OfferPage {
        f: Frame::of(w, signed_in),
        said: None,
        problem: None,
        offer: super::offer(app, w, &row, &counts),
        url,
        path,
        rows: texts.plain.lines().count() + 4,
        text: texts.plain,
        until: row.offer.expires_at.map(|until| w.until(until)),
        message: row.revision.message.clone(),
        short: texts.short,
        html: texts.html,
        addresses: String::new(),
        answers: answers.collect(),
        more,
        w,
    })
}

fn texts(app: &App, partner: &str, row: &offers::Row, url: &str) -> Result<Texts> {
    let items: Vec<_> = row.offered().collect();
    let text = OfferText::of(
        words::of_offer(&row.offer),
        partner,
        (&row.offer, &row.revision),
        &items,
        app.config.times.trial_days,
        url,
    );
    text.write().map_err(Error::internal)
}

/// What to do with an offer.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Wanted {
    Send,
    Withdraw,
}

/// A button of an offer.
#[derive(Deserialize)]
pub struct Button {
    action: Wanted,
    #[serde(default)]
    addresses: String,
}

/// Sends or withdraws an offer.
pub async fn act(
    State(http): State<Http>,
    browser: Browser,
    Segment(id): Segment<String>,
    sent: Result<Sent<Button>, PageError>,
) -> PageResult {
    let signed_in = browser.signed_in(&format!("/partner/offers/{id}"))?;
    let sent = sent?;
    let offer = parse(&id)?;
    match run(&http.app, &signed_in, offer, &sent).await {
        Ok(done) => Ok(page::go(&format!("/partner/offers/{id}?done={done}"))),
        Err(error) => Ok(again(&http.app, &signed_in, offer, sent.form, error).await?),
    }
}

async fn again(
    app: &App,
    signed_in: &SignedIn,
    offer: OfferId,
    button: Button,
    error: Error,
) -> Result<Response, PageError> {
    let error = page::told(error)?;
    let mut page = find(app, signed_in, offer).await?;
    page.problem = Some(page::sentence(page.w, &error));
    page.addresses = button.addresses;
    Ok(page::render(page::status(&error), &page))
}

async fn run(
    app: &App,
    signed_in: &SignedIn,
    offer: OfferId,
    sent: &Sent<Button>,
) -> Result<String> {
    let (who, envelope, button) = (signed_in.who.clone(), sent.once(), &sent.form);
    let on = OnOffer {
        account: signed_in.actor.organization,
        offer,
    };
    if let Wanted::Withdraw = button.action {
        operations::run(app, who, envelope, WithdrawOffer(on)).await?;
        return Ok("withdrawn".to_owned());
    }
    let addresses = addresses(&button.addresses)?;
    let operation = SendOffer { on, addresses };
    let done = operations::run(app, who, envelope, operation).await?;
    let entry = match (done.entry, done.operation) {
        // The same form came before: it is told what was done then.
        (None, Some(id)) => {
            record::find(app.db.read(), &visibility::own(&signed_in.actor), id).await?
        }
        (entry, _) => entry,
    };
    let number = |key| {
        let entry = entry.as_ref()?;
        record::change(entry, key)
    };
    let keys = [Key::Sent, Key::AlreadySent, Key::Suppressed, Key::Spared];
    let numbers = keys.map(|key| number(key).unwrap_or_else(|| "0".to_owned()));
    Ok(format!("sent&sent={}", numbers.join("-")))
}

/// The addresses of a text: one to a line, or between commas or semicolons.
fn addresses(text: &str) -> Result<Vec<Email>> {
    let parts = text.split(['\n', ',', ';']).map(text::trimmed);
    let parts = parts.filter(|part| !part.is_empty());
    let parsed = parts.map(|part| {
        Email::try_from(part).map_err(|invalid| Error::Input {
            field: "addresses",
            reason: Reason::InputInvalid,
            message: format!("{part}: {}", frame::words().input("contact", &invalid.0)),
        })
    });
    parsed.collect()
}
