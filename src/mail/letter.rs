//! What mails say.

use askama::Template;
use chrono::{DateTime, Utc};
use entity::{
    ids::OutboxId,
    states::{Answer, LinkPurpose},
};

/// A rendered mail.
pub struct Letter {
    /// The delivery: the same for each attempt, so that repeats show.
    pub id: OutboxId,
    /// The recipient.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// A one-time link.
#[derive(Template)]
#[template(path = "mail/link.txt")]
pub struct Link<'a> {
    /// What it is for.
    pub purpose: LinkPurpose,
    /// Who may redeem it.
    pub name: &'a str,
    /// The sign-in name.
    pub sign_in_name: &'a str,
    /// The organization's name.
    pub organization: &'a str,
    /// The link.
    pub url: &'a str,
    /// Until when it is good.
    pub expires: &'a str,
}

impl Link<'_> {
    /// The subject.
    pub fn subject(&self) -> String {
        match self.purpose {
            LinkPurpose::Enrol => format!("Choose your password for {}", self.organization),
            LinkPurpose::Reset => {
                format!("Choose a new password for {}", self.organization)
            }
        }
    }
}

/// A client's answer to an offer.
#[derive(Template)]
#[template(path = "mail/answered.txt")]
pub struct Answered<'a> {
    /// The answer.
    pub answer: Answer,
    /// Who answered.
    pub client: &'a str,
    /// Why, where it was said.
    pub reason: Option<&'a str>,
    /// When.
    pub at: &'a str,
    /// What was granted.
    pub grant: Option<Granted<'a>>,
    /// The offer's URL.
    pub offer_url: &'a str,
}

/// What a client granted.
pub struct Granted<'a> {
    /// The role cap.
    pub role_cap: &'a str,
    /// The term.
    pub term: String,
    /// When it ends.
    pub expires: &'a str,
}

impl Answered<'_> {
    /// The subject.
    pub fn subject(&self) -> String {
        match self.answer {
            Answer::Accepted => format!("{} accepted your offer", self.client),
            Answer::Declined => format!("{} declined your offer", self.client),
        }
    }
}

/// A contact that a delegate set.
#[derive(Template)]
#[template(path = "mail/contact_set.txt")]
pub struct ContactSet<'a> {
    /// Whose contact.
    pub user: &'a str,
    /// Its sign-in name.
    pub sign_in_name: &'a str,
    /// The contact.
    pub contact: &'a str,
    /// Who set it.
    pub actor: &'a str,
    /// For which partner.
    pub partner: &'a str,
    /// When.
    pub at: &'a str,
}

/// A moment as mails and pages write it.
pub fn moment(at: DateTime<Utc>) -> String {
    at.format("%-d %B %Y, %H:%M UTC").to_string()
}
