//! Mails about records and domain names.

use askama::Template;
use chrono::{DateTime, Utc};

use crate::{domain::domain_check::Finding, words::Words};

/// Where records end.
#[derive(Template)]
#[template(path = "mail/notes.txt")]
pub struct Notes<'a> {
    pub w: &'static Words,
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
    pub w: &'static Words,
    /// Whose record.
    pub organization: &'a str,
    /// The first entry that was lost, as far as anyone knows, and the last one; `None` where none is known to be lost.
    pub lost: Option<(String, String)>,
    /// When that was declared.
    pub at: DateTime<Utc>,
    /// When the last entry was that is there.
    pub since: Option<DateTime<Utc>>,
    /// How many grants are held for it.
    pub held: i64,
    /// The page of the client's grants.
    pub url: &'a str,
}

impl RecordRestored<'_> {
    /// The subject.
    pub fn subject(&self) -> String {
        let id = match self.lost {
            Some(_) => "mail-record-lost-subject",
            None => "mail-record-restored-subject",
        };
        self.w.with(id, &[("organization", self.organization)])
    }
}

/// What became of a domain name whose proof was looked up.
#[derive(Template)]
#[template(path = "mail/domain_checked.txt")]
pub struct DomainChecked<'a> {
    pub w: &'static Words,
    /// What was found.
    pub finding: Finding,
    /// The name.
    pub domain: &'a str,
    /// Owner name of the record that proves it.
    pub record_name: &'a str,
    /// Text of that record.
    pub record_value: &'a str,
    /// Until when the record can come back.
    pub until: DateTime<Utc>,
    /// When it was looked up.
    pub at: DateTime<Utc>,
}

impl DomainChecked<'_> {
    /// The subject.
    pub fn subject(&self) -> String {
        let id = match self.finding {
            Finding::Gone => "mail-domain-gone-subject",
            Finding::Lapsed => "mail-domain-lapsed-subject",
            Finding::Back | Finding::Same => "mail-domain-back-subject",
        };
        self.w.with(id, &[("domain", self.domain)])
    }
}
