//! Rate limits, by address, by sign-in name and by user; kept in memory, per server.

use std::num::NonZeroU32;

use entity::ids::UserId;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::{
    config::Config,
    error::{Error, Result},
};

/// By what factor shared limits are wider, so that one stranger cannot exhaust them for others.
const WIDE: u32 = 10;

/// The limits of this server.
pub struct Limiters {
    attempts: DefaultKeyedRateLimiter<String>,
    wide: DefaultKeyedRateLimiter<String>,
    operations: DefaultKeyedRateLimiter<UserId>,
}

fn per_minute(number: u32) -> Quota {
    Quota::per_minute(NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN))
}

impl Limiters {
    /// Limits as the configuration says.
    pub fn new(config: &Config) -> Self {
        Self {
            attempts: RateLimiter::keyed(per_minute(config.auth.attempts_per_minute)),
            wide: RateLimiter::keyed(per_minute(
                config.auth.attempts_per_minute.saturating_mul(WIDE),
            )),
            operations: RateLimiter::keyed(per_minute(config.limits.operations_per_minute)),
        }
    }

    /// Counts an attempt with a secret against `key`: a client address or a sign-in name.
    ///
    /// # Errors
    /// [`Error::RateLimited`] when there were too many.
    pub fn attempt(&self, key: &str) -> Result<()> {
        self.attempts
            .check_key(&key.to_owned())
            .map_err(|_| Error::RateLimited)
    }

    /// Counts an attempt against a key that many share, such as a sign-in name that is tried from many
    /// addresses, or the address of an office.
    ///
    /// # Errors
    /// [`Error::RateLimited`] when there were too many.
    pub fn shared_attempt(&self, key: &str) -> Result<()> {
        self.wide
            .check_key(&key.to_owned())
            .map_err(|_| Error::RateLimited)
    }

    /// Counts an operation of a user.
    ///
    /// # Errors
    /// [`Error::RateLimited`] when there were too many.
    pub fn operation(&self, user: UserId) -> Result<()> {
        self.operations
            .check_key(&user)
            .map_err(|_| Error::RateLimited)
    }

    /// Forgets keys that have not been seen for long.
    pub fn tidy(&self) {
        self.attempts.retain_recent();
        self.wide.retain_recent();
        self.operations.retain_recent();
    }
}
