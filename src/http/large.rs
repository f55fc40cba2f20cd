//! Large answers to strangers: only so many bytes of them are held at once, so that a crowd that asks for much and reads
//! nothing does not take the memory.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    body::{Body, Bytes},
    response::Response,
};
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Error, Result};

/// What is not large, in bytes.
const SMALL: u64 = 64 * 1024;
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
    /// The answer, which takes its room until it is sent or given up.
    ///
    /// # Errors
    /// When there is no room for it now.
    pub fn hold(&self, answer: Response) -> Result<Response> {
        let size = answer.body().size_hint().exact().unwrap_or_default();
        if size <= SMALL {
            return Ok(answer);
        }
        let room = u32::try_from(size / 1024).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.0).try_acquire_many_owned(room);
        let room = room.map_err(|_| Error::Overloaded)?;
        Ok(answer.map(|body| Body::new(Held { body, _room: room })))
    }
}

/// A body that takes its room until it is dropped.
struct Held {
    body: Body,
    _room: OwnedSemaphorePermit,
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;

    use super::{Large, MOST};

    #[test]
    fn what_is_held_is_bounded() {
        let large = Large::default();
        let answer = || vec![0_u8; 1024 * 1024].into_response();
        let held: Vec<_> = (0..MOST / 1024)
            .map(|_| large.hold(answer()).unwrap())
            .collect();
        assert!(large.hold(answer()).is_err());
        // A small one always has room.
        assert!(large.hold("small".into_response()).is_ok());
        drop(held);
        assert!(large.hold(answer()).is_ok());
    }
}
