//! Values that cannot be invalid: each is made by parsing, and says why when it cannot be.

pub mod domain_name;
pub mod email;
pub mod fold;
pub mod id;
pub mod offer_digest;
pub mod offer_token;
pub mod price;
pub mod seats;
pub mod sign_in_name;
mod term;
pub mod text;

pub use domain_name::DomainName;
pub use email::Email;
pub use fold::fold;
pub use offer_digest::OfferDigest;
pub use offer_token::OfferToken;
pub use price::Price;
pub use seats::Seats;
pub use sign_in_name::SignInName;
pub use term::Term;
pub use text::{Country, Message, Name, Search, Slug, Tag, Ticket};

/// Why a value is not acceptable: a sentence that names what is wrong and what would do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(pub String);

impl Invalid {
    /// An error with this sentence.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}
