//! The verifier: follows a chain entry by entry, needs no server, and names what is wrong.

use std::collections::{BTreeMap, BTreeSet};

use entity::ids::OrganizationId;
use uuid::Uuid;

use super::{
    Body, Digest256, TEXTS, VERSION,
    file::{Entry, Hidden},
    link,
    note::SignedNote,
};
use crate::domain::kind::OperationKind;

/// Names of what an entry of `mandate record restored` says.
pub mod restored {
    /// How many entries there were once, as far as anyone knows.
    pub const LOST_SIZE: &str = "lost_size";
    /// The link of the last of them.
    pub const LOST_LINK: &str = "lost_link";
    /// The epoch that begins with the entry.
    pub const EPOCH: &str = "epoch";
    /// Organizations that are not in the database at all any more, each with how many entries were seen of its
    /// record: in the platform's entry alone.
    pub const GONE: &str = "organizations_gone";
    /// Ids of the grants that it holds.
    pub const GRANTS_HELD: &str = "grants_held";
}

/// What a verifier found wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A line of a file is no line of a record.
    #[error("line {0}: it cannot be read as a line of a record")]
    Line(usize),
    /// A body is not in the canonical form.
    #[error("entry {0}: its body is not in the form that is recorded")]
    Unreadable(i64),
    /// The body is another, or the entry before it is.
    #[error(
        "entry {0}: it was changed, or does not follow the entry before it (one was removed, added or moved)"
    )]
    Changed(i64),
    /// It is not the next entry of this record.
    #[error(
        "entry {0}: it is not the next one of this record (one was removed, added or moved here)"
    )]
    Broken(i64),
    /// A text beside is not what was committed to.
    #[error("entry {0}: the text `{1}` is not the one that was recorded")]
    Text(i64, String),
    /// A text has no salt, or a salt no text.
    #[error("entry {0}: a text stands there without its salt, or a salt without its text")]
    Salt(i64),
    /// A text is gone, and no entry tells of an erasure.
    #[error("entry {0}: the text `{1}` is gone, and no later entry tells that it was erased")]
    Gone(i64, String),
    /// What is kept for queries says something else than the entry.
    #[error("entry {0}: what it is found by (`{1}`) differs from what it says")]
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
    End(i64),
    /// The signed end is missing.
    #[error("the signed end is missing")]
    NoEnd,
    /// The signature is not good.
    #[error(
        "the signature of the end is not good: the end was changed, or its key is not known, or was retired before"
    )]
    Signature,
    /// The signed end is another record's.
    #[error("the signed end is that of another record: {0}")]
    Other(String),
    /// The signed end counts other declared losses than the record has.
    #[error("the signed end is of epoch {signed}, the record declares {declared} losses")]
    Epoch {
        /// The end's.
        signed: i32,
        /// The record's.
        declared: i32,
    },
    /// The record ends before what something outside it has seen.
    #[error(
        "{whence} has seen entry {seen}, the record ends at {last}: its end was cut off, or an older database was put back"
    )]
    Behind {
        /// What has seen it.
        whence: String,
        /// Entry number that was seen.
        seen: i64,
        /// Number of the last entry that is there.
        last: i64,
    },
    /// The record says something else than what something outside it has seen.
    #[error(
        "entry {seen} is not the one that {whence} has seen: the record was written anew from there or before"
    )]
    Rewritten {
        /// What has seen it.
        whence: String,
        /// Entry number that was seen.
        seen: i64,
    },
    /// Something in the database is not as the record says.
    #[error("{what}: {state} in the database, {record} in the record")]
    State {
        /// What, by id.
        what: String,
        /// What the database says.
        state: String,
        /// What the record says.
        record: String,
    },
}

/// A place in the chain that something outside the database has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What has seen it, for people.
    pub whence: String,
    /// Number of entries.
    pub size: i64,
    /// Link of the last one.
    pub link: Digest256,
    /// The epoch.
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

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// How many entries there are.
    pub entries: i64,
    /// Of how many of them the hash alone is told.
    pub hidden: i64,
    /// How many texts were erased.
    pub erased: i64,
    /// Losses that the record declares: first and last entry that were lost, as far as anyone knew.
    pub losses: Vec<(i64, i64)>,
    /// What is wrong; empty when nothing is.
    pub faults: Vec<Fault>,
}

/// A text that is not there, though an entry commits to it.
#[derive(Debug)]
struct Missing {
    seq: i64,
    name: String,
    of: Option<Uuid>,
}

/// A loss that the record declares.
#[derive(Clone, Copy, Debug)]
struct Loss {
    from: i64,
    to: i64,
    epoch: i32,
}

/// Checks a chain entry by entry.
#[derive(Debug)]
pub struct Verifier {
    organization: OrganizationId,
    last: i64,
    previous: Digest256,
    hidden: i64,
    erased: i64,
    seen: Vec<Seen>,
    passed: BTreeMap<i64, Digest256>,
    missing: Vec<Missing>,
    purged: BTreeSet<Uuid>,
    losses: Vec<Loss>,
    faults: Vec<Fault>,
}

