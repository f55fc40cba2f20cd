//! Anchors: the ends of records that this installation has seen, kept outside the database.
//!
//! Whoever can write the database can restore an old state of it. So the end of each record is also written, as
//! a signed note, to a file apart from the database: before an act of consent is answered, otherwise within a
//! minute. An end that is behind what was seen is not believed. `<year>-<month>.jsonl` holds a note a line, a
//! JSON string; the first of a month begins with the last note of each record before it.

mod files;
mod mistrust;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use anyhow::Context;
use chrono::{DateTime, Utc};
use entity::ids::OrganizationId;

pub use self::mistrust::Mistrust;

use self::files::{Line, files, is_torn, latest, lines, read};
use crate::{
    auth::keys::Keys,
    domain::{
        grant::GrantFacts,
        record::{Digest256, note::SignedNote, seen},
    },
    private,
};

/// What was seen of the ends of records, in memory and in the file.
#[derive(Clone)]
pub struct Anchors(Arc<Parts>);

struct Parts {
    dir: PathBuf,
    keys: Arc<Keys>,
    /// What was seen of each record.
    seen: Mutex<HashMap<OrganizationId, Seen>>,
    /// Ends that wait to be written.
    waiting: Mutex<BTreeMap<OrganizationId, SignedNote>>,
    /// One writer at a time.
    writing: Mutex<()>,
    /// Whether the last write failed.
    failing: AtomicBool,
    /// Records whose end was not believed when it was last looked at.
    held: Mutex<HashSet<OrganizationId>>,
}

/// What was seen last of a record.
enum Seen {
    /// In the file; nobody has asked for it yet, and its signature is not verified.
    Read(Line),
    Known(Known),
}

/// The last end of a record that was believed.
#[derive(Clone, Copy)]
struct Known {
    size: i64,
    epoch: i32,
    link: Digest256,
    /// Hash of the note with its signature: what was checked once is not checked again.
    checked: Digest256,
}

impl Known {
    fn of(note: &SignedNote) -> Self {
        Self {
            size: note.note.size,
            epoch: note.note.epoch,
            link: note.note.link,
            checked: Digest256::of(note.text()),
        }
    }

    fn order(&self) -> (i32, i64) {
        (self.epoch, self.size)
    }
}

impl Anchors {
    /// What the newest files of a folder have seen. Each signature is verified when it is first asked for.
    ///
    /// # Errors
    /// When the folder cannot be made or read.
    pub fn open(dir: &Path, keys: Arc<Keys>) -> anyhow::Result<Self> {
        private::create_dir(dir).with_context(|| format!("anchors.dir {}", dir.display()))?;
        let read = latest(dir)?.into_iter();
        let seen = read.map(|(organization, line)| (organization, Seen::Read(line)));
        Ok(Self(Arc::new(Parts {
            dir: dir.to_owned(),
            keys,
            seen: Mutex::new(seen.collect()),
            waiting: Mutex::default(),
            writing: Mutex::default(),
            failing: AtomicBool::new(false),
            held: Mutex::default(),
        })))
    }

