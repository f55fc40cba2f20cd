//! Domain names, compared after IDNA (UTS #46) in A-labels and lower case.

use super::{Invalid, text::trimmed};

/// A domain name of at least two labels, in A-labels.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize)]
pub struct DomainName(String);

impl TryFrom<&str> for DomainName {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Invalid> {
        let wrong = || Invalid::new("A domain name looks like example.com.");
        let text = trimmed(text);
        if text.len() > 253 {
            return Err(Invalid::new("A domain name has at most 253 characters."));
        }
        let ascii = idna::domain_to_ascii_strict(text).map_err(|_| wrong())?;
        let labels: Vec<&str> = ascii.split('.').collect();
        let last = labels.last().copied().unwrap_or_default();
        if ascii.len() > 253
            || labels.len() < 2
            || labels
                .iter()
                .any(|label| label.is_empty() || label.len() > 63)
            || last.chars().all(|c| c.is_ascii_digit())
        {
            return Err(wrong());
        }
        Ok(Self(ascii))
    }
}

impl DomainName {
    /// The name in A-labels, lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as people read it, in U-labels.
    pub fn unicode(&self) -> String {
        idna::domain_to_unicode(&self.0).0
    }
}

impl DomainName {
    /// Whether it is `parent` or a name under it.
    pub fn is_within(&self, parent: &str) -> bool {
        let parent = parent.to_ascii_lowercase();
        self.0 == parent || self.0.ends_with(&format!(".{parent}"))
    }

    /// Whether others register names under it, by the Public Suffix List.
    pub fn is_public_suffix(&self) -> bool {
        psl::domain_str(&self.0).is_none()
    }
}

/// Whether a text that is published proves what `text` names. Quotation marks and blanks, which many forms of name servers
/// keep as they were typed, do not count.
pub fn is_proof(published: &str, text: &str) -> bool {
    let bare = |c: &char| !c.is_whitespace() && !matches!(c, '"' | '\'' | '“' | '”' | '„' | '\\');
    published.chars().filter(bare).eq(proof(text).chars())
}

/// The owner name at which the proof of a name is published.
pub fn challenge(name: &str) -> String {
    format!("_mandate-challenge.{name}")
}

/// What is published there.
pub fn proof(text: &str) -> String {
    format!("mandate-domain-verification={text}")
}
