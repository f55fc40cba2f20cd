//! Passwords: NIST SP 800-63B-4 section 3.1.1 for what is accepted, Argon2id for what is kept.

use std::{sync::Arc, time::Duration};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

use crate::{
    ambient::Rng,
    config::AuthConfig,
    domain::reason::Reason,
    error::{Error, Result},
};

/// Least length, in characters, of a password that is the only factor (section 3.1.1.2).
pub const LEAST: usize = 15;
/// Greatest length accepted, in characters; at least 64 must be.
pub const MOST: usize = 128;

/// Common passwords and phrases of at least [`LEAST`] characters, one a line, lower case.
const COMMON: &str = include_str!("common_passwords.txt");

/// How many may wait for a turn: some seconds of work.
const WAITING: usize = 200;

/// Hashes and verifies, a bounded number at once, off the async threads; a bounded number waits for it.
#[derive(Clone)]
pub struct Hasher {
    argon2: Arc<Argon2<'static>>,
    strangers: Queue,
    known: Queue,
    /// How long somebody waits for a turn.
    wait: Duration,
    decoy: Arc<str>,
}

/// Who wants a password hashed: each sort waits among its own, so that no crowd of strangers keeps those out who have
/// shown who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crowd {
    /// Anyone.
    Strangers,
    /// Who is signed in, holds a good link, or signs in from a place where this user did before.
    Known,
}

/// Turns, and room to wait for one.
#[derive(Clone)]
struct Queue {
    turns: Arc<Semaphore>,
    room: Arc<Semaphore>,
    /// The most that there is room for.
    most: usize,
}

impl Queue {
    fn new(turns: usize) -> Self {
        let turns = turns.max(1);
        Self {
            turns: Arc::new(Semaphore::new(turns)),
            room: Arc::new(Semaphore::new(turns + WAITING)),
            most: turns + WAITING,
        }
    }
}

impl Hasher {
    /// A hasher as the configuration says.
    ///
    /// # Errors
    /// When the Argon2 settings are out of their bounds.
    pub fn new(config: &AuthConfig, rng: &Rng) -> anyhow::Result<Self> {
        let params = Params::new(
            config.argon2_memory_kib,
            config.argon2_passes,
            config.argon2_lanes,
            None,
        )
        .map_err(|error| anyhow::anyhow!("auth.argon2_*: {error}"))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        // Of no password that anybody knows: it is not worth the time to hash one.
        let decoy = format!(
            "$argon2id$v=19$m={},t={},p={}${}${}",
            config.argon2_memory_kib,
            config.argon2_passes,
            config.argon2_lanes,
            STANDARD_NO_PAD.encode(rng.bytes::<16>()),
            STANDARD_NO_PAD.encode(rng.bytes::<32>()),
        );
        PasswordHash::new(&decoy).map_err(|error| anyhow::anyhow!("argon2: {error}"))?;
        Ok(Self {
            argon2: Arc::new(argon2),
            strangers: Queue::new(config.argon2_parallel),
            known: Queue::new(config.argon2_parallel.div_ceil(2)),
            wait: Duration::from_secs(config.wait_seconds),
            decoy: decoy.into(),
        })
    }

    /// How many wait for a turn, or for the end of theirs.
    pub fn waiting(&self, crowd: Crowd) -> usize {
        let queue = self.queue(crowd);
        queue.most - queue.room.available_permits().min(queue.most)
    }

    fn queue(&self, crowd: Crowd) -> &Queue {
        match crowd {
            Crowd::Strangers => &self.strangers,
            Crowd::Known => &self.known,
        }
    }

    /// Works when it is its turn. Whoever stops waiting leaves the queue.
    async fn turn<T: Send + 'static>(
        &self,
        crowd: Crowd,
        work: impl FnOnce(&Argon2<'static>) -> T + Send + 'static,
    ) -> Result<T> {
        let queue = self.queue(crowd);
        let _room = queue.room.try_acquire().map_err(|_| Error::Overloaded)?;
        let turn = tokio::time::timeout(self.wait, Arc::clone(&queue.turns).acquire_owned());
        let turn = turn.await.map_err(|_| Error::Overloaded)?;
        let turn = turn.map_err(Error::internal)?;
        let argon2 = Arc::clone(&self.argon2);
        // The turn is over when the work is done, even if nobody waits for it any more.
        let working = tokio::task::spawn_blocking(move || {
            let done = work(&argon2);
            drop(turn);
            done
        });
        working.await.map_err(Error::internal)
    }

    /// The PHC string of a password, which only those choose who have shown who they are.
    ///
    /// # Errors
    /// [`Error::Overloaded`] when too many wait for a turn, or when hashing itself fails.
    pub async fn hash(&self, password: &SecretString, rng: &Rng) -> Result<String> {
        let password = normal(password);
        let salt = rng.bytes::<16>();
        let hashed = self
            .turn(Crowd::Known, move |argon2| {
                argon2
                    .hash_password_with_salt(password.expose_secret().as_bytes(), &salt)
                    .map(|hash| hash.to_string())
            })
            .await?;
        hashed.map_err(|error| Error::internal(anyhow::anyhow!("argon2: {error}")))
    }

    /// Whether the password matches the hash. It takes as long when there is no hash.
    ///
    /// # Errors
    /// [`Error::Overloaded`] when too many wait for a turn.
    pub async fn verify(
        &self,
        crowd: Crowd,
        password: &SecretString,
        hash: Option<&str>,
    ) -> Result<bool> {
        let password = normal(password);
        let known = hash.is_some();
        let hash = hash.unwrap_or(&self.decoy).to_owned();
        let good = self
            .turn(crowd, move |argon2| {
                PasswordHash::new(&hash).is_ok_and(|hash| {
                    argon2
                        .verify_password(password.expose_secret().as_bytes(), &hash)
                        .is_ok()
                })
            })
            .await?;
        Ok(good && known)
    }
}

/// NFC, so that one password typed on two keyboards is one (section 3.1.1.2).
fn normal(password: &SecretString) -> SecretString {
    // Longer passwords are refused when they are chosen; here they must only not take longer to hash.
    password
        .expose_secret()
        .chars()
        .take(MOST * 2)
        .nfc()
        .collect::<String>()
        .into()
}

/// Checks a password that a user chooses. `personal` are words that are easy to guess for this
/// user: its names, the organization's. No composition rules, as section 3.1.1.2 says.
///
/// # Errors
/// [`Reason::PasswordWeak`], naming the field `newPassword`.
pub fn check(password: &SecretString, personal: &[&str]) -> Result<()> {
    let text = password.expose_secret();
    if text.len() > MOST * 4 {
        return weak(format!("A password has at most {MOST} characters."));
    }
    let text: String = text.nfc().collect();
    let length = text.chars().count();
    if length < LEAST {
        return weak(format!("A password has at least {LEAST} characters."));
    }
    if length > MOST {
        return weak(format!("A password has at most {MOST} characters."));
    }
    let lower = text.to_lowercase();
    if COMMON.lines().any(|common| common == lower) {
        return weak("This password is on the list of common ones.".to_owned());
    }
    let guessable = zxcvbn::zxcvbn(&text.chars().take(72).collect::<String>(), personal);
    if guessable.score() < zxcvbn::Score::Three {
        return weak("This password is easy to guess.".to_owned());
    }
    Ok(())
}

fn weak(message: String) -> Result<()> {
    Err(Error::Input {
        field: "newPassword",
        reason: Reason::PasswordWeak,
        message,
    })
}
