//! The verifier: follows a chain entry by entry, needs no server, and names what is wrong.

use std::collections::{BTreeMap, BTreeSet};

use entity::{ids::OrganizationId, states::Outcome};
use uuid::Uuid;

use super::{
    Body, Digest256, Moment, TEXTS, TargetType, VERSION,
    fault::Fault,
    file::{Entry, Hidden},
    link,
    note::SignedNote,
    restored::Loss,
    seen::Seen,
};
use crate::domain::kind::OperationKind;

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// How many entries there are.
    pub entries: i64,
    /// Of how many of them only the hash is given.
    pub hidden: i64,
    /// How many texts were erased.
    pub erased: i64,
    /// Losses that the record declares: first and last entry that were lost, as far as anyone knew.
    pub losses: Vec<(i64, i64)>,
    /// The sources, outside the record, of what was seen that is still there.
    pub confirmed: Vec<String>,
    /// The sources, outside the record, of what was seen that is lost: the declared loss explains why the record does
    /// not confirm it.
    pub unconfirmed: Vec<String>,
    /// What is wrong; empty when nothing is.
    pub faults: Vec<Fault>,
}

/// An entry as it was made of its row.
#[derive(Clone, Debug)]
pub struct Read {
    /// What it says.
    pub body: Body,
    /// The canonical form of that.
    pub canonical: String,
    /// Names of the texts beside it that are there; their commitments are in the body.
    pub there: Vec<&'static str>,
    /// The link as it was recorded.
    pub link: Digest256,
}

/// A text that is missing, although an entry commits to it.
#[derive(Debug)]
struct Missing {
    seq: i64,
    name: String,
    of: Option<Uuid>,
}

/// Checks a chain entry by entry.
#[derive(Debug)]
pub struct Verifier {
    organization: OrganizationId,
    last: i64,
    /// Link of the last entry.
    previous: Digest256,
    /// Link of the one before it.
    before: Digest256,
    hidden: i64,
    erased: i64,
    seen: Vec<Seen>,
    passed: BTreeMap<i64, Digest256>,
    missing: Vec<Missing>,
    deleted: BTreeSet<Uuid>,
    /// Users who were purged, with the place of the last entry about it.
    purged: BTreeMap<Uuid, i64>,
    /// Whether the file says that it hides no entry.
    whole: bool,
    /// The time of the last entry, if the file tells it.
    at: Option<Moment>,
    confirmed: Vec<String>,
    unconfirmed: Vec<String>,
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
            before: Digest256::NONE,
            hidden: 0,
            erased: 0,
            passed: passed.collect(),
            seen,
            missing: Vec::new(),
            deleted: BTreeSet::new(),
            purged: BTreeMap::new(),
            whole: true,
            at: None,
            confirmed: Vec::new(),
            unconfirmed: Vec::new(),
            losses: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// The organization whose record it verifies.
    pub fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// A verifier of a file that may hide entries.
    #[must_use]
    pub fn of_part(self) -> Self {
        Self {
            whole: false,
            ..self
        }
    }

    /// Takes the next entry; gives its body if it can be read.
    pub fn entry(&mut self, entry: &Entry) -> Option<Body> {
        let seq = entry.seq;
        self.step(seq, Digest256::of(&entry.body), entry.link);
        let body: Option<Body> = serde_json::from_str(&entry.body).ok();
        let body = body.filter(|body| body.canonical().is_ok_and(|text| text == entry.body));
        let body = self.body(seq, body)?;
        for (name, salted) in &entry.texts {
            if body.texts.get(name) != Some(&salted.commitment(name)) {
                self.faults.push(Fault::Text(seq, name.clone()));
            }
        }
        self.texts(&body, |name| entry.texts.contains_key(name));
        Some(body)
    }

    /// Takes the next entry, whose body was made of its row here.
    pub fn row(&mut self, seq: i64, row: Read) -> Option<Body> {
        self.step(seq, Digest256::of(&row.canonical), row.link);
        let body = self.body(seq, Some(row.body))?;
        self.texts(&body, |name| row.there.contains(&name));
        Some(body)
    }

    /// What a body itself tells, if it is one.
    fn body(&mut self, seq: i64, body: Option<Body>) -> Option<Body> {
        let body = body.filter(|body| {
            body.v == VERSION && body.texts.keys().all(|name| TEXTS.contains(&name.as_str()))
        });
        self.at = body.as_ref().map(|body| body.at);
        let Some(body) = body else {
            self.faults.push(Fault::Unreadable(seq));
            return None;
        };
        if body.organization != self.organization || body.seq != seq {
            self.faults.push(Fault::Broken(seq));
        }
        if body.outcome == Outcome::Done {
            self.told(seq, &body);
        }
        Some(body)
    }

