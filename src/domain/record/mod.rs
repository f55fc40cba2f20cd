//! The record's form: what an entry says, which texts are kept beside it, and how entries are linked.
//!
//! `docs/record.md` describes it for authors of verifiers. An entry's body is JSON with its fields in the order
//! of [`Body`], no white space. Names and free text are kept beside it, each committed to by a salted hash, so
//! that one can be erased and the chain still verifies. Each entry is linked to the one before it by [`link`];
//! the end of a chain is signed as a [`note::Note`].

pub mod chain;
pub mod change;
pub mod fault;
pub mod file;
pub mod note;
pub mod receipt;
pub mod restored;
pub mod seen;
pub mod state;
pub mod target;

pub use self::{
    change::{Changes, Key, Part},
    target::{Target, TargetRef, TargetType},
};

use std::{collections::BTreeMap, fmt};

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Datelike, SecondsFormat, Utc};
use entity::{
    ids::{GrantId, OperationId, OrganizationId, SessionId, UserId},
    states::{AuthorityKind, DelegatedRole, Outcome},
};
use serde::{Deserialize, Serialize, de};
use sha2::{Digest, Sha256};

use crate::domain::hands::Cause;

/// The version of the form that a body names.
pub const VERSION: u8 = 2;
/// Prefix of what a link covers.
pub const LINK_DOMAIN: &[u8] = b"mandate-record-link-v2\n";
/// Prefix of what the commitment to a text covers.
pub const TEXT_DOMAIN: &[u8] = b"mandate-record-text-v2\n";

/// A SHA-256, written as base64 (RFC 4648, section 4).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest256(pub [u8; 32]);

impl Digest256 {
    /// The link before the first entry: zeros.
    pub const NONE: Self = Self([0; 32]);

    /// The hash of these bytes.
    pub fn of(bytes: impl AsRef<[u8]>) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Of a stored value; `None` when it is not 32 bytes long.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Of its base64; `None` when it is not the base64 of 32 bytes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::from_slice(&STANDARD.decode(text).ok()?)
    }
}

impl fmt::Display for Digest256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Digest256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Digest256 {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest256 {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("not the base64 of 32 bytes"))
    }
}

/// A hand that the actor was in: a person of a partner who may have held its sign-in, under a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InHands {
    pub grant: GrantId,
    /// The person of the partner; null if nobody knows who it was.
    pub person: Option<UserId>,
}

impl InHands {
    /// What an entry says about these hands.
    pub fn all(causes: &[Cause]) -> Vec<Self> {
        let causes = causes.iter();
        causes
            .map(|cause| Self {
                grant: cause.grant,
                person: cause.person,
            })
            .collect()
    }
}

/// What is hashed of an entry. The order of the fields is the canonical form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// [`VERSION`].
    pub v: u8,
    /// The organization whose record it is in.
    pub organization: OrganizationId,
    /// Place in the chain, from 1.
    pub seq: i64,
    /// The entry.
    pub id: OperationId,
    /// Stable name of the kind.
    pub kind: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it was refused.
    pub reason: Option<String>,
    /// The time of the act.
    pub at: Moment,
    /// Why the actor could act.
    pub authority: AuthorityKind,
    /// The real person.
    pub actor: Option<UserId>,
    /// The person's organization.
    pub actor_organization: Option<OrganizationId>,
    /// The person's session.
    pub session: Option<SessionId>,
    /// The grant acted under.
    pub grant: Option<GrantId>,
    /// The delegated role in force.
    pub role: Option<DelegatedRole>,
    /// What was touched.
    pub target: Option<TargetRef>,
    /// What changed, redacted; by name.
    pub changes: Changes,
    /// Commitments to the texts beside; by name.
    pub texts: BTreeMap<String, Digest256>,
    /// In whose hands the actor was.
    pub hands: Vec<InHands>,
}

impl Body {
    /// The canonical form.
    ///
    /// # Errors
    /// Never: all of it can be written as JSON.
    pub fn canonical(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }
}

/// Names of the texts that are kept beside an entry, in the order of their salts.
pub const TEXTS: [&str; 6] = [
    "actor_name",
    "actor_sign_in_name",
    "actor_organization_name",
    "target_name",
    "ticket",
    "note",
];

