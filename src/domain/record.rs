//! The record's canonical form, its hash chain, and the verifier that needs no server.
//!
//! An entry's body is JSON with its fields in the order of [`Body`], no white space; it names the
//! hash of the entry before it. Its hash is SHA-256 over [`ENTRY_DOMAIN`] and the body. Names and
//! free text stand beside the body, committed by a salted hash, so that they can be erased and
//! the chain still verifies. The chain's end is signed by the installation's record key.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use entity::{
    ids::{GrantId, OperationId, OrganizationId, SessionId, UserId},
    states::{AuthorityKind, DelegatedRole, Outcome},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::domain::hands::Cause;

/// Prefix of what an entry's hash covers.
pub const ENTRY_DOMAIN: &[u8] = b"mandate-record-entry-v1\n";
/// Prefix of what the commitment to the text beside covers.
pub const BESIDE_DOMAIN: &[u8] = b"mandate-record-beside-v1\n";
/// Prefix of what the signature of a chain's end covers.
pub const HEAD_DOMAIN: &[u8] = b"mandate-record-head-v1\n";
/// The hash before the first entry.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What an entry is about, by id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Type of the thing: `user`, `grant`, `offer`, ….
    #[serde(rename = "type")]
    pub kind: String,
    /// Its id.
    pub id: Uuid,
}

/// In whose hands the one who acted was: someone of a partner who may hold its sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InHands {
    /// The grant.
    pub grant: GrantId,
    /// Who of the partner; null where nobody knows who it was.
    pub person: Option<UserId>,
}

impl InHands {
    /// What an entry tells of these hands.
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

/// What is hashed of an entry. The order of the fields is the canonical form: append only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// Version of the form.
    pub v: u8,
    /// Whose record.
    pub organization: OrganizationId,
    /// Place in the chain, from 1.
    pub seq: i64,
    /// Hash of the entry before.
    pub previous: String,
    /// The entry.
    pub id: OperationId,
    /// Stable name of the kind.
    pub kind: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it was refused.
    pub reason: Option<String>,
    /// When: RFC 3339, UTC, microseconds.
    pub at: String,
    /// Why the actor could act.
    pub authority: AuthorityKind,
    /// The real person.
    pub actor: Option<UserId>,
    /// The person's organization.
    pub actor_organization: Option<OrganizationId>,
    /// The person's session.
    pub session: Option<SessionId>,
    /// Null in what is written now; earlier entries have the grant under which a delegate caused the secret
    /// that began the session.
    pub secret_grant: Option<GrantId>,
    /// The grant acted under.
    pub grant: Option<GrantId>,
    /// The delegated role in force.
    pub role: Option<DelegatedRole>,
    /// What was touched.
    pub target: Option<Subject>,
    /// What changed, redacted.
    pub changes: BTreeMap<String, String>,
    /// Salted hash of the text beside.
    pub beside: String,
    /// In whose hands the actor was; left out where it was in nobody's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hands: Vec<InHands>,
}

/// What stands beside the body and can be erased.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beside {
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
    /// The caller's reason.
    pub note: Option<String>,
}

impl Beside {
    /// What stands beside an entry, of its column's text; nothing once it was erased.
    pub fn of(text: Option<&str>) -> Self {
        text.and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default()
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

/// One entry as it is exported and verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Place in the chain as the row says.
    pub seq: i64,
    /// The canonical body.
    pub body: String,
    /// Hash of the body, hex.
    pub hash: String,
    /// Salt of the commitment; null once erased.
    pub salt: Option<String>,
    /// Canonical text of [`Beside`]; null once erased.
    pub beside: Option<String>,
}

/// The signed end of a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Whose record.
    pub organization: OrganizationId,
    /// Number of entries.
    pub seq: i64,
    /// Hash of the last entry.
    pub hash: String,
    /// Key id of the record key.
    pub key_id: String,
    /// Ed25519 signature over [`head_message`], base64url.
    pub signature: String,
}

