//! What mails say, each in its reader's language.

mod consent;
mod own;
mod record;

pub use consent::{AdminChanged, AnswerLetter, ContactSet, GrantChanged, Granted};
pub use own::{Link, Recovery, RecoveryChanged, SignUp, UserChanged};
pub use record::{DomainChecked, Notes, RecordRestored};

use entity::{language::Language, user};
use lettre::message::Mailbox;

use crate::words::{self, Spoken, Words};

/// Who reads a mail.
pub struct Reader {
    /// The address.
    pub to: String,
    /// What the user is called whose address it is; nobody's name where it is no user's.
    pub name: Option<String>,
    /// The words of the reader's language.
    pub w: &'static Words,
}

impl Reader {
    /// A user, who reads the mail at this address.
    pub fn user(to: impl Into<String>, user: &user::Model) -> Self {
        Self {
            to: to.into(),
            // What was said to be a name is nothing to begin a mail to a stranger with.
            name: user.contact_verified_at.map(|_| user.display_name.clone()),
            w: words::of_user(user),
        }
    }

    /// Whoever reads what is sent to this address about an offer in this language.
    pub fn address(to: impl Into<String>, language: Option<&Language>) -> Self {
        Self {
            to: to.into(),
            name: None,
            w: Spoken::of(language).words(),
        }
    }
}

/// A rendered mail.
pub struct Letter {
    /// The recipient.
    pub to: String,
    pub subject: String,
    pub text: String,
    /// The language that it is written in.
    pub language: &'static Words,
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
    /// A letter that greets its reader, with nothing beside its text.
    pub fn new(reader: Reader, subject: impl Into<String>, text: &str) -> Self {
        let hello = match &reader.name {
            Some(name) => reader.w.with("mail-hello", &[("name", name)]),
            None => reader.w.say("mail-hello-nobody"),
        };
        let text = format!("{hello}\n\n{}\n", text.trim());
        Self::ungreeted(reader, subject, text)
    }

    /// A letter that begins with its text.
    pub fn ungreeted(reader: Reader, subject: impl Into<String>, text: String) -> Self {
        Self {
            to: reader.to,
            subject: subject.into(),
            text,
            language: reader.w,
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
