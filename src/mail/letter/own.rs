//! Mails about one's own sign-in: links, changes and recoveries.

use askama::Template;
use chrono::{DateTime, Utc};
use entity::states::LinkPurpose;

use crate::{domain::kind::OperationKind, words::Words};

/// A one-time link.
#[derive(Template)]
#[template(path = "mail/link.txt")]
pub struct Link<'a> {
    pub w: &'static Words,
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
    pub expires: DateTime<Utc>,
    /// Whether the password stands until the link is redeemed.
    pub stands: bool,
    /// Who caused it, where that is known.
    pub by: Option<&'a str>,
}

impl Link<'_> {
    fn id(&self, part: &str) -> String {
        let purpose = match self.purpose {
            LinkPurpose::Enrol => "enrol",
            LinkPurpose::Reset if self.stands => "stands",
            LinkPurpose::Reset => "reset",
            LinkPurpose::Contact => "contact",
        };
        format!("mail-link-{purpose}{part}")
    }

    /// The subject.
    pub fn subject(&self) -> String {
        let texts = [("organization", self.organization)];
        self.w.with(&self.id("-subject"), &texts)
    }

    /// Why it comes.
    fn why(&self) -> String {
        let organization = ("organization", self.organization);
        match self.by {
            Some(by) => self.w.with(&self.id("-by"), &[organization, ("by", by)]),
            None => self.w.with(&self.id(""), &[organization]),
        }
    }

    /// What its button says.
    fn button(&self) -> String {
        self.w.say(&self.id("-button"))
    }
}

/// The link of a sign-up.
#[derive(Template)]
#[template(path = "mail/sign_up.txt")]
pub struct SignUp<'a> {
    pub w: &'static Words,
    /// Who asked.
    pub name: &'a str,
    /// The organization that is asked for.
    pub organization: &'a str,
    /// Its initial domain.
    pub domain: &'a str,
    /// The first global admin's sign-in name.
    pub sign_in_name: &'a str,
    /// The link.
    pub url: &'a str,
    /// Until when it is good.
    pub expires: DateTime<Utc>,
}

/// What was done to a user.
#[derive(Template)]
#[template(path = "mail/user_changed.txt")]
pub struct UserChanged<'a> {
    pub w: &'static Words,
    /// The user.
    pub name: &'a str,
    /// What was done, as a sentence.
    pub what: &'a str,
    /// Who did it.
    pub by: &'a str,
    /// When.
    pub at: DateTime<Utc>,
    /// The sign-in name, as it is now.
    pub sign_in_name: &'a str,
    /// The organization's name.
    pub organization: &'a str,
    /// The user's own page.
    pub url: &'a str,
}

/// The link of a recovery.
#[derive(Template)]
#[template(path = "mail/recovery.txt")]
pub struct Recovery<'a> {
    pub w: &'static Words,
    /// Who is recovered.
    pub name: &'a str,
    /// Its sign-in name.
    pub sign_in_name: &'a str,
    /// Its organization's name.
    pub organization: &'a str,
    /// The platform's name.
    pub platform: &'a str,
    /// The link.
    pub url: &'a str,
    /// Until when it is good.
    pub expires: DateTime<Utc>,
    /// For how many hours the user consents to nothing afterwards.
    pub hours: i64,
}

/// What became of a recovery.
#[derive(Template)]
#[template(path = "mail/recovery_changed.txt")]
pub struct RecoveryChanged<'a> {
    pub w: &'static Words,
    /// What was done.
    pub kind: Option<OperationKind>,
    /// Whether the link was sent.
    pub sent: bool,
    /// Who is recovered.
    pub name: &'a str,
    /// Its sign-in name.
    pub sign_in_name: &'a str,
    /// Its organization's name.
    pub organization: &'a str,
    /// The platform's name.
    pub platform: &'a str,
    /// Where the link is sent.
    pub contact: &'a str,
    /// Who did it; nobody for the server's own jobs.
    pub by: Option<&'a str>,
    /// When.
    pub at: DateTime<Utc>,
    /// The ticket given.
    pub ticket: Option<&'a str>,
    /// The reason given.
    pub reason: Option<&'a str>,
    /// When it lapses, where nothing more is done.
    pub lapses: DateTime<Utc>,
    /// When the link is sent.
    pub due: Option<DateTime<Utc>>,
    /// How many days the link waits after the approval.
    pub days: i64,
    /// For how many hours the user consents to nothing afterwards.
    pub hours: i64,
    /// Where the reader stops it.
    pub stop: Option<&'a str>,
    /// Whether it goes on.
    pub open: bool,
}

impl RecoveryChanged<'_> {
    /// The subject.
    pub fn subject(&self) -> String {
        let id = match self.kind {
            Some(OperationKind::StartRecovery) => "mail-recovery-started-subject",
            Some(OperationKind::ApproveRecovery) => "mail-recovery-approved-subject",
            Some(OperationKind::SendRecovery) if self.sent => "mail-recovery-sent-subject",
            Some(OperationKind::RedeemRecovery) => "mail-recovery-redeemed-subject",
            _ => "mail-recovery-stopped-subject",
        };
        self.w.with(id, &[("name", self.sign_in_name)])
    }
}