    /// Takes from an entry what it says about erasures and losses.
    fn told(&mut self, seq: i64, body: &Body) {
        let stable = |kind: OperationKind| kind.spec().stable;
        let user = body
            .target
            .as_ref()
            .filter(|target| target.kind == TargetType::User.stable());
        if let Some(user) = user {
            // Only a user who was deleted before can be purged.
            if body.kind == stable(OperationKind::DeleteUser) {
                self.deleted.insert(user.id);
            } else if [OperationKind::PurgeUser, OperationKind::EraseUser]
                .map(stable)
                .contains(&body.kind.as_str())
                && self.deleted.contains(&user.id)
            {
                self.purged.insert(user.id, seq);
            }
        }
        if body.kind == stable(OperationKind::RestoreRecord) {
            let before = self.losses.last().map_or(0, |loss| loss.epoch);
            match Loss::of(seq, body).filter(|loss| loss.epoch > before) {
                Some(loss) if self.fits(&loss) => self.losses.push(loss),
                _ => self.faults.push(Fault::Loss(seq)),
            }
        }
    }

    /// For a declared loss of which no lost entry is known: whether the link that it names, if any, is that of the
    /// entry before it.
    fn fits(&self, loss: &Loss) -> bool {
        loss.to != loss.from - 1 || loss.link.is_none_or(|link| link == self.before)
    }

    /// Takes the next entry, of which only the hash is given.
    pub fn hidden(&mut self, hidden: &Hidden) {
        self.hidden += 1;
        self.at = None;
        if self.whole {
            self.faults.push(Fault::Hidden(hidden.seq));
        }
        self.step(hidden.seq, hidden.body_hash, hidden.link);
    }

    /// Passes over a row that cannot be read as an entry any more.
    pub fn skip(&mut self, seq: i64, link: Digest256, fault: Fault) {
        self.faults.push(fault);
        self.last = seq;
        self.before = std::mem::replace(&mut self.previous, link);
    }

    /// Adds a fault that was found elsewhere.
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
        self.before = std::mem::replace(&mut self.previous, stated);
        if let Some(passed) = self.passed.get_mut(&seq) {
            *passed = stated;
        }
    }

    /// Counts the texts that the body commits to and that are not there.
    fn texts(&mut self, body: &Body, there: impl Fn(&str) -> bool) {
        for name in body.texts.keys().filter(|name| !there(name)) {
            self.erased += 1;
            self.missing.push(Missing {
                seq: body.seq,
                name: name.clone(),
                of: owner(name, body),
            });
        }
    }

    /// Compares the chain with its signed end. `good` says whether the signature of a note is valid.
    pub fn finish(
        mut self,
        end: Option<&SignedNote>,
        good: impl Fn(&SignedNote) -> bool,
    ) -> Verdict {
        match end {
            None => self.faults.push(Fault::NoEnd),
            Some(end) => self.end(end, good(end)),
        }
        for text in std::mem::take(&mut self.missing) {
            let later = |id: Uuid| self.purged.get(&id).is_some_and(|seq| *seq > text.seq);
            // A hidden entry may be one that erased the text: nobody can tell.
            let erased = text.of.is_some_and(|id| later(id) || self.hidden > 0);
            if !erased {
                self.faults.push(Fault::Gone(text.seq, text.name));
            }
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
            confirmed: self.confirmed,
            unconfirmed: self.unconfirmed,
            faults: self.faults,
        }
    }

    fn end(&mut self, end: &SignedNote, good: bool) {
        let note = &end.note;
        if note.organization != self.organization {
            self.faults.push(Fault::Other(format!(
                "the signed end is of {}",
                note.domain
            )));
        } else if note.size != self.last {
            self.faults.push(Fault::Tail {
                signed: note.size,
                last: self.last,
            });
        } else if note.link != self.previous || self.at.is_some_and(|at| at.to_string() != note.at)
        {
            self.faults.push(Fault::End(self.last));
        }
        if !good {
            self.faults.push(Fault::Signature);
        }
        let declared = self.losses.last().map_or(0, |loss| loss.epoch);
        if declared != note.epoch {
            self.faults.push(Fault::Epoch {
                signed: note.epoch,
                declared,
            });
        }
    }

    /// Compares the chain with what was seen of it. What a declared loss covers may be missing; everything else must
    /// be there.
    fn compare(&mut self, seen: Seen) {
        if self.passed.get(&seen.size) == Some(&seen.link) {
            self.confirmed.push(seen.whence);
            return;
        }
        let lost = self.losses.iter().any(|loss| loss.tells(&seen));
        let Seen { whence, size, .. } = seen;
        if lost {
            self.unconfirmed.push(whence);
            return;
        }
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

/// The user of the record's own organization whom the text of this name belongs to: it is erased with that user.
fn owner(name: &str, body: &Body) -> Option<Uuid> {
    let [actor_name, actor_sign_in_name, actor_organization_name, ..] = TEXTS;
    let own = body.actor_organization == Some(body.organization);
    let target = body
        .target
        .as_ref()
        .filter(|target| target.kind == TargetType::User.stable());
    match name {
        _ if name == actor_name || name == actor_sign_in_name => {
            body.actor.filter(|_| own).map(|actor| actor.0)
        }
        _ if name == actor_organization_name => None,
        _ => target.map(|target| target.id),
    }
}