    /// Whether there is no anchor file at all.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn is_missing(&self) -> io::Result<bool> {
        Ok(files(&self.0.dir)?.is_empty())
    }

    /// Begins the anchor file if there is none.
    pub fn begin(&self, now: DateTime<Utc>) -> io::Result<()> {
        self.0.write(&[], now)
    }

    /// Whether the end of a record is to be believed: signed by this installation, and not behind what was
    /// seen. An end of a later epoch comes after a declared loss.
    ///
    /// # Errors
    /// Why not.
    pub fn believe(
        &self,
        organization: OrganizationId,
        end: Option<&SignedNote>,
    ) -> Result<(), Mistrust> {
        let believed = self.check(organization, end);
        let mut held = lock(&self.0.held);
        match believed {
            Ok(()) => held.remove(&organization),
            Err(_) => held.insert(organization),
        };
        believed
    }

    /// The grant, held if the record of its account is not believed: nobody knows then whether it was ended.
    pub fn as_held(&self, grant: GrantFacts) -> GrantFacts {
        GrantFacts {
            client_hold: grant.client_hold || self.is_held(grant.client),
            ..grant
        }
    }

    /// Whether an account's record was not believed when it was last looked at.
    pub fn is_held(&self, account: OrganizationId) -> bool {
        lock(&self.0.held).contains(&account)
    }

    /// Records whose end was not believed when it was last looked at.
    pub fn held(&self) -> Vec<OrganizationId> {
        lock(&self.0.held).iter().copied().collect()
    }

    fn check(
        &self,
        organization: OrganizationId,
        end: Option<&SignedNote>,
    ) -> Result<(), Mistrust> {
        let known = self.0.known(organization);
        let Some(end) = end else {
            return known.map_or(Ok(()), |known| Err(Mistrust::Missing(known.size)));
        };
        let checked = Digest256::of(end.text());
        let before = known.is_some_and(|known| known.checked == checked);
        let ours = || end.note.organization == organization && self.0.keys.verify_note(end);
        if !(before || ours()) {
            return Err(Mistrust::Signature(end.note.size));
        }
        let Some(known) = known.filter(|known| known.epoch >= end.note.epoch) else {
            self.notice(end);
            return Ok(());
        };
        if known.order() > (end.note.epoch, end.note.size) {
            return Err(Mistrust::Behind {
                size: end.note.size,
                seen: known.size,
            });
        }
        if known.order() == (end.note.epoch, end.note.size) && known.link != end.note.link {
            return Err(Mistrust::Other(end.note.size));
        }
        self.notice(end);
        Ok(())
    }

    /// Remembers an end from the database that is believed.
    fn notice(&self, end: &SignedNote) {
        let known = Seen::Known(Known::of(end));
        lock(&self.0.seen).insert(end.note.organization, known);
    }

    /// Takes the ends that were committed. They are written within a minute, by [`Self::flush`].
    pub fn committed(&self, ends: Vec<SignedNote>) {
        let mut seen = lock(&self.0.seen);
        for end in ends {
            let (organization, known) = (end.note.organization, Known::of(&end));
            // Another act may already have reported the end after this one.
            let before = seen.get(&organization);
            if before.is_none_or(|before| before.order() <= known.order()) {
                seen.insert(organization, Seen::Known(known));
                lock(&self.0.waiting).insert(organization, end);
            }
        }
    }

    /// Writes what waits, and returns when it is on the disk. What cannot be written goes on waiting.
    pub async fn flush(&self, now: DateTime<Utc>) {
        let parts = Arc::clone(&self.0);
        let done = tokio::task::spawn_blocking(move || parts.flush(now)).await;
        let done = done.unwrap_or_else(|error| Err(io::Error::other(error)));
        self.0.failing.store(done.is_err(), Ordering::Relaxed);
        if let Err(error) = done {
            tracing::error!(
                %error,
                "The ends of records cannot be anchored: put back {}, or make it writable. What was done is \
                 kept, and anchored then; until then nobody can tell whether the database was put back.",
                self.0.dir.display()
            );
        }
    }

    /// Whether there are ends that could not be written.
    pub fn is_failing(&self) -> bool {
        self.0.failing.load(Ordering::Relaxed)
    }

    /// How many records end before what was seen, if these are the epochs and sizes of their ends. Signatures are not
    /// looked at: that is done before each act.
    pub fn behind(&self, ends: &[(OrganizationId, i32, i64)]) -> usize {
        let seen = lock(&self.0.seen);
        let behind = ends.iter().filter(|(organization, epoch, size)| {
            let seen = seen.get(organization);
            seen.is_some_and(|seen| seen.order() > (*epoch, *size))
        });
        let behind: Vec<_> = behind.map(|(organization, ..)| *organization).collect();
        lock(&self.0.held).extend(&behind);
        behind.len()
    }

    /// Verifies some of the signatures that nobody has asked for yet, so that a bad one is told soon and what is kept
    /// of each end is small.
    pub fn verify(&self, most: usize) {
        let seen = lock(&self.0.seen);
        let read = seen
            .iter()
            .filter(|(_, seen)| matches!(seen, Seen::Read(_)));
        let some: Vec<_> = read
            .map(|(organization, _)| *organization)
            .take(most)
            .collect();
        drop(seen);
        for organization in some {
            self.0.known(organization);
        }
    }

    /// Every end in the file that is signed by this installation, by organization.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn all(&self) -> io::Result<HashMap<OrganizationId, Vec<SignedNote>>> {
        let mut all: HashMap<_, Vec<SignedNote>> = HashMap::new();
        read(&self.0.dir, |note| {
            all.entry(note.note.organization).or_default().push(note);
        })?;
        for (organization, notes) in &mut all {
            notes.dedup();
            notes.retain(|note| self.0.keys.verify_note(note));
            notes
                .iter()
                .for_each(|note| self.0.is_good(*organization, note));
        }
        Ok(all)
    }

    /// The file for entries that are set aside from a record: it is beside the anchor file.
    pub fn set_aside(&self, name: &str) -> io::Result<(PathBuf, fs::File)> {
        let path = self.0.dir.join(format!("set-aside-{name}.txt"));
        let file = private::create_file(&path)?;
        Ok((path, file))
    }

    /// What was seen of each record.
    pub fn seen(&self) -> HashMap<OrganizationId, seen::Seen> {
        self.verify(usize::MAX);
        let seen = lock(&self.0.seen);
        let known = seen.iter().filter_map(|(organization, seen)| match seen {
            Seen::Known(known) => Some((*organization, known)),
            Seen::Read(_) => None,
        });
        let all = known.map(|(organization, known)| {
            let seen = seen::Seen {
                whence: "the anchor file".to_owned(),
                size: known.size,
                link: known.link,
                epoch: known.epoch,
            };
            (organization, seen)
        });
        all.collect()
    }
}

