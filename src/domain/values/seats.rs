//! Seats of a subscription.

use serde::Serialize;

use super::Invalid;

/// The most seats that one subscription has.
pub const MOST: i32 = 1_000_000;

/// A number of seats: at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Seats(i32);

impl Seats {
    /// The number.
    pub const fn number(self) -> i32 {
        self.0
    }
}

impl TryFrom<i32> for Seats {
    type Error = Invalid;

    fn try_from(seats: i32) -> Result<Self, Invalid> {
        if (1..=MOST).contains(&seats) {
            Ok(Self(seats))
        } else {
            Err(Invalid::new(format!(
                "A subscription has between 1 and {MOST} seats."
            )))
        }
    }
}

impl TryFrom<&str> for Seats {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Invalid> {
        // A text that is no number, or is too long for one, is treated like a number out of bounds.
        Self::try_from(text.trim().parse().unwrap_or(0))
    }
}
