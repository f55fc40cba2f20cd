//! What mails say.

use askama::Template;
use chrono::{DateTime, Utc};
use lettre::message::Mailbox;

use crate::domain::{domain_check::Finding, kind::OperationKind};
use entity::states::{Answer, Language, LinkPurpose};

/// A rendered mail.
pub struct Letter {
    /// The recipient.
    pub to: String,
    pub subject: String,
    pub text: String,
    /// The language that it is written in.
    pub language: Language,
    /// The domain name that it is about: it is written as it is.
    pub domain: Option<String>,
    /// Whom an answer reaches; nobody, if the mail is the server's own.
    pub answers_to: Option<Mailbox>,
    /// Where the recipient wants no more of its kind, with one click.
    pub unsubscribe: Option<String>,
    /// Files that come with it.
    pub attachments: Vec<Attachment>,
}

impl Letter {
    /// A letter in English, with nothing beside its text.
    pub fn new(to: impl Into<String>, subject: impl Into<String>, text: String) -> Self {
        Self {
            to: to.into(),
            subject: subject.into(),
            text,
            language: Language::En,
            domain: None,
            answers_to: None,
            unsubscribe: None,
            attachments: Vec::new(),
        }
    }
}

/// A file that comes with a letter: text that programs read.
pub struct Attachment {
    pub name: String,
    /// Its media type.
    pub media: &'static str,
    /// What is in it.
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
    /// Whether the password stands until the link is redeemed.
    pub stands: bool,
    /// Who caused it, where that is known.
    pub by: Option<&'a str>,
}

impl Link<'_> {
    /// The subject.
    pub fn subject(&self) -> String {
        match self.purpose {
            LinkPurpose::Enrol => format!("Choose your password for {}", self.organization),
            LinkPurpose::Reset => {
                format!("Choose a new password for {}", self.organization)
            }
            LinkPurpose::Contact => format!("Confirm your contact for {}", self.organization),
        }
    }
}

/// The link of a sign-up.
#[derive(Template)]
#[template(path = "mail/sign_up.txt")]
pub struct SignUp<'a> {
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
    pub expires: &'a str,
}

/// A client's answer to an offer.
#[derive(Template)]
#[template(path = "mail/answered.txt")]
pub struct AnswerLetter<'a> {
    /// The answer.
    pub answer: Answer,
    /// Who answered.
    pub client: &'a str,
    /// Why, where it was said.
    pub reason: Option<&'a str>,
    /// When.
    pub at: &'a str,
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
    pub offered: String,
    /// How the partner's own words in it begin.
    pub begins: Option<String>,
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
    pub role_cap: &'a str,
    pub term: String,
    /// When it ends.
    pub expires: &'a str,
}

impl AnswerLetter<'_> {
    /// The subject.
    pub fn subject(&self) -> String {
        match self.answer {
            Answer::Accepted => format!("{} accepted your offer", self.client),
            Answer::Declined => format!("{} declined your offer", self.client),
        }
    }
}

/// What became of a grant, to one of its sides.
#[derive(Template)]
#[template(path = "mail/grant_changed.txt")]
pub struct GrantChanged<'a> {
    /// Users whose sign-in the partner's people may hold still, with what was set; for the client.
    pub held: &'a [String],
    /// How many more there are, at least.
    pub more_held: bool,
    /// Until when an acceptance renews it, where its term is over and the grace time is not.
    pub renewable: Option<&'a str>,
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
    pub at: &'a str,
    /// The role cap.
    pub role_cap: &'a str,
    /// When the term ends.
    pub until: &'a str,
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

/// Where records end.
#[derive(Template)]
#[template(path = "mail/notes.txt")]
pub struct Notes<'a> {
    /// Each record: whose, how many entries, and when the last was.
    pub lines: &'a [String],
    /// The page that checks notes.
    pub url: &'a str,
    /// Where the latest note of one's own record is.
    pub here: &'a str,
}

/// Entries of a record were lost.
#[derive(Template)]
#[template(path = "mail/record_restored.txt")]
pub struct RecordRestored<'a> {
    /// Whose record.
    pub organization: &'a str,
    /// The first entry that was lost, as far as anyone knows.
    pub from: i64,
    /// The last one; `None` where none is known to be lost.
    pub lost: Option<i64>,
    /// When that was declared.
    pub at: &'a str,
    /// When the last entry was that is there.
    pub since: Option<&'a str>,
    /// How many grants are held for it.
    pub held: u64,
    /// The page of the client's grants.
    pub url: &'a str,
}