impl Seen {
    fn order(&self) -> (i32, i64) {
        match self {
            Self::Read(line) => line.order,
            Self::Known(known) => known.order(),
        }
    }
}

impl Parts {
    /// What was seen of a record, verified; `None` also if what is in the file is not signed by this installation.
    fn known(&self, organization: OrganizationId) -> Option<Known> {
        let mut seen = lock(&self.seen);
        let line = match seen.get(&organization)? {
            Seen::Known(known) => return Some(*known),
            Seen::Read(line) => line,
        };
        let note = SignedNote::parse(&line.text).ok();
        let Some(note) = note.filter(|note| self.keys.verify_note(note)) else {
            tracing::error!(
                %organization,
                "The anchor of a record is not signed by this installation: it is left out."
            );
            seen.remove(&organization);
            return None;
        };
        let known = Known::of(&note);
        seen.insert(organization, Seen::Known(known));
        Some(known)
    }

    /// Remembers that the signature of a note is good, if it is the one that is still to be verified.
    fn is_good(&self, organization: OrganizationId, note: &SignedNote) {
        let mut seen = lock(&self.seen);
        if let Some(Seen::Read(line)) = seen.get(&organization)
            && line.order == (note.note.epoch, note.note.size)
            && line.text == note.text()
        {
            seen.insert(organization, Seen::Known(Known::of(note)));
        }
    }

    fn flush(&self, now: DateTime<Utc>) -> io::Result<()> {
        let notes = std::mem::take(&mut *lock(&self.waiting));
        if notes.is_empty() {
            return Ok(());
        }
        let all: Vec<SignedNote> = notes.into_values().collect();
        let written = self.write(&all, now);
        if written.is_err() {
            let mut waiting = lock(&self.waiting);
            for note in all {
                waiting.entry(note.note.organization).or_insert(note);
            }
        }
        written
    }

    /// Appends notes to the file of this month, in one write.
    fn write(&self, notes: &[SignedNote], now: DateTime<Utc>) -> io::Result<()> {
        let _one = lock(&self.writing);
        let path = self.dir.join(format!("{}.jsonl", now.format("%Y-%m")));
        if !path.exists() {
            self.carry_over(&path)?;
        }
        let mut file = fs::OpenOptions::new().read(true).append(true).open(path)?;
        let notes: Vec<_> = notes.iter().map(SignedNote::text).collect();
        let mut bytes = lines(&notes)?;
        if is_torn(&mut file)? {
            bytes.insert(0, b'\n');
        }
        file.write_all(&bytes)?;
        file.sync_data()
    }

    /// Makes the file of a month, which begins with the last note of each record.
    fn carry_over(&self, path: &Path) -> io::Result<()> {
        let notes = latest(&self.dir)?.into_values();
        let notes: Vec<_> = notes.map(|line| line.text).collect();
        private::write_new(path, &lines(&notes)?)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