/// The texts beside an entry. What was erased, and what was never there, is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    /// The actor's display name, or the job's.
    pub actor_name: Option<String>,
    /// The actor's sign-in name.
    pub actor_sign_in_name: Option<String>,
    /// The actor's organization's name.
    pub actor_organization_name: Option<String>,
    /// The target's display name.
    pub target_name: Option<String>,
    /// The caller's ticket number.
    pub ticket: Option<String>,
    /// The caller's note: why it was done.
    pub note: Option<String>,
}

impl Texts {
    /// The texts that are there, by name, in the order of [`TEXTS`].
    pub fn present(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            &self.actor_name,
            &self.actor_sign_in_name,
            &self.actor_organization_name,
            &self.target_name,
            &self.ticket,
            &self.note,
        ];
        let named = TEXTS.into_iter().zip(all);
        named.filter_map(|(name, text)| Some((name, text.as_deref()?)))
    }

    /// All of them, in the order of [`TEXTS`].
    pub fn all_mut(&mut self) -> [&mut Option<String>; 6] {
        [
            &mut self.actor_name,
            &mut self.actor_sign_in_name,
            &mut self.actor_organization_name,
            &mut self.target_name,
            &mut self.ticket,
            &mut self.note,
        ]
    }

    /// Who acted, as people read it; `None` for a job, and once it was erased.
    pub fn who(&self) -> Option<String> {
        let name = self.actor_name.as_deref()?;
        let of = [&self.actor_sign_in_name, &self.actor_organization_name];
        let of: Vec<&str> = of.into_iter().filter_map(|part| part.as_deref()).collect();
        Some(match of.is_empty() {
            true => name.to_owned(),
            false => format!("{name} ({})", of.join(", ")),
        })
    }
}

/// 16 random bytes, written as base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Salt(pub [u8; 16]);

impl Serialize for Salt {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(self.0))
    }
}

impl<'de> Deserialize<'de> for Salt {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = STANDARD.decode(text).map_err(de::Error::custom)?;
        let bytes = bytes.try_into();
        bytes
            .map(Self)
            .map_err(|_| de::Error::custom("a salt is 16 bytes long"))
    }
}

/// A text with the salt of its commitment. Neither is there without the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Salted {
    pub salt: Salt,
    pub text: String,
}

impl Salted {
    /// The commitment to it under this name.
    pub fn commitment(&self, name: &str) -> Digest256 {
        commitment(name, self.salt, &self.text)
    }
}

/// A time that is serialized as it is recorded, and read only where it is written so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub DateTime<Utc>);

impl Moment {
    /// Whether it is read again where it was written: RFC 3339 has four digits for a year, and clocks here know no
    /// second 60.
    pub fn is_written(self) -> bool {
        (0..=9999).contains(&self.0.year()) && self.0.timestamp_subsec_nanos() < 1_000_000_000
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&time(self.0))
    }
}

impl Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let at = text.parse().ok().filter(|_| is_time(&text));
        at.map(Self)
            .ok_or_else(|| de::Error::custom("not a time as it is recorded"))
    }
}

/// A time as it is recorded: RFC 3339, UTC, microseconds.
pub fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Whether a text is a time as it is recorded. There is no second 60: clocks here know none.
pub fn is_time(text: &str) -> bool {
    text.parse::<DateTime<Utc>>()
        .is_ok_and(|at| at.timestamp_subsec_nanos() < 1_000_000_000 && time(at) == text)
}

/// The commitment to a text: SHA-256 over [`TEXT_DOMAIN`], its name, a line feed, its salt and itself.
pub fn commitment(name: &str, salt: Salt, text: &str) -> Digest256 {
    let digest = Sha256::new()
        .chain_update(TEXT_DOMAIN)
        .chain_update(name)
        .chain_update(b"\n")
        .chain_update(salt.0)
        .chain_update(text);
    Digest256(digest.finalize().into())
}

/// The link of an entry: SHA-256 over [`LINK_DOMAIN`], the link before it and the hash of its body. The hash
/// alone is enough to follow a chain, so that an export can give only the hash of an entry that its reader may
/// not see.
pub fn link(previous: Digest256, body: Digest256) -> Digest256 {
    let digest = Sha256::new()
        .chain_update(LINK_DOMAIN)
        .chain_update(previous.0)
        .chain_update(body.0);
    Digest256(digest.finalize().into())
}
