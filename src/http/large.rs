//! Large answers to strangers: only so many bytes of them are held at once, so that a crowd that asks for much and reads
//! nothing does not take the memory.

use std::sync::Arc;

use axum::body::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Error, Result};

/// What is not large, in bytes.
const SMALL: usize = 64 * 1024;
/// How much is held at once, in KiB.
const MOST: usize = 128 * 1024;

/// The room for large answers to strangers.
#[derive(Clone)]
pub struct Large(Arc<Semaphore>);

impl Default for Large {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MOST)))
    }
}

impl Large {
    /// The body of an answer, which takes its room until the last of it is written or given up.
    ///
    /// # Errors
    /// When there is no room for it now.
    pub fn hold(&self, body: Vec<u8>) -> Result<Bytes> {
        if body.len() <= SMALL {
            return Ok(body.into());
        }
        let room = u32::try_from(body.len() / 1024).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.0).try_acquire_many_owned(room);
        let room = room.map_err(|_| Error::Overloaded)?;
        Ok(Bytes::from_owner(Held { body, _room: room }))
    }
}

/// Bytes that take their room as long as anyone holds a part of them: what writes them does, until they are written.
struct Held {
    body: Vec<u8>,
    _room: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

#[cfg(test)]
mod tests {
    use super::{Large, MOST};

    #[test]
    fn what_is_held_is_bounded() {
        let large = Large::default();
        let answer = || vec![0_u8; 1024 * 1024];
        let held: Vec<_> = (0..MOST / 1024)
            .map(|_| large.hold(answer()).unwrap())
            .collect();
        assert!(large.hold(answer()).is_err());
        // A small one always has room.
        assert!(large.hold(b"small".to_vec()).is_ok());
        // Whoever writes them holds the rest of them, until nothing is left.
        let rest: Vec<_> = held.iter().map(|body| body.slice(1024..)).collect();
        drop(held);
        assert!(large.hold(answer()).is_err());
        drop(rest);
        assert!(large.hold(answer()).is_ok());
    }
}
