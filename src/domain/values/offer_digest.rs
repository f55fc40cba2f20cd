//! Digests of offers.

use serde::Serialize;

/// The digest of a revision of an offer: SHA-256 over what a client reads, in hex. One that a client sends is compared,
/// and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OfferDigest(String);

impl OfferDigest {
    /// The hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for OfferDigest {
    fn from(hex: String) -> Self {
        Self(hex)
    }
}
