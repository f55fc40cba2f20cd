//! A record as a file: JSON Lines, the record's name first, an entry a line, the signed end last.

use entity::ids::OrganizationId;
use serde::{Deserialize, Serialize};

use crate::domain::record::{Entry, Head};

/// The format that the first line names.
pub const FORMAT: &str = "mandate-record-v1";

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
    /// One entry.
    Entry(Entry),
    /// The last: the signed end.
    Head(Head),
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
