//! The only sources of time and of randomness: everything else is given its time and its random bytes.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use rand::{Rng as _, RngExt as _, SeedableRng, rngs::StdRng};
use uuid::{Builder, Uuid};

/// The only source of time.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's.
    System,
    /// One that is set by hand.
    Manual(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// A clock set by hand, beginning at `start`.
    pub fn manual(start: DateTime<Utc>) -> Self {
        Self::Manual(Arc::new(Mutex::new(start)))
    }

    /// The current time, cut to microseconds: what every database keeps.
    pub fn now(&self) -> DateTime<Utc> {
        let now = match self {
            Self::System => {
                #[expect(
                    clippy::disallowed_methods,
                    reason = "the one place that reads the machine's clock"
                )]
                let now = SystemTime::now();
                DateTime::<Utc>::from(now)
            }
            Self::Manual(now) => *now.lock().unwrap_or_else(PoisonError::into_inner),
        };
        now.duration_trunc(TimeDelta::microseconds(1))
            .unwrap_or(now)
    }

    /// Moves a clock that is set by hand; the machine's does not move.
    pub fn advance(&self, by: TimeDelta) {
        if let Self::Manual(now) = self {
            let mut now = now.lock().unwrap_or_else(PoisonError::into_inner);
            *now += by;
        }
    }
}

/// The only source of randomness and of ids.
pub struct Rng(Mutex<Source>);

struct Source {
    rng: StdRng,
    last: u128,
}

impl Rng {
    /// Seeded by the operating system.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn from_os() -> anyhow::Result<Self> {
        let mut seed = [0; 32];
        aws_lc_rs::rand::fill(&mut seed)
            .map_err(|_| anyhow::anyhow!("the operating system gave no randomness"))?;
        Ok(Self::from_seed(seed))
    }

    /// Seeded by hand, for tests that must repeat.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(Mutex::new(Source {
            rng: StdRng::from_seed(seed),
            last: 0,
        }))
    }

    /// Random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .rng
            .fill_bytes(&mut bytes);
        bytes
    }

    /// A new id (UUIDv7, RFC 9562 section 5.7), above every one given before within its millisecond.
    pub fn id<T: From<Uuid>>(&self, now: DateTime<Utc>) -> T {
        let mut source = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut random = [0; 10];
        source.rng.fill_bytes(&mut random);
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        let fresh = Builder::from_unix_timestamp_millis(millis, &random)
            .into_uuid()
            .as_u128();
        // Ids are the order of lists: within one millisecond they go on from the last one.
        let id = if fresh >> 80 == source.last >> 80 && fresh <= source.last {
            source.last + u128::from(source.rng.random_range(1..=u32::MAX))
        } else {
            fresh
        };
        source.last = id;
        Uuid::from_u128(id).into()
    }
}
