//! Losses that a record declares: what an entry of `mandate record restored` says.

use std::{fmt::Display, str::FromStr};

use super::{Body, Digest256, Key, seen::Seen};

/// A loss that the record declares.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loss {
    pub from: i64,
    pub to: i64,
    pub link: Option<Digest256>,
    pub epoch: i32,
}

impl Loss {
    /// What an entry declares; `None` if it does not say what it must.
    pub fn of(seq: i64, body: &Body) -> Option<Self> {
        let change = |key| body.changes.get(key);
        let to = match change(Key::LostSize) {
            Some(size) => number::<i64>(size).filter(|to| *to >= seq - 1)?,
            None => seq - 1,
        };
        let link = match change(Key::LostLink) {
            Some(link) => Some(Digest256::parse(link)?),
            None => None,
        };
        // The link is that of the last entry that was lost, where anyone knows its place.
        let link = link.filter(|_| change(Key::LostSize).is_some());
        Some(Self {
            from: seq,
            to,
            link,
            epoch: number(change(Key::Epoch)?)?,
        })
    }

    /// Whether what was seen is among the entries that were lost, as far as anyone knew.
    pub fn tells(&self, seen: &Seen) -> bool {
        let among = (self.from..=self.to).contains(&seen.size) && seen.epoch < self.epoch;
        let other = seen.size == self.to && self.link.is_some_and(|link| link != seen.link);
        among && !other
    }
}

/// A number as it is recorded: no sign, no leading zeros.
fn number<T: FromStr + Display>(text: &str) -> Option<T> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: T = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}
