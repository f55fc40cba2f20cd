//! Email addresses.

use std::str::FromStr;

use email_address::{EmailAddress, Options};

use super::{DomainName, Invalid, text::trimmed};

/// An address that mail can be sent to; the domain in A-labels, lower case.
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
        if !local.is_ascii() {
            return Err(Invalid::new(
                "The part of this email address before the @ has letters that many mail servers deliver nothing to. \
                 Give an address in which it has the letters a to z, digits and signs.",
            ));
        }
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
