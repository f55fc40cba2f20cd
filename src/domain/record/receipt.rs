//! Receipts: an act of consent, with the note of the record's end at that act and the terms.

use serde::{Deserialize, Serialize};

use sha2::{Digest, Sha256};

use super::{Body, Digest256, Key, VERSION, file::Entry, link, note::SignedNote};
use crate::domain::{kind::OperationKind, offer::DIGEST_DOMAIN};

/// The format that a receipt names.
pub const FORMAT: &str = "mandate-receipt-v1";

/// The proof for either side that an act of consent was recorded, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// [`FORMAT`].
    pub receipt: String,
    /// The entry about the act.
    pub entry: Entry,
    /// The link of the entry before it; zeros for the first.
    pub previous: Digest256,
    /// The signed note of the record's end at that entry.
    pub note: String,
    /// The terms that were answered, as the digest in the entry's changes covers them; null if the act answers
    /// no offer.
    #[serde(deserialize_with = "Option::deserialize")]
    pub terms: Option<String>,
}

/// The error for a text that is no receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAReceipt {
    /// It is of another form.
    #[error("it is not a receipt of the form {FORMAT}")]
    Form,
    /// Its entry was changed.
    #[error("its entry, or a text beside it, was changed")]
    Entry,
    /// Its note is no note, or one of another place or of another record.
    #[error("its note is not that of its entry")]
    Note,
    /// Its entry is no act of consent.
    #[error("its entry is no act of consent")]
    Act,
    /// Its terms are not those that were answered, or are missing.
    #[error("its terms are not those that were answered")]
    Terms,
}

/// Whether the parts of a receipt fit together; gives the note, whose signature is still to be verified.
///
/// # Errors
/// What does not fit.
pub fn check(receipt: &Receipt) -> Result<SignedNote, NotAReceipt> {
    let entry = &receipt.entry;
    if receipt.receipt != FORMAT {
        return Err(NotAReceipt::Form);
    }
    let body: Body = serde_json::from_str(&entry.body).map_err(|_| NotAReceipt::Entry)?;
    let canonical = body.canonical().is_ok_and(|text| text == entry.body);
    let mut texts = entry.texts.iter();
    let told = texts.all(|(name, text)| body.texts.get(name) == Some(&text.commitment(name)));
    let linked = link(receipt.previous, Digest256::of(&entry.body)) == entry.link;
    if !canonical || !told || !linked || body.v != VERSION || body.seq != entry.seq {
        return Err(NotAReceipt::Entry);
    }
    if !OperationKind::by_stable_name(&body.kind).is_some_and(OperationKind::is_consent) {
        return Err(NotAReceipt::Act);
    }
    let note = SignedNote::parse(&receipt.note).map_err(|_| NotAReceipt::Note)?;
    let end = (note.note.organization, note.note.size, note.note.link);
    if end != (body.organization, entry.seq, entry.link) {
        return Err(NotAReceipt::Note);
    }
    let digest = receipt.terms.as_ref().map(|terms| {
        let digest = Sha256::new()
            .chain_update(DIGEST_DOMAIN)
            .chain_update(terms);
        hex::encode(digest.finalize())
    });
    match body.changes.get(Key::Digest) == digest.as_deref() {
        true => Ok(note),
        false => Err(NotAReceipt::Terms),
    }
}
