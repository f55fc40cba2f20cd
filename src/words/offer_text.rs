//! Texts of an offer, ready to be copied into an email, a document or a web page, in the partner's language.
//! The partner's message is quoted in them as the partner's own words, and is escaped.

use askama::Template;
use chrono::{DateTime, Utc};
use entity::{
    offer as row, offer_revision,
    states::{DelegatedRole, OfferKind},
};

use super::Words;
use crate::domain::{
    offer::{self, OfferedPlan},
    values::Price,
};

/// What an offer's texts tell.
pub struct OfferText<'a> {
    pub w: &'static Words,
    /// The partner's name.
    pub partner: &'a str,
    /// What is proposed.
    pub kind: OfferKind,
    /// What is offered.
    pub items: &'a [OfferedPlan<'a>],
    /// For how many days a trial runs.
    pub trial_days: i64,
    /// Until when it can be answered.
    pub open_until: Option<DateTime<Utc>>,
    /// Role cap and term, where delegation is asked for.
    pub delegation: Option<(DelegatedRole, &'a str)>,
    /// The partner's own words.
    pub message: Option<&'a str>,
    /// The offer's URL.
    pub url: &'a str,
    /// Whether it is a mail of this server, which has a button.
    pub mailed: bool,
}

impl<'a> OfferText<'a> {
    /// What the texts of an offer tell, for a partner to copy them.
    pub fn of(
        w: &'static Words,
        partner: &'a str,
        (offer, revision): (&row::Model, &'a offer_revision::Model),
        items: &'a [OfferedPlan<'a>],
        trial_days: i64,
        url: &'a str,
    ) -> Self {
        let delegation = revision.delegation.unwrap_or(true);
        Self {
            w,
            partner,
            kind: offer.kind,
            items,
            trial_days,
            open_until: offer.expires_at,
            delegation: delegation.then_some((revision.role_cap, revision.term.as_str())),
            message: revision.message.as_deref(),
            url,
            mailed: false,
        }
    }
}

/// A plan with its licences, in words.
pub fn licences(w: &Words, plan: &str, seats: i32) -> String {
    w.count("offer-text-licences", seats.into(), &[("plan", plan)])
}

/// What a plan costs: in the catalogue's own words, or else by its numbers.
pub fn price(w: &Words, words: Option<&str>, seat: Option<&Price>) -> Option<String> {
    let seat = || Some(w.with("offer-price-licence", &[("price", w.price(seat?))]));
    words.map(str::to_owned).or_else(seat)
}

/// The footer of an offer that the server sends: why it came, and how to get no more of them.
pub fn footer(w: &Words, partner: &str, person: Option<&str>, url: &str) -> String {
    let why = match person {
        None => w.with("offer-text-footer", &[("partner", partner)]),
        Some(person) => w.with(
            "offer-text-footer-person",
            &[("partner", partner), ("person", person)],
        ),
    };
    format!("{why}\n\n{url}")
}

/// An offer's texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    /// The subject of an email.
    pub subject: String,
    /// Plain text.
    pub plain: String,
    /// HTML, without anything but text and the link.
    pub html: String,
    /// One or two lines, for a chat or a signature.
    pub short: String,
}

struct TextParts<'a> {
    w: &'static Words,
    partner: &'a str,
    items: Vec<String>,
    /// What they cost together.
    total: Option<String>,
    /// Role cap and term, in words.
    delegation: Option<(String, String)>,
    /// Whether a lower role can be chosen.
    lower: bool,
    trial: bool,
    open_until: Option<String>,
    message: Option<&'a str>,
    url: &'a str,
    mailed: bool,
}

#[derive(Template)]
#[template(path = "offer/offer.txt")]
struct Plain<'a>(&'a TextParts<'a>);

#[derive(Template)]
#[template(path = "offer/offer.html")]
struct Html<'a>(&'a TextParts<'a>);

impl OfferText<'_> {
    /// The texts.
    ///
    /// # Errors
    /// When a template cannot be rendered.
    pub fn write(&self) -> Result<Texts, askama::Error> {
        let w = self.w;
        let said = TextParts {
            w,
            partner: self.partner,
            items: self.items.iter().map(|item| self.item(item)).collect(),
            total: self.total(),
            delegation: self.delegation.map(|(cap, term)| {
                let cap = w.say(&format!("offer-text-cap-{}", cap.as_str()));
                (cap, w.term(term))
            }),
            lower: self
                .delegation
                .is_some_and(|(cap, _)| cap > DelegatedRole::Limited),
            trial: self.kind == OfferKind::Trial,
            open_until: self.open_until.map(|until| w.until(until)),
            message: self.message,
            url: self.url,
            mailed: self.mailed,
        };
        let subject = match self.kind {
            OfferKind::Delegation => "offer-text-subject-delegation",
            OfferKind::Trial => "offer-text-subject-trial",
            OfferKind::Purchase => "offer-text-subject-purchase",
        };
        let subject = w.with(subject, &[("partner", self.partner)]);
        Ok(Texts {
            short: format!("{subject}: {}", self.url),
            subject,
            plain: Plain(&said).render()?,
            html: Html(&said).render()?,
        })
    }

    fn total(&self) -> Option<String> {
        let items = self.items.iter().cloned();
        self.w.total(&offer::total(self.kind, items))
    }

    fn item(&self, item: &OfferedPlan<'_>) -> String {
        let w = self.w;
        let licences = licences(w, item.plan, item.seats);
        if self.kind == OfferKind::Trial {
            let texts = [("licences", licences.as_str())];
            return w.count("offer-text-trial", self.trial_days, &texts);
        }
        let term = w.term(item.term);
        let texts = [("licences", licences.as_str()), ("term", term.as_str())];
        let begun = w.with("offer-text-item", &texts);
        match price(w, item.price, item.seat_price.as_ref()) {
            Some(price) => format!("{begun} ({price})"),
            None => begun,
        }
    }
}
