//! The installation's keys, in files of `keys.dir`, never in the database.
//!
//! `token-<number>.pk8` signs access tokens, `record-<number>.pk8` signs the ends of records (Ed25519,
//! PKCS#8), `input.key` keys the hash of idempotent inputs. The newest of one kind signs; all verify.
//! `record.jwks.json` is what a verifier needs: the public keys of records, those retired too, with the
//! time in which each signed. A running server takes up what `mandate keys` changes.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::SystemTime,
};

use anyhow::Context;
use aws_lc_rs::{
    hmac,
    signature::{Ed25519KeyPair, KeyPair},
};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{DecodingKey, EncodingKey};

pub use super::public_keys::{PublicKey, PublicKeys};
use crate::{
    auth::claims::Verified,
    domain::record::note::{Note, SignedNote, key_id},
    private,
};

/// The public keys of records.
const PUBLISHED: &str = "record.jwks.json";
/// How long running servers may take to take up a new key.
const TAKEN_UP: TimeDelta = TimeDelta::minutes(5);

/// All keys. They are the keys that the folder had when it was last looked at.
pub struct Keys {
    dir: PathBuf,
    loaded: RwLock<Arc<Loaded>>,
}

/// The keys of a folder.
pub struct Loaded {
    seen: Option<(SystemTime, usize)>,
    token_kid: String,
    token_signing: EncodingKey,
    token_verifying: BTreeMap<String, DecodingKey>,
    verified: Verified,
    record_signing: Vec<(PublicKey, Ed25519KeyPair)>,
    record_public: PublicKeys,
    input: hmac::Key,
}

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Usage {
    /// Signing access tokens.
    Token,
    /// Signing the ends of records.
    Record,
}

impl Usage {
    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Record => "record",
        }
    }
}

impl Keys {
    /// Reads the keys of `dir`, after making those that are missing.
    ///
    /// # Errors
    /// When the folder cannot be read or written, a file is not a key, or others than its owner can read one.
    pub fn open(dir: &Path) -> anyhow::Result<Self> {
        private::create_dir(dir).with_context(|| format!("keys.dir {}", dir.display()))?;
        for usage in [Usage::Token, Usage::Record] {
            if files(dir, usage)?.is_empty() {
                // Servers that start together agree on the first key, because its name is one.
                let pair = Ed25519KeyPair::generate()?;
                private::write_new(&path(dir, usage, 1), pair.to_pkcs8()?.as_ref())?;
            }
        }
        let input = dir.join("input.key");
        if !input.exists() {
            let mut bytes = [0; 32];
            aws_lc_rs::rand::fill(&mut bytes)?;
            private::write_new(&input, &bytes)?;
        }
        let loaded = Loaded::read(dir)?;
        loaded.publish(dir)?;
        let dir = dir.to_owned();
        Ok(Self {
            dir,
            loaded: RwLock::new(Arc::new(loaded)),
        })
    }

