//! Counts of events that are too frequent to make an entry of each: failed sign-ins, and reads of people by
//! delegates.
//!
//! They are counted in memory, so that no read waits for a lock, and written by the worker: they make one entry
//! of the record for each hour, person and account. A crash may lose what was counted since the worker last
//! wrote.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use entity::ids::{OrganizationId, UserId};

/// Most counters that may wait for the worker; any more are logged, and lost.
const MOST: usize = 100_000;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Counter {
    /// A failed sign-in with a user's sign-in name.
    FailedSignIn,
    /// People of the account that a delegate was shown.
    PeopleRead,
}

/// What a count is about: person, account, event and hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub account: OrganizationId,
    /// The person who read, or with whose sign-in name somebody tried to sign in.
    pub person: UserId,
    /// The event.
    pub counted: Counter,
    pub hour: DateTime<Utc>,
}

/// The counters.
#[derive(Default)]
pub struct Tally(Mutex<HashMap<Key, i64>>);

impl Tally {
    /// Counts.
    pub fn count(
        &self,
        account: OrganizationId,
        person: UserId,
        counted: Counter,
        number: usize,
        now: DateTime<Utc>,
    ) {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        if number == 0 {
            return;
        }
        let key = Key {
            account,
            person,
            counted,
            hour: now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now),
        };
        let mut counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counters.len() >= MOST && !counters.contains_key(&key) {
            tracing::warn!(
                ?counted,
                "Too many counters wait for the worker: one was lost."
            );
            return;
        }
        let counter = counters.entry(key).or_default();
        *counter = counter.saturating_add(number);
    }

    /// Takes what was counted since the last time.
    pub fn take(&self) -> Vec<(Key, i64)> {
        let mut counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *counters).into_iter().collect()
    }

    /// Puts back what could not be written.
    pub fn put_back(&self, taken: Vec<(Key, i64)>) {
        let mut counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, number) in taken {
            let counter = counters.entry(key).or_default();
            *counter = counter.saturating_add(number);
        }
    }
}
