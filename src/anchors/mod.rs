//! Anchors: the ends of records that this installation has seen, kept outside the database.
//!
//! Whoever can write the database can restore an old state of it. So the end of each record is also written, as
//! a signed note, to a file apart from the database: before an act of consent is answered, otherwise within a
//! minute. An end that is behind what was seen is not believed. `<year>-<month>.jsonl` holds a note a line, a
//! JSON string; the first of a month begins with the last note of each record before it.

mod files;

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

use self::files::{files, is_torn, latest, lines, read};
use crate::{
    auth::keys::Keys,
    domain::{
        grant::GrantFacts,
        record::{Digest256, note::SignedNote, seen::Seen},
    },
    private,
};

/// What was seen of the ends of records, in memory and in the file.
#[derive(Clone)]
pub struct Anchors(Arc<Parts>);

struct Parts {
    dir: PathBuf,
    /// What was seen of each record.
    seen: Mutex<HashMap<OrganizationId, Known>>,
    /// Ends that wait to be written.
    waiting: Mutex<BTreeMap<OrganizationId, SignedNote>>,
    /// One writer at a time.
    writing: Mutex<()>,
    /// Whether the last write failed.
    failing: AtomicBool,
    /// Records whose end was not believed when it was last looked at.
    held: Mutex<HashSet<OrganizationId>>,
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

/// Why the end of a record is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mistrust {
    /// The signature is not this installation's.
    #[error("the signature of its end ({0} entries) is not good")]
    Signature(i64),
    /// It ends before what was seen.
    #[error("it ends at entry {size}, and {seen} entries were seen")]
    Behind {
        /// The number of entries that the end names.
        size: i64,
        /// Entries that were seen.
        seen: i64,
    },
    /// It has another entry at the same place.
    #[error("its entry {0} is not the one that was seen")]
    Other(i64),
    /// There is no end, and one was seen.
    #[error("its end is missing, and {0} entries were seen")]
    Missing(i64),
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
    /// What the newest files of a folder have seen.
    ///
    /// # Errors
    /// When the folder cannot be made or read.
    pub fn open(dir: &Path, keys: &Keys) -> anyhow::Result<Self> {
        private::create_dir(dir).with_context(|| format!("anchors.dir {}", dir.display()))?;
        let mut seen = HashMap::new();
        for note in latest(dir)?.into_values() {
            if keys.verify_note(&note) {
                seen.insert(note.note.organization, Known::of(&note));
            } else {
                tracing::error!(
                    organization = %note.note.domain,
                    "The anchor of a record is not signed by this installation: it is left out."
                );
            }
        }
        Ok(Self(Arc::new(Parts {
            dir: dir.to_owned(),
            seen: Mutex::new(seen),
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
        keys: &Keys,
    ) -> Result<(), Mistrust> {
        let believed = self.check(organization, end, keys);
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
        keys: &Keys,
    ) -> Result<(), Mistrust> {
        let known = lock(&self.0.seen).get(&organization).copied();
        let Some(end) = end else {
            return known.map_or(Ok(()), |known| Err(Mistrust::Missing(known.size)));
        };
        let checked = Digest256::of(end.text());
        let before = known.is_some_and(|known| known.checked == checked);
        let ours = || end.note.organization == organization && keys.verify_note(end);
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
        lock(&self.0.seen).insert(end.note.organization, Known::of(end));
    }

    /// Takes the ends that were committed. They are written within a minute, by [`Self::flush`].
    pub fn committed(&self, ends: Vec<SignedNote>) {
        let mut seen = lock(&self.0.seen);
        for end in ends {
            let (organization, known) = (end.note.organization, Known::of(&end));
            let held = seen.entry(organization).or_insert(known);
            // Another act may already have reported the end after this one.
            if held.order() <= known.order() {
                *held = known;
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

    /// How many of these ends are behind what was seen. Signatures are not looked at: that is done before each act.
    pub fn behind(&self, ends: &[SignedNote]) -> usize {
        let seen = lock(&self.0.seen);
        let behind = ends.iter().filter(|end| {
            let known = seen.get(&end.note.organization);
            known.is_some_and(|known| known.order() > (end.note.epoch, end.note.size))
        });
        let behind: Vec<_> = behind.map(|end| end.note.organization).collect();
        lock(&self.0.held).extend(&behind);
        behind.len()
    }

    /// Every end in the file that is signed by this installation, by organization.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn all(&self, keys: &Keys) -> io::Result<HashMap<OrganizationId, Vec<SignedNote>>> {
        let mut all: HashMap<_, Vec<SignedNote>> = HashMap::new();
        read(&self.0.dir, |note| {
            all.entry(note.note.organization).or_default().push(note);
        })?;
        for notes in all.values_mut() {
            notes.dedup();
            notes.retain(|note| keys.verify_note(note));
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
    pub fn seen(&self) -> HashMap<OrganizationId, Seen> {
        let seen = lock(&self.0.seen);
        let all = seen.iter().map(|(organization, known)| {
            let seen = Seen {
                whence: "the anchor file".to_owned(),
                size: known.size,
                link: known.link,
                epoch: known.epoch,
            };
            (*organization, seen)
        });
        all.collect()
    }
}

impl Parts {
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
        let mut bytes = lines(notes)?;
        if is_torn(&mut file)? {
            bytes.insert(0, b'\n');
        }
        file.write_all(&bytes)?;
        file.sync_data()
    }

    /// Makes the file of a month, which begins with the last note of each record.
    fn carry_over(&self, path: &Path) -> io::Result<()> {
        let notes: Vec<SignedNote> = latest(&self.dir)?.into_values().collect();
        private::write_new(path, &lines(&notes)?)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
