//! Sign-in names: `name@domain`, compared case-insensitively after NFC and IDNA.

use unicode_normalization::UnicodeNormalization;

use super::{DomainName, Invalid, text::trimmed};
use crate::domain::confusable;

/// A sign-in name.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct SignInName {
    local: String,
    domain: DomainName,
}

impl TryFrom<&str> for SignInName {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Invalid> {
        let (local, domain) = trimmed(text)
            .rsplit_once('@')
            .ok_or_else(|| Invalid::new("A sign-in name looks like name@example.com."))?;
        Self::new(local, DomainName::try_from(domain)?)
    }
}

impl SignInName {
    /// A sign-in name as somebody wrote it: without a domain, it is at `domain`.
    ///
    /// # Errors
    /// When it is not acceptable.
    pub fn within(text: &str, domain: &str) -> Result<Self, Invalid> {
        match text.contains('@') {
            true => Self::try_from(text),
            false => Self::new(text, DomainName::try_from(domain)?),
        }
    }

    /// A sign-in name of this local part at this domain.
    pub fn new(local: &str, domain: DomainName) -> Result<Self, Invalid> {
        let wrong = || {
            Invalid::new(
                "The part of a sign-in name before the @ has 1 to 64 letters, digits and . _ - ' +, \
                 and begins and ends with a letter or digit.",
            )
        };
        let local = trimmed(local);
        if local.len() > 256 {
            return Err(wrong());
        }
        let local: String = local.nfc().collect();
        let ends = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        if local.chars().count() > 64
            || !local
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '\'' | '+'))
            || !ends(local.chars().next())
            || !ends(local.chars().last())
        {
            return Err(wrong());
        }
        // With letters that look like others, alone or mixed in, a name could be mistaken for another's.
        if local.nfkc().ne(local.chars()) || confusable::mixes_scripts(&local) {
            return Err(Invalid::new(
                "The part of a sign-in name before the @ is written in one script, in plain letters.",
            ));
        }
        Ok(Self { local, domain })
    }

    /// The name as shown.
    pub fn shown(&self) -> String {
        format!("{}@{}", self.local, self.domain.as_str())
    }

    /// The name as compared.
    pub fn key(&self) -> String {
        format!("{}@{}", self.local.to_lowercase(), self.domain.as_str())
    }

    /// The domain.
    pub fn domain(&self) -> &DomainName {
        &self.domain
    }
}
