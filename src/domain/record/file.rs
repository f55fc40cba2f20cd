//! A record as a file: JSON Lines, the record's name first, an entry a line, its signed end last.

use std::collections::BTreeMap;

use entity::ids::OrganizationId;
use serde::{Deserialize, Serialize};

use super::{Digest256, Salted};

/// The format that the first line names.
pub const FORMAT: &str = "mandate-record-v2";

/// A line of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case")]
pub enum Line {
    /// The first: whose record.
    Record {
        /// The format.
        format: String,
        /// Whose record.
        organization: OrganizationId,
    },
    /// An entry.
    Entry(Entry),
    /// An entry that the file's reader may not see.
    Hidden(Hidden),
    /// The last: the signed note of the end, as text.
    Note {
        /// The note.
        note: String,
    },
}

/// An entry as it is exported and verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Place in the chain.
    pub seq: i64,
    /// The canonical body.
    pub body: String,
    /// The texts beside it that were not erased, by name.
    pub texts: BTreeMap<String, Salted>,
    /// The link as it was recorded.
    pub link: Digest256,
}

/// An entry of which the hash alone is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hidden {
    /// Place in the chain.
    pub seq: i64,
    /// SHA-256 of the canonical body.
    pub body_hash: Digest256,
    /// The link as it was recorded.
    pub link: Digest256,
}

impl Line {
    /// The first line of an organization's record.
    pub fn first(organization: OrganizationId) -> Self {
        Self::Record {
            format: FORMAT.to_owned(),
            organization,
        }
    }
}
