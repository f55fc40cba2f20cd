//! Losses that a record declares: what an entry of `mandate record restored` says.

use std::{fmt::Display, str::FromStr};

use super::{Body, Digest256, seen::Seen};

/// How many entries there were once, as far as anyone knows.
pub const LOST_SIZE: &str = "lost_size";
/// The link of the last of them.
pub const LOST_LINK: &str = "lost_link";
/// The epoch that begins with the entry.
pub const EPOCH: &str = "epoch";
/// How many entries were set aside, since nothing that is signed proves them.
pub const SET_ASIDE: &str = "set_aside";
/// Organizations that are not in the database at all any more, each with how many entries were seen of its
/// record: in the platform's entry alone.
pub const GONE: &str = "organizations_gone";

/// A loss that the record declares.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loss {
    pub from: i64,
    pub to: i64,
    pub link: Option<Digest256>,
    pub epoch: i32,
}

impl Loss {
    /// What an entry declares; `None` where it does not say what it must.
    pub fn of(seq: i64, body: &Body) -> Option<Self> {
        let change = |name: &str| body.changes.get(name);
        let to = match change(LOST_SIZE) {
            Some(size) => number::<i64>(size).filter(|to| *to >= seq - 1)?,
            None => seq - 1,
        };
        let link = match change(LOST_LINK) {
            Some(link) => Some(Digest256::parse(link)?),
            None => None,
        };
        // The link is that of the last entry that was lost, where anyone knows its place.
        let link = link.filter(|_| change(LOST_SIZE).is_some());
        Some(Self {
            from: seq,
            to,
            link,
            epoch: number(change(EPOCH)?)?,
        })
    }

    /// Whether what was seen is among what was lost, as far as anyone knew.
    pub fn tells(&self, seen: &Seen) -> bool {
        let among = (self.from..=self.to).contains(&seen.size) && seen.epoch < self.epoch;
        let other = seen.size == self.to && self.link.is_some_and(|link| link != seen.link);
        among && !other
    }
}

/// A number as it is recorded: no sign, no zeros in front.
fn number<T: FromStr + Display>(text: &str) -> Option<T> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: T = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}