impl Verifier {
    /// A verifier of one organization's record, at its beginning, which compares with what was seen.
    pub fn new(organization: OrganizationId, seen: Vec<Seen>) -> Self {
        let passed = seen.iter().map(|seen| (seen.size, Digest256::NONE));
        Self {
            organization,
            last: 0,
            previous: Digest256::NONE,
            hidden: 0,
            erased: 0,
            passed: passed.collect(),
            seen,
            missing: Vec::new(),
            purged: BTreeSet::new(),
            losses: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// Takes the next entry; gives its body where it can be read.
    pub fn entry(&mut self, entry: &Entry) -> Option<Body> {
        let seq = entry.seq;
        self.step(seq, Digest256::of(&entry.body), entry.link);
        let body: Option<Body> = serde_json::from_str(&entry.body).ok();
        let body = body.filter(|body| {
            body.v == VERSION && body.canonical().is_ok_and(|text| text == entry.body)
        });
        let Some(body) = body else {
            self.faults.push(Fault::Unreadable(seq));
            return None;
        };
        if body.organization != self.organization || body.seq != seq {
            self.faults.push(Fault::Broken(seq));
        }
        self.texts(entry, &body);
        if body.kind == OperationKind::PurgeUser.spec().stable
            && let Some(target) = &body.target
        {
            self.purged.insert(target.id);
        }
        if body.kind == OperationKind::RestoreRecord.spec().stable {
            let number = |name: &str| body.changes.get(name)?.parse().ok();
            let epoch = body.changes.get(restored::EPOCH);
            self.losses.push(Loss {
                from: seq,
                to: number(restored::LOST_SIZE).unwrap_or(seq - 1),
                epoch: epoch.and_then(|epoch| epoch.parse().ok()).unwrap_or(0),
            });
        }
        Some(body)
    }

    /// Takes the next entry, of which the hash alone is told.
    pub fn hidden(&mut self, hidden: &Hidden) {
        self.hidden += 1;
        self.step(hidden.seq, hidden.body_hash, hidden.link);
    }

    /// Passes over an entry that is none any more.
    pub fn skip(&mut self, seq: i64, link: Digest256, fault: Fault) {
        self.faults.push(fault);
        (self.last, self.previous) = (seq, link);
    }

    /// Notes a fault found outside.
    pub fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    fn step(&mut self, seq: i64, body: Digest256, stated: Digest256) {
        if seq != self.last + 1 {
            self.faults.push(Fault::Broken(seq));
        } else if link(self.previous, body) != stated {
            self.faults.push(Fault::Changed(seq));
        }
        self.last = seq;
        self.previous = stated;
        if let Some(passed) = self.passed.get_mut(&seq) {
            *passed = stated;
        }
    }

    fn texts(&mut self, entry: &Entry, body: &Body) {
        for (name, salted) in &entry.texts {
            if body.texts.get(name) != Some(&salted.commitment(name)) {
                self.faults.push(Fault::Text(entry.seq, name.clone()));
            }
        }
        let names = body.texts.keys();
        for name in names.filter(|name| !entry.texts.contains_key(*name)) {
            self.erased += 1;
            let target = body.target.as_ref().map(|target| target.id);
            self.missing.push(Missing {
                seq: entry.seq,
                name: name.clone(),
                of: owner(name, body.actor.map(|actor| actor.0), target),
            });
        }
    }

    /// Compares with the signed end. `good` says whether the signature of a note is good.
    pub fn finish(
        mut self,
        end: Option<&SignedNote>,
        good: impl Fn(&SignedNote) -> bool,
    ) -> Verdict {
        match end {
            None => self.faults.push(Fault::NoEnd),
            Some(end) => self.end(end, good(end)),
        }
        // Of what is hidden nobody can tell whether it is the entry of an erasure.
        if self.hidden == 0 {
            let missing = std::mem::take(&mut self.missing).into_iter();
            let gone = missing.filter(|text| !text.of.is_some_and(|id| self.purged.contains(&id)));
            self.faults
                .extend(gone.map(|text| Fault::Gone(text.seq, text.name)));
        }
        for seen in std::mem::take(&mut self.seen) {
            self.compare(seen);
        }
        Verdict {
            entries: self.last,
            hidden: self.hidden,
            erased: self.erased,
            losses: self
                .losses
                .iter()
                .map(|loss| (loss.from, loss.to))
                .collect(),
            faults: self.faults,
        }
    }

    fn end(&mut self, end: &SignedNote, good: bool) {
        let note = &end.note;
        if note.organization != self.organization {
            self.faults.push(Fault::Other(note.domain.clone()));
        } else if note.size != self.last {
            self.faults.push(Fault::Tail {
                signed: note.size,
                last: self.last,
            });
        } else if note.link != self.previous {
            self.faults.push(Fault::End(self.last));
        }
        if !good {
            self.faults.push(Fault::Signature);
        }
        let declared = self.losses.iter().map(|loss| loss.epoch).max();
        let declared = declared.unwrap_or(0);
        let differs = match self.hidden {
            0 => declared != note.epoch,
            _ => declared > note.epoch,
        };
        if differs {
            self.faults.push(Fault::Epoch {
                signed: note.epoch,
                declared,
            });
        }
    }

    /// What was seen before a loss that the record declares is told by that; all else must be there.
    fn compare(&mut self, seen: Seen) {
        let lost = self
            .losses
            .iter()
            .any(|loss| seen.epoch < loss.epoch && (loss.from..=loss.to).contains(&seen.size));
        let there = self.passed.get(&seen.size) == Some(&seen.link);
        if lost || there || seen.size == 0 {
            return;
        }
        let Seen { whence, size, .. } = seen;
        self.faults.push(if size > self.last {
            Fault::Behind {
                whence,
                seen: size,
                last: self.last,
            }
        } else {
            Fault::Rewritten { whence, seen: size }
        });
    }
}

/// Whose the text of this name is, of an entry's actor and its target: who is erased takes it along.
pub fn owner(name: &str, actor: Option<Uuid>, target: Option<Uuid>) -> Option<Uuid> {
    let [actor_name, actor_sign_in_name, actor_organization_name, ..] = TEXTS;
    match name {
        _ if name == actor_name || name == actor_sign_in_name => actor,
        _ if name == actor_organization_name => None,
        _ => target,
    }
}
