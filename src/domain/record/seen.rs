//! What is known from outside the database about a record: the places that were seen of it.

use super::{Digest256, note::SignedNote};

/// A place in the chain that something outside the database has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Where it was seen, in words for people.
    pub whence: String,
    /// Number of entries.
    pub size: i64,
    /// Link of the last one.
    pub link: Digest256,
    pub epoch: i32,
}

impl Seen {
    /// What a note has seen.
    pub fn by(whence: impl Into<String>, note: &SignedNote) -> Self {
        Self {
            whence: whence.into(),
            size: note.note.size,
            link: note.note.link,
            epoch: note.note.epoch,
        }
    }
}
