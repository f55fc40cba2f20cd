//! A record as a file, in JSON Lines: first whose record it is, then one entry per line, last the signed end.

use std::{collections::BTreeMap, fmt};

use entity::ids::OrganizationId;
use serde::{Deserialize, Deserializer, Serialize, de};

use super::{Digest256, Salted};

/// The format that the first line names.
pub const FORMAT: &str = "mandate-record-v2";

/// A line of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case", deny_unknown_fields)]
pub enum Line {
    /// The first line: whose record it is.
    Record {
        format: String,
        /// The organization.
        organization: OrganizationId,
        /// Whether every entry is given in full, so that none is hidden.
        whole: bool,
    },
    Entry(Entry),
    /// An entry that the file's reader may not see.
    Hidden(Hidden),
    /// The last line: the signed note of the end, as text.
    Note {
        note: String,
    },
}

/// An entry as it is exported and verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Place in the chain.
    pub seq: i64,
    /// The canonical body.
    pub body: String,
    /// The texts beside it that were not erased, by name.
    #[serde(deserialize_with = "once")]
    pub texts: BTreeMap<String, Salted>,
    /// The link as it was recorded.
    pub link: Digest256,
}

/// An entry of which only the hash is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
    pub fn first(organization: OrganizationId, whole: bool) -> Self {
        Self::Record {
            format: FORMAT.to_owned(),
            organization,
            whole,
        }
    }
}

/// A map in which no name may occur twice: programs do not agree on which of two values counts.
fn once<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Salted>, D::Error> {
    struct Visitor;
    impl<'de> de::Visitor<'de> for Visitor {
        type Value = BTreeMap<String, Salted>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("texts by name")
        }

        fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut texts = BTreeMap::new();
            while let Some((name, text)) = map.next_entry::<String, Salted>()? {
                if texts.insert(name, text).is_some() {
                    return Err(de::Error::custom("a name stands there twice"));
                }
            }
            Ok(texts)
        }
    }
    deserializer.deserialize_map(Visitor)
}
