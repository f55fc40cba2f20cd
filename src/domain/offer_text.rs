//! Texts of an offer, ready to be copied into an email, a document or a web page, in the partner's
//! language. The partner's message stands in them as its own words, and is escaped.

use askama::Template;
use entity::states::{DelegatedRole, Language, OfferKind};

use crate::domain::values::term;

/// What an offer's texts tell.
pub struct OfferText<'a> {
    /// The language.
    pub language: Language,
    /// The partner's name.
    pub partner: &'a str,
    /// What is proposed.
    pub kind: OfferKind,
    /// Plans with their seats.
    pub items: &'a [(String, i32)],
    /// Role cap and term, where delegation is asked for.
    pub delegation: Option<(DelegatedRole, &'a str)>,
    /// The partner's own words.
    pub message: Option<&'a str>,
    /// The offer's URL.
    pub url: &'a str,
}

/// What stands below an offer that the server sends: why it came, and how no more come.
pub fn footer(language: Language, partner: &str, url: &str) -> String {
    match language {
        Language::En => format!(
            "You get this mail because {partner} had it sent to you, once. To get no more offers at \
             this address:\n\n{url}"
        ),
        Language::Es => format!(
            "Recibe este correo porque {partner} pidió que se le enviara, una sola vez. Para no recibir \
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

struct Said<'a> {
    partner: &'a str,
    items: Vec<String>,
    delegation: Option<(&'static str, String)>,
    trial: bool,
    message: Option<&'a str>,
    url: &'a str,
}

#[derive(Template)]
#[template(path = "offer/en.txt")]
struct PlainEn<'a>(&'a Said<'a>);

#[derive(Template)]
#[template(path = "offer/es.txt")]
struct PlainEs<'a>(&'a Said<'a>);

#[derive(Template)]
#[template(path = "offer/en.html")]
struct HtmlEn<'a>(&'a Said<'a>);

#[derive(Template)]
#[template(path = "offer/es.html")]
struct HtmlEs<'a>(&'a Said<'a>);

impl OfferText<'_> {
    /// The texts.
    pub fn write(&self) -> Result<Texts, askama::Error> {
        let said = Said {
            partner: self.partner,
            items: self
                .items
                .iter()
                .map(|(plan, seats)| self.item(plan, *seats))
                .collect(),
            delegation: self
                .delegation
                .map(|(cap, term)| (cap.as_str(), self.term(term))),
            trial: self.kind == OfferKind::Trial,
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

    fn item(&self, plan: &str, seats: i32) -> String {
        match (self.language, seats) {
            (Language::En, 1) => format!("{plan}, 1 licence"),
            (Language::En, seats) => format!("{plan}, {seats} licences"),
            (Language::Es, 1) => format!("{plan}, 1 licencia"),
            (Language::Es, seats) => format!("{plan}, {seats} licencias"),
        }
    }

    fn term(&self, text: &str) -> String {
        match self.language {
            Language::En => term::in_words(text),
            Language::Es => term::in_spanish(text),
        }
    }
}
