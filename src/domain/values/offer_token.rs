//! The unguessable part of an offer's URL.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::text::unquoted;

/// A token, as the URL has it.
///
/// Any text can be asked for. One that no offer could have, by its letters or its length, is the empty token,
/// so that it finds nothing, by the same statements as a token that was never given. What was pasted around it, such as
/// the full stop of a sentence, does not count.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(from = "String")]
pub struct OfferToken(String);

/// The most characters: those given have 22.
const LONGEST: usize = 64;

impl From<&str> for OfferToken {
    fn from(text: &str) -> Self {
        let text = unquoted(text);
        let possible = text.len() <= LONGEST
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        Self(if possible { text } else { "" }.to_owned())
    }
}

impl From<String> for OfferToken {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl OfferToken {
    /// The token.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for OfferToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

impl fmt::Display for OfferToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