/// What a delegate did to an admin.
#[derive(Template)]
#[template(path = "mail/admin_changed.txt")]
pub struct AdminChanged<'a> {
    /// The roles that waited until no partner could hold its sign-in, and count now.
    pub waited: Option<&'a str>,
    /// Whether the admin itself chose a new password, by a link that a partner had sent.
    pub recovered: bool,
    /// For how many hours it consents to nothing then.
    pub hours: i64,
    /// What was done, as the catalogue says it.
    pub what: &'a str,
    /// The role concerned.
    pub role: Option<&'a str>,
    /// The admin.
    pub user: &'a str,
    /// Its sign-in name.
    pub sign_in_name: &'a str,
    /// Who did it.
    pub by: &'a str,
    /// When.
    pub at: &'a str,
    /// The ticket given.
    pub ticket: Option<&'a str>,
    /// The reason given.
    pub reason: Option<&'a str>,
    /// The page of the client's grants.
    pub url: &'a str,
}

/// A contact that a delegate set.
#[derive(Template)]
#[template(path = "mail/contact_set.txt")]
pub struct ContactSet<'a> {
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
    pub at: &'a str,
    /// Whether the user was added with it.
    pub added: bool,
    /// The ticket given.
    pub ticket: Option<&'a str>,
    /// The reason given.
    pub reason: Option<&'a str>,
    /// The page of the client's grants.
    pub url: &'a str,
}

/// What was done to a user.
#[derive(Template)]
#[template(path = "mail/user_changed.txt")]
pub struct UserChanged<'a> {
    /// The user.
    pub name: &'a str,
    /// What was done, as a sentence.
    pub what: &'a str,
    /// Who did it.
    pub by: &'a str,
    /// When.
    pub at: &'a str,
    /// The sign-in name, as it is now.
    pub sign_in_name: &'a str,
    /// The organization's name.
    pub organization: &'a str,
}

/// The link of a recovery.
#[derive(Template)]
#[template(path = "mail/recovery.txt")]
pub struct Recovery<'a> {
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
    pub expires: &'a str,
    /// For how many hours the user consents to nothing afterwards.
    pub hours: i64,
}

/// What became of a recovery.
#[derive(Template)]
#[template(path = "mail/recovery_changed.txt")]
pub struct RecoveryChanged<'a> {
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
    pub at: &'a str,
    /// The ticket given.
    pub ticket: Option<&'a str>,
    /// The reason given.
    pub reason: Option<&'a str>,
    /// When it lapses, where nothing more is done.
    pub lapses: &'a str,
    /// When the link is sent.
    pub due: Option<&'a str>,
    /// How many days the link waits after the approval.
    pub days: i64,
    /// For how many hours the user consents to nothing afterwards.
    pub hours: i64,
    /// Where the reader stops it.
    pub stop: Option<&'a str>,
    /// Whether it goes on.
    pub open: bool,
}

/// What became of a domain name whose proof was looked up.
#[derive(Template)]
#[template(path = "mail/domain_checked.txt")]
pub struct DomainChecked<'a> {
    /// What was found.
    pub finding: Finding,
    /// The name.
    pub domain: &'a str,
    /// Owner name of the record that proves it.
    pub record_name: &'a str,
    /// Text of that record.
    pub record_value: &'a str,
    /// Until when the record can come back.
    pub until: &'a str,
    /// When it was looked up.
    pub at: &'a str,
}

impl DomainChecked<'_> {
    /// The subject.
    pub fn subject(&self) -> String {
        match self.finding {
            Finding::Gone => format!("The proof of {} is gone", self.domain),
            Finding::Lapsed => format!("{} is no longer verified", self.domain),
            Finding::Back | Finding::Same => format!("The proof of {} is back", self.domain),
        }
    }
}

/// A moment as mails and pages write it.
pub fn moment(at: DateTime<Utc>) -> String {
    at.format("%-d %B %Y, %H:%M UTC").to_string()
}
