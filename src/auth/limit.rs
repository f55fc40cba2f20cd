//! Rate limits, by address, by sign-in name and by user; kept in memory, per server.

use std::{hash::Hash, num::NonZeroU32, time::Duration};

use entity::ids::UserId;
use governor::{
    DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DefaultKeyedStateStore,
};

use crate::{
    config::Config,
    error::{Error, Result},
};

/// By what factor shared limits are wider, so that one stranger cannot exhaust them for others.
const WIDE: u32 = 10;
/// What an operation stands for in the limit of cost.
const COST: u32 = 100;

/// Who sends requests.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Sender {
    User(UserId),
    /// Nobody who is known, from this address.
    Address(String),
}

/// What a request costs its sender, of how much in a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    pub cost: u32,
    /// What is left now; it grows back within a minute.
    pub left: u32,
    pub limit: u32,
}

impl Spent {
    /// In how many seconds nothing is spent any more.
    pub fn full_after(&self) -> u32 {
        let spent = u64::from(self.limit - self.left.min(self.limit));
        u32::try_from((60 * spent).div_ceil(u64::from(self.limit.max(1)))).unwrap_or(60)
    }
}

/// The limits of this server.
pub struct Limiters {
    attempts: DefaultKeyedRateLimiter<String>,
    wide: DefaultKeyedRateLimiter<String>,
    operations: DefaultKeyedRateLimiter<UserId>,
    cost: RateLimiter<
        Sender,
        DefaultKeyedStateStore<Sender>,
        DefaultClock,
        StateInformationMiddleware,
    >,
    cost_limit: u32,
}

fn per_minute(number: u32) -> Quota {
    Quota::per_minute(NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN))
}

/// The error for who has to wait.
fn wait<P: governor::clock::Reference>(until: NotUntil<P>, now: P) -> Error {
    Error::RateLimited(until.wait_time_from(now))
}

fn check<K: Hash + Eq + Clone>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> Result<()> {
    let checked = limiter.check_key(key);
    checked.map_err(|until| wait(until, DefaultClock::default().now()))
}

impl Limiters {
    /// Limits as the configuration says.
    pub fn new(config: &Config) -> Self {
        let cost_limit = config.limits.operations_per_minute.saturating_mul(COST);
        Self {
            attempts: RateLimiter::keyed(per_minute(config.auth.attempts_per_minute)),
            wide: RateLimiter::keyed(per_minute(
                config.auth.attempts_per_minute.saturating_mul(WIDE),
            )),
            operations: RateLimiter::keyed(per_minute(config.limits.operations_per_minute)),
            cost: RateLimiter::keyed(per_minute(cost_limit))
                .with_middleware::<StateInformationMiddleware>(),
            cost_limit,
        }
    }

    /// Counts an attempt with a secret against `key`: a client address or a sign-in name.
    ///
    /// # Errors
    /// [`Error::RateLimited`] when there were too many.
    pub fn attempt(&self, key: &str) -> Result<()> {
        check(&self.attempts, &key.to_owned())
    }

    /// Counts an attempt against a key that many share, such as a sign-in name that is tried from many
    /// addresses, or the address of an office.
    ///
    /// # Errors
    /// [`Error::RateLimited`] when there were too many.
    pub fn shared_attempt(&self, key: &str) -> Result<()> {
        check(&self.wide, &key.to_owned())
    }

    /// Counts an operation of a user.
    ///
    /// # Errors
    /// [`Error::RateLimited`] when there were too many.
    pub fn operation(&self, user: UserId) -> Result<()> {
        check(&self.operations, &user)
    }

    /// Counts what a request costs its sender.
    ///
    /// # Errors
    /// [`Error::RateLimited`] when it would be too much within a minute.
    pub fn spend(&self, sender: &Sender, cost: u64) -> Result<Spent> {
        // What nobody can spend at once would be refused for ever.
        let cost = u32::try_from(cost).unwrap_or(u32::MAX).min(self.cost_limit);
        let number = NonZeroU32::new(cost).unwrap_or(NonZeroU32::MIN);
        match self.cost.check_key_n(sender, number) {
            Ok(Ok(state)) => Ok(Spent {
                cost,
                left: state.remaining_burst_capacity(),
                limit: self.cost_limit,
            }),
            Ok(Err(until)) => Err(wait(until, DefaultClock::default().now())),
            Err(_) => Err(Error::RateLimited(Duration::from_secs(60))),
        }
    }

    /// Forgets keys that have not been seen for long.
    pub fn tidy(&self) {
        self.attempts.retain_recent();
        self.wide.retain_recent();
        self.operations.retain_recent();
        self.cost.retain_recent();
    }
}