    /// The keys, as they were when the folder was last looked at.
    pub fn loaded(&self) -> Arc<Loaded> {
        let loaded = self.loaded.read();
        Arc::clone(&loaded.unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks at the folder again, if it has changed; true when there is something new. If it cannot be read,
    /// the keys stay as they are.
    pub fn refresh(&self) -> bool {
        if changed(&self.dir) == self.loaded().seen {
            return false;
        }
        match Loaded::read(&self.dir) {
            Ok(loaded) => {
                let mut held = self.loaded.write().unwrap_or_else(PoisonError::into_inner);
                *held = Arc::new(loaded);
                true
            }
            Err(error) => {
                tracing::error!("The keys were not taken up: {error:#}");
                false
            }
        }
    }

    /// The key that verifies access tokens of this key id.
    pub fn token_verifying(&self, kid: &str) -> Option<DecodingKey> {
        let find = || self.loaded().token_verifying.get(kid).cloned();
        find().or_else(|| self.refresh().then(find).flatten())
    }

    /// Signs the end of a record with the key of its time.
    pub fn sign_note(&self, note: Note) -> SignedNote {
        self.loaded().sign_note(note)
    }

    /// Whether a note is signed by this installation.
    pub fn verify_note(&self, note: &SignedNote) -> bool {
        let good = || self.loaded().record_public.verify_note(note);
        good() || self.refresh() && good()
    }

    /// Public keys that verify the ends of records.
    pub fn record_public(&self) -> PublicKeys {
        self.loaded().record_public.clone()
    }

    /// Keyed hash of an idempotent input, hex.
    pub fn input_mac(&self, input: &[u8]) -> String {
        hex::encode(hmac::sign(&self.loaded().input, input))
    }

    /// Makes a new key, which signs from now on; gives its id. What the other keys signed stays valid.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn rotate(&self, usage: Usage, now: DateTime<Utc>) -> anyhow::Result<String> {
        let next = files(&self.dir, usage)?
            .last_key_value()
            .map_or(1, |(number, _)| number + 1);
        let past = match usage {
            Usage::Record => self.record_public().keys.len(),
            Usage::Token => 0,
        };
        let number = next.max(u32::try_from(past)? + 1);
        let pair = Ed25519KeyPair::generate()?;
        let public = PublicKey::new(pair.public_key().as_ref(), Some(now));
        let kid = public.kid.clone();
        // The public key is published first, so that servers which take up the new key know from when on it signs.
        if usage == Usage::Record {
            let mut keys = self.record_public();
            keys.keys.push(public);
            publish(&self.dir, &keys)?;
        }
        private::write_new(&path(&self.dir, usage, number), pair.to_pkcs8()?.as_ref())?;
        self.reload()?;
        Ok(kid)
    }

    /// Retires a key: its private half is removed. What a record key has signed until now stays valid.
    ///
    /// # Errors
    /// When there is no such key, when it is the newest of its kind, or when the newest is so new that running
    /// servers may not sign with it yet (`at_once` overrides that).
    pub fn retire(&self, kid: &str, at_once: bool, now: DateTime<Utc>) -> anyhow::Result<Usage> {
        for usage in [Usage::Token, Usage::Record] {
            let mut newest = None;
            let mut found = None;
            for path in files(&self.dir, usage)?.into_values() {
                let (_, pair) = read_pair(&path)?;
                let key = PublicKey::new(pair.public_key().as_ref(), None);
                if key.kid == kid {
                    found = Some(path.clone());
                }
                newest = Some((path, key.kid));
            }
            let (Some(path), Some((last, newest))) = (found, newest) else {
                continue;
            };
            anyhow::ensure!(
                newest != kid,
                "it is the newest key: make another one first with `mandate keys rotate {}`",
                usage.name()
            );
            let made = DateTime::<Utc>::from(fs::metadata(&last)?.modified()?);
            anyhow::ensure!(
                at_once || made + TAKEN_UP <= now,
                "the new key was made less than {} minutes ago, and a running server may sign with the \
                 old one still: wait, or say --at-once where the old one is known to others",
                TAKEN_UP.num_minutes()
            );
            if usage == Usage::Record {
                let mut keys = self.record_public();
                for key in keys.keys.iter_mut().filter(|key| key.kid == kid) {
                    key.until = Some(now);
                }
                publish(&self.dir, &keys)?;
            }
            fs::remove_file(&path)?;
            self.reload()?;
            return Ok(usage);
        }
        anyhow::bail!("there is no key {kid}, or it was retired before")
    }

    /// The keys whose private half is there, oldest first: what each is for, and its id.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn list(&self) -> anyhow::Result<Vec<(Usage, String)>> {
        let mut keys = Vec::new();
        for usage in [Usage::Token, Usage::Record] {
            for path in files(&self.dir, usage)?.into_values() {
                let (_, pair) = read_pair(&path)?;
                keys.push((usage, PublicKey::new(pair.public_key().as_ref(), None).kid));
            }
        }
        Ok(keys)
    }

    fn reload(&self) -> anyhow::Result<()> {
        let loaded = Loaded::read(&self.dir)?;
        *self.loaded.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(loaded);
        Ok(())
    }
}

impl Loaded {
    fn read(dir: &Path) -> anyhow::Result<Self> {
        let seen = changed(dir);
        strict(dir)?;
        let mut token_verifying = BTreeMap::new();
        let mut token = None;
        for path in files(dir, Usage::Token)?.into_values() {
            let (der, pair) = read_pair(&path)?;
            let public = pair.public_key().as_ref();
            let kid = PublicKey::new(public, None).kid;
            token_verifying.insert(kid.clone(), DecodingKey::from_ed_der(public));
            token = Some((kid, EncodingKey::from_ed_der(&der)));
        }
        let (token_kid, token_signing) = token.context("there is no token key")?;
        let published = dir.join(PUBLISHED);
        let mut record_public = match fs::read(&published) {
            Ok(text) => {
                serde_json::from_slice(&text).with_context(|| published.display().to_string())?
            }
            Err(_) => PublicKeys::default(),
        };
        let mut record_signing = Vec::new();
        for path in files(dir, Usage::Record)?.into_values() {
            let (_, pair) = read_pair(&path)?;
            let key = PublicKey::new(pair.public_key().as_ref(), None);
            let known = record_public.keys.iter().find(|known| known.kid == key.kid);
            let key = match known {
                Some(known) => known.clone(),
                None => {
                    record_public.keys.push(key.clone());
                    key
                }
            };
            record_signing.push((key, pair));
        }
        anyhow::ensure!(!record_signing.is_empty(), "there is no record key");
        let input = hmac::Key::new(hmac::HMAC_SHA256, &fs::read(dir.join("input.key"))?);
        Ok(Self {
            seen,
            token_kid,
            token_signing,
            token_verifying,
            verified: Verified::default(),
            record_signing,
            record_public,
            input,
        })
    }

