//! What an access token says, and the tokens that were verified lately: EdDSA costs a hundred times what a look-up does.

use std::{
    num::NonZeroUsize,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use entity::ids::{SessionId, UserId};
use lru::LruCache;
use serde::{Deserialize, Serialize};

/// What a token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    pub(super) iss: String,
    pub(super) aud: String,
    /// The user.
    pub sub: UserId,
    /// The session.
    pub sid: SessionId,
    pub(super) iat: i64,
    pub(super) exp: i64,
    /// Not before this time; this server's own tokens have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) nbf: Option<i64>,
}

impl Claims {
    /// When the token ends.
    pub fn until(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.exp, 0).unwrap_or(DateTime::<Utc>::MIN_UTC)
    }
}

/// Tokens whose signature was verified, by their hash, the latest used. The set of keys that verified them holds it, so
/// that it goes with them; times and audience are checked at each use.
pub struct Verified(Mutex<LruCache<[u8; 32], Claims>>);

/// How many verified tokens are remembered, some 200 bytes each.
const REMEMBERED: usize = 10_000;

impl Default for Verified {
    fn default() -> Self {
        let most = NonZeroUsize::new(REMEMBERED).unwrap_or(NonZeroUsize::MIN);
        Self(Mutex::new(LruCache::new(most)))
    }
}

impl Verified {
    pub(super) fn get(&self, hash: &[u8; 32]) -> Option<Claims> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.get(hash).cloned()
    }

    pub(super) fn put(&self, hash: [u8; 32], claims: Claims) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.put(hash, claims);
    }
}
