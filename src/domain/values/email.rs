//! Email addresses.

use std::str::FromStr;

use email_address::{EmailAddress, Options};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::{DomainName, Invalid, text::trimmed};
use crate::domain::confusable;

/// An address that mail can be sent to; the domain in A-labels, lower case. Before the at sign it may have letters of
/// any one script: whether it takes mail, the mail server says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Email(String);

impl TryFrom<&str> for Email {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Invalid> {
        let wrong = || Invalid::new("An email address looks like name@example.com.");
        let text = trimmed(text);
        if text.len() > 254 {
            return Err(Invalid::new("An email address has at most 254 characters."));
        }
        if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(Invalid::new(
                "There is a blank in this. An email address looks like name@example.com; give one alone.",
            ));
        }
        let (local, domain) = text.rsplit_once('@').ok_or_else(wrong)?;
        let local = international(local)?;
        // Quoted local parts are legal and are used by nobody but attackers of mail headers.
        if local.is_empty() || local.contains(['"', '\\', '(', ')', ',']) {
            return Err(wrong());
        }
        let domain = DomainName::try_from(domain)?;
        let address = format!("{local}@{}", domain.as_str());
        EmailAddress::from_str(&address).map_err(|_| wrong())?;
        EmailAddress::parse_with_options(&address, Options::default().with_required_tld())
            .map_err(|_| wrong())?;
        Ok(Self(address))
    }
}

/// A local part as it is kept. One with other letters than a to z (RFC 6531) is kept in lower case, since not every
/// database compares its letters whatever their case.
///
/// # Errors
/// When it has signs or a mix of letters by which it could be taken for another.
fn international(local: &str) -> Result<String, Invalid> {
    if local.is_ascii() {
        return Ok(local.to_owned());
    }
    let local: String = local.nfc().collect::<String>().to_lowercase();
    let plain = |c: char| c.is_ascii_graphic() || c.is_alphanumeric() || is_combining_mark(c);
    if local.nfkc().ne(local.chars())
        || !local.chars().all(plain)
        || confusable::mixes_scripts(&local)
    {
        return Err(Invalid::new(
            "The part of an email address before the @ is written in one script, in plain letters.",
        ));
    }
    Ok(local)
}

impl Email {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

/// The mailbox of an address: in lower case, and without its sub-address (RFC 5233, section 1: what follows a plus sign
/// before the at sign).
pub fn mailbox(address: &str) -> String {
    let address = address.to_lowercase();
    let (local, at) = address.rsplit_once('@').unwrap_or((&address, ""));
    let local = local.split_once('+').map_or(local, |(local, _)| local);
    format!("{local}@{at}")
}

/// The domain name of an address: what the record says of one.
pub fn domain_of(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}
