//! Texts of an offer, ready to be copied into an email, a document or a web page, in the partner's language.
//! The partner's message is quoted in them as the partner's own words, and is escaped.

use askama::Template;
use chrono::NaiveDate;
use entity::states::{DelegatedRole, Language, OfferKind};

use crate::domain::values::term;

/// What an offer's texts tell.
pub struct OfferText<'a> {
    pub language: Language,
    /// The partner's name.
    pub partner: &'a str,
    /// What is proposed.
    pub kind: OfferKind,
    /// What is offered.
    pub items: &'a [OfferedPlan<'a>],
    /// For how many days a trial runs.
    pub trial_days: i64,
    /// Until which day it can be answered.
    pub open_until: Option<NaiveDate>,
    /// Role cap and term, where delegation is asked for.
    pub delegation: Option<(DelegatedRole, &'a str)>,
    /// The partner's own words.
    pub message: Option<&'a str>,
    /// The offer's URL.
    pub url: &'a str,
}

/// A plan with its licences, as the texts tell it.
pub struct OfferedPlan<'a> {
    /// The plan's name.
    pub plan: &'a str,
    /// How many licences.
    pub seats: i32,
    /// What it costs, as the catalogue says it.
    pub price: Option<&'a str>,
    /// For how long, as an ISO 8601 duration.
    pub term: &'a str,
}

/// A plan with its licences, in words.
pub fn licences(language: Language, plan: &str, seats: i32) -> String {
    match (language, seats) {
        (Language::En, 1) => format!("{plan}, 1 licence"),
        (Language::En, seats) => format!("{plan}, {seats} licences"),
        (Language::Es, 1) => format!("{plan}, 1 licencia"),
        (Language::Es, seats) => format!("{plan}, {seats} licencias"),
    }
}

/// The footer of an offer that the server sends: why it came, and how to get no more of them.
pub fn footer(language: Language, partner: &str, person: Option<&str>, url: &str) -> String {
    let by = match (language, person) {
        (_, None) => partner.to_owned(),
        (Language::En, Some(person)) => format!("{person} of {partner}"),
        (Language::Es, Some(person)) => format!("{person}, de {partner},"),
    };
    let answers = match (language, person) {
        (_, None) => "",
        (Language::En, Some(_)) => " An answer to this mail goes to that person.",
        (Language::Es, Some(_)) => " Si responde a este correo, la respuesta llega a esa persona.",
    };
    match language {
        Language::En => format!(
            "You get this mail because {by} had it sent to you, once.{answers} To get no more offers at \
             this address:\n\n{url}"
        ),
        Language::Es => format!(
            "Recibe este correo porque {by} pidió que se le enviara, una sola vez.{answers} Para no recibir \
             más ofertas en esta dirección:\n\n{url}"
        ),
    }
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
    partner: &'a str,
    items: Vec<String>,
    delegation: Option<(&'static str, String)>,
    /// Whether a lower role can be chosen.
    lower: bool,
    trial: bool,
    open_until: Option<NaiveDate>,
    message: Option<&'a str>,
    url: &'a str,
}

#[derive(Template)]
#[template(path = "offer/en.txt")]
struct PlainEn<'a>(&'a TextParts<'a>);

#[derive(Template)]
#[template(path = "offer/es.txt")]
struct PlainEs<'a>(&'a TextParts<'a>);

#[derive(Template)]
#[template(path = "offer/en.html")]
struct HtmlEn<'a>(&'a TextParts<'a>);

#[derive(Template)]
#[template(path = "offer/es.html")]
struct HtmlEs<'a>(&'a TextParts<'a>);

impl OfferText<'_> {
    /// The texts.
    pub fn write(&self) -> Result<Texts, askama::Error> {
        let said = TextParts {
            partner: self.partner,
            items: self.items.iter().map(|item| self.item(item)).collect(),
            delegation: self
                .delegation
                .map(|(cap, term)| (cap.as_str(), self.term(term))),
            lower: self
                .delegation
                .is_some_and(|(cap, _)| cap > DelegatedRole::Limited),
            trial: self.kind == OfferKind::Trial,
            open_until: self.open_until,
            message: self.message,
            url: self.url,
        };
        let (plain, html) = match self.language {
            Language::En => (PlainEn(&said).render()?, HtmlEn(&said).render()?),
            Language::Es => (PlainEs(&said).render()?, HtmlEs(&said).render()?),
        };
        let subject = self.subject();
        Ok(Texts {
            short: format!("{subject}: {}", self.url),
            subject,
            plain,
            html,
        })
    }

    fn subject(&self) -> String {
        let partner = self.partner;
        match (self.language, self.kind) {
            (Language::En, OfferKind::Delegation) => {
                format!("{partner} offers to administer your account")
            }
            (Language::En, OfferKind::Trial) => format!("{partner} invites you to a trial"),
            (Language::En, OfferKind::Purchase) => {
                format!("{partner} sends you an offer of subscriptions")
            }
            (Language::Es, OfferKind::Delegation) => {
                format!("{partner} se ofrece a administrar su cuenta")
            }
            (Language::Es, OfferKind::Trial) => {
                format!("{partner} le invita a una prueba")
            }
            (Language::Es, OfferKind::Purchase) => {
                format!("{partner} le envía una oferta de suscripciones")
            }
        }
    }

    fn item(&self, item: &OfferedPlan<'_>) -> String {
        let licences = licences(self.language, item.plan, item.seats);
        let (term, days) = (self.term(item.term), self.trial_days);
        let begun = match (self.language, self.kind) {
            (Language::En, OfferKind::Trial) => {
                return format!("{licences}, for {days} days; then it ends by itself");
            }
            (Language::Es, OfferKind::Trial) => {
                return format!("{licences}, durante {days} días; después termina por sí sola");
            }
            (Language::En, _) => format!("{licences}, for {term}"),
            (Language::Es, _) => format!("{licences}, durante {term}"),
        };
        match item.price {
            Some(price) => format!("{begun} ({price})"),
            None => begun,
        }
    }

    fn term(&self, text: &str) -> String {
        match self.language {
            Language::En => term::in_words(text),
            Language::Es => term::in_spanish(text),
        }
    }
}
