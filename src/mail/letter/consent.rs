//! Mails about consent: answers to offers, what becomes of grants, and what delegates do.

use askama::Template;
use chrono::{DateTime, Utc};
use entity::states::Answer;

use crate::words::Words;

/// A client's answer to an offer.
#[derive(Template)]
#[template(path = "mail/answered.txt")]
pub struct AnswerLetter<'a> {
    pub w: &'static Words,
    /// The answer.
    pub answer: Answer,
    /// Who answered.
    pub client: &'a str,
    /// Why, where it was said.
    pub reason: Option<&'a str>,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether something that was offered was not taken.
    pub partly: bool,
    /// Whether subscriptions were offered.
    pub offers_items: bool,
    /// Whether delegated administration was asked for.
    pub offers_delegation: bool,
    /// What was taken, in words.
    pub items: Vec<String>,
    /// What was granted.
    pub grant: Option<Granted<'a>>,
    /// What was offered, in a few words.
    pub offered: &'a str,
    /// How the partner's own words in it begin.
    pub begins: Option<&'a str>,
    /// Whether the client had taken the subscriptions by an earlier answer.
    pub taken_before: bool,
    /// Whether a grant that the client gave by an earlier answer stands.
    pub given_before: bool,
    /// Whether the grant stood before, on other terms.
    pub amended: bool,
    /// The offer's URL.
    pub offer_url: &'a str,
}

/// What a client granted.
pub struct Granted<'a> {
    /// The role cap, in words.
    pub role_cap: &'a str,
    /// For how long, in words.
    pub term: &'a str,
    /// When it ends.
    pub expires: &'a str,
}

impl AnswerLetter<'_> {
    /// The subject.
    pub fn subject(&self) -> String {
        let id = match self.answer {
            Answer::Accepted => "mail-answer-accepted-subject",
            Answer::Declined => "mail-answer-declined-subject",
        };
        self.w.with(id, &[("client", self.client)])
    }
}

/// What became of a grant, to one of its sides.
#[derive(Template)]
#[template(path = "mail/grant_changed.txt")]
pub struct GrantChanged<'a> {
    pub w: &'static Words,
    /// Users whose sign-in the partner's people may hold still, with what was set; for the client.
    pub held: &'a [String],
    /// How many more there are, at least.
    pub more_held: bool,
    /// Until when an acceptance renews it, where its term is over and the grace time is not.
    pub renewable: Option<DateTime<Utc>>,
    /// Where contacts are confirmed.
    pub hands_url: &'a str,
    /// What became of it, as a sentence without its full stop; also the subject.
    pub headline: &'a str,
    /// Who consented.
    pub client: &'a str,
    /// Who administers.
    pub partner: &'a str,
    /// Who did it; nobody where the term ends by itself.
    pub by: Option<&'a str>,
    /// When.
    pub at: DateTime<Utc>,
    /// The role cap, in words.
    pub role_cap: &'a str,
    /// When the term ends.
    pub until: DateTime<Utc>,
    /// Why, where it was said.
    pub reason: Option<&'a str>,
    /// Whether it is for the client's side.
    pub for_client: bool,
    /// Whether the grant is over.
    pub over: bool,
    /// Whether it is held.
    pub held_now: bool,
    /// The page of the client's grants.
    pub url: &'a str,
}

/// What a delegate did to an admin.
#[derive(Template)]
#[template(path = "mail/admin_changed.txt")]
pub struct AdminChanged<'a> {
    pub w: &'static Words,
    /// The roles that waited until no partner could hold its sign-in, and count now, in words.
    pub waited: Option<&'a str>,
    /// Whether the admin itself chose a new password, by a link that a partner had sent.
    pub recovered: bool,
    /// For how many hours it consents to nothing then.
    pub hours: i64,
    /// What was done, as the catalogue says it.
    pub what: &'a str,
    /// The role concerned, in words.
    pub role: Option<&'a str>,
    /// The admin.
    pub user: &'a str,
    /// Its sign-in name.
    pub sign_in_name: &'a str,
    /// Whether the admin itself reads it.
    pub own: bool,
    /// Who did it.
    pub by: &'a str,
    /// When.
    pub at: DateTime<Utc>,
    /// The ticket given.
    pub ticket: Option<&'a str>,
    /// The reason given.
    pub reason: Option<&'a str>,
    /// The page of the client's grants.
    pub url: &'a str,
}

impl AdminChanged<'_> {
    /// The subject.
    pub fn subject(&self) -> String {
        let id = match (self.waited, self.recovered) {
            (Some(_), _) => "mail-admin-waited-subject",
            (None, true) => "mail-admin-recovered-subject",
            (None, false) => "mail-admin-changed-subject",
        };
        self.w.with(id, &[("name", self.sign_in_name)])
    }
}

/// A contact that a delegate set.
#[derive(Template)]
#[template(path = "mail/contact_set.txt")]
pub struct ContactSet<'a> {
    pub w: &'static Words,
    /// Where contacts are confirmed.
    pub hands_url: &'a str,
    /// Whose contact.
    pub user: &'a str,
    /// Its sign-in name.
    pub sign_in_name: &'a str,
    /// The contact.
    pub contact: &'a str,
    /// Who set it.
    pub by: &'a str,
    /// For which partner.
    pub partner: &'a str,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether the user was added with it.
    pub added: bool,
    /// The ticket given.
    pub ticket: Option<&'a str>,
    /// The reason given.
    pub reason: Option<&'a str>,
    /// The page of the client's grants.
    pub url: &'a str,
}

impl ContactSet<'_> {
    /// The subject.
    pub fn subject(&self) -> String {
        let id = match self.added {
            true => "mail-contact-added-subject",
            false => "mail-contact-set-subject",
        };
        self.w.with(id, &[("name", self.sign_in_name)])
    }
}