/// What a verifier found wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A body is not in the canonical form.
    #[error("entry {0}: the body cannot be read")]
    Unreadable(i64),
    /// The stored hash is not the body's.
    #[error("entry {0}: the body was changed (its hash differs)")]
    Hash(i64),
    /// The body does not follow the entry before it.
    #[error("entry {0}: it does not follow the entry before it (one was removed, added or moved)")]
    Broken(i64),
    /// The text beside is not what was committed to.
    #[error("entry {0}: the names or the text beside it were changed")]
    Beside(i64),
    /// A column that repeats the body says something else.
    #[error("entry {0}: column `{1}` differs from the body")]
    Column(i64, &'static str),
    /// The chain is shorter or longer than its signed end.
    #[error("the end was cut off: the signed end is entry {signed}, the last entry is {last}")]
    Tail {
        /// Entry number in the signed end.
        signed: i64,
        /// Number of the last entry that is there.
        last: i64,
    },
    /// The last entry is not the one that was signed.
    #[error("the last entry ({0}) is not the one that was signed")]
    HeadHash(i64),
    /// The signed end is missing.
    #[error("the signed end is missing")]
    NoHead,
    /// The signature is not good.
    #[error("the signature of the end is not good, or its key `{0}` is not known")]
    Signature(String),
}

/// A time as it is recorded: RFC 3339, UTC, microseconds.
pub fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Hash of a body, hex.
pub fn hash(body: &str) -> String {
    hex::encode(
        Sha256::new()
            .chain_update(ENTRY_DOMAIN)
            .chain_update(body)
            .finalize(),
    )
}

/// Commitment to the text beside, hex.
pub fn commitment(salt: &str, beside: &str) -> String {
    let digest = Sha256::new()
        .chain_update(BESIDE_DOMAIN)
        .chain_update(salt)
        .chain_update(beside);
    hex::encode(digest.finalize())
}

/// What the signature of a chain's end covers.
pub fn head_message(organization: OrganizationId, seq: i64, hash: &str) -> Vec<u8> {
    let mut message = HEAD_DOMAIN.to_vec();
    message.extend_from_slice(organization.0.as_bytes());
    message.extend_from_slice(&seq.to_be_bytes());
    message.extend_from_slice(hash.as_bytes());
    message
}

/// Checks a chain entry by entry.
#[derive(Debug)]
pub struct Verifier {
    organization: OrganizationId,
    last: i64,
    previous: String,
    faults: Vec<Fault>,
}

impl Verifier {
    /// A verifier of one organization's record, at its beginning.
    pub fn new(organization: OrganizationId) -> Self {
        Self {
            organization,
            last: 0,
            previous: GENESIS.to_owned(),
            faults: Vec::new(),
        }
    }

    /// Takes the next entry; gives its body where it can be read.
    pub fn entry(&mut self, entry: &Entry) -> Option<Body> {
        let seq = entry.seq;
        if hash(&entry.body) != entry.hash {
            self.faults.push(Fault::Hash(seq));
        }
        let body: Option<Body> = serde_json::from_str(&entry.body).ok();
        match &body {
            None => self.faults.push(Fault::Unreadable(seq)),
            Some(body) => {
                let follows = body.organization == self.organization
                    && body.seq == seq
                    && seq == self.last + 1
                    && body.previous == self.previous;
                if !follows {
                    self.faults.push(Fault::Broken(seq));
                }
                if let (Some(salt), Some(beside)) = (&entry.salt, &entry.beside)
                    && commitment(salt, beside) != body.beside
                {
                    self.faults.push(Fault::Beside(seq));
                }
            }
        }
        self.last = seq;
        self.previous.clone_from(&entry.hash);
        body
    }

    /// Notes a fault found outside, at the entry last taken.
    pub fn column(&mut self, name: &'static str) {
        self.faults.push(Fault::Column(self.last, name));
    }

    /// Compares with the signed end. `good` checks a signature: key id, message, signature.
    pub fn finish(
        mut self,
        head: Option<&Head>,
        good: impl Fn(&str, &[u8], &str) -> bool,
    ) -> Vec<Fault> {
        let Some(head) = head else {
            self.faults.push(Fault::NoHead);
            return self.faults;
        };
        if head.seq != self.last {
            self.faults.push(Fault::Tail {
                signed: head.seq,
                last: self.last,
            });
        } else if head.hash != self.previous {
            self.faults.push(Fault::HeadHash(self.last));
        }
        let message = head_message(self.organization, head.seq, &head.hash);
        if head.organization != self.organization || !good(&head.key_id, &message, &head.signature)
        {
            self.faults.push(Fault::Signature(head.key_id.clone()));
        }
        self.faults
    }
}