    fn publish(&self, dir: &Path) -> anyhow::Result<()> {
        let published = fs::read(dir.join(PUBLISHED)).ok();
        let there = published.and_then(|text| serde_json::from_slice::<PublicKeys>(&text).ok());
        if there.as_ref() == Some(&self.record_public) {
            return Ok(());
        }
        publish(dir, &self.record_public)
    }

    /// Access tokens that these keys verified.
    pub fn verified(&self) -> &Verified {
        &self.verified
    }

    /// Key id and key that sign access tokens.
    pub fn token_signing(&self) -> (&str, &EncodingKey) {
        (&self.token_kid, &self.token_signing)
    }

    fn sign_note(&self, note: Note) -> SignedNote {
        let at = note.at.parse::<DateTime<Utc>>().ok();
        let mut keys = self.record_signing.iter().rev();
        let of_its_time =
            |key: &&(PublicKey, Ed25519KeyPair)| at.is_some_and(|at| key.0.signs_at(at));
        let key = keys
            .find(of_its_time)
            .or_else(|| self.record_signing.first());
        let Some((_, pair)) = key else {
            // There always is one: `read` makes sure of it.
            return note.signed([0; 4], Vec::new());
        };
        let id = key_id(&note.key_name(), pair.public_key().as_ref());
        let signature = pair.sign(note.text().as_bytes());
        note.signed(id, signature.as_ref().to_vec())
    }
}

/// When something was last added to the folder or removed from it, and how much there is.
fn changed(dir: &Path) -> Option<(SystemTime, usize)> {
    let at = fs::metadata(dir).and_then(|dir| dir.modified()).ok()?;
    Some((at, fs::read_dir(dir).ok()?.count()))
}

/// Fails if anyone but their owner can read the private keys or write their folder.
fn strict(dir: &Path) -> anyhow::Result<()> {
    let cure = |path: &Path, mode: &str| {
        format!(
            "{} is open to others than its owner: it holds the installation's keys; `chmod {mode} {}`",
            path.display(),
            path.display()
        )
    };
    anyhow::ensure!(private::is_unwritable(dir)?, cure(dir, "700"));
    for file in fs::read_dir(dir)? {
        let path = file?.path();
        let secret = path
            .extension()
            .is_some_and(|extension| extension == "pk8" || extension == "key");
        anyhow::ensure!(!secret || private::is_private(&path)?, cure(&path, "600"));
    }
    Ok(())
}

/// The files of the key pairs of one use, by number.
fn files(dir: &Path, usage: Usage) -> anyhow::Result<BTreeMap<u32, PathBuf>> {
    let mut files = BTreeMap::new();
    for file in fs::read_dir(dir)? {
        let path = file?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let number = name
            .and_then(|name| name.strip_prefix(usage.name())?.strip_prefix('-'))
            .and_then(|name| name.strip_suffix(".pk8")?.parse().ok());
        if let Some(number) = number {
            files.insert(number, path);
        }
    }
    Ok(files)
}

fn path(dir: &Path, usage: Usage, number: u32) -> PathBuf {
    dir.join(format!("{}-{number:04}.pk8", usage.name()))
}

fn read_pair(path: &Path) -> anyhow::Result<(Vec<u8>, Ed25519KeyPair)> {
    let der = fs::read(path)?;
    let pair = Ed25519KeyPair::from_pkcs8(&der)
        .map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
    Ok((der, pair))
}

/// Replaces the public keys of records, whole or not at all.
fn publish(dir: &Path, keys: &PublicKeys) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(keys)?;
    Ok(private::replace(&dir.join(PUBLISHED), text.as_bytes())?)
}
