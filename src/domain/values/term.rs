//! Terms: ISO 8601 durations of years, months, weeks and days, added by the UTC calendar.

use chrono::{DateTime, Utc};
use jiff::{Span, Timestamp, tz::TimeZone};

use super::{Invalid, text::trimmed};

/// The longest term, in days by the calendar from any start: ten years.
const LONGEST_YEARS: i64 = 10;

/// A term.
#[derive(Clone, Debug)]
pub struct Term(Span);

impl serde::Serialize for Term {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.text())
    }
}

impl TryFrom<&str> for Term {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Invalid> {
        let wrong = || {
            Invalid::new(
                "A term is an ISO 8601 duration of whole years, months, weeks or days, such as P1Y \
                 or P90D, longer than nothing and at most ten years.",
            )
        };
        let text = trimmed(text);
        if text.len() > 32 || !text.starts_with('P') {
            return Err(wrong());
        }
        let span: Span = text.parse().map_err(|_| wrong())?;
        let timed = span.get_hours() != 0
            || span.get_minutes() != 0
            || span.get_seconds() != 0
            || span.get_milliseconds() != 0
            || span.get_microseconds() != 0
            || span.get_nanoseconds() != 0;
        if timed || span.is_zero() || span.is_negative() {
            return Err(wrong());
        }
        let term = Self(span);
        let start = DateTime::<Utc>::UNIX_EPOCH;
        let longest = Self(Span::new().years(LONGEST_YEARS));
        match (term.end(start), longest.end(start)) {
            (Some(end), Some(longest)) if end <= longest => Ok(term),
            _ => Err(wrong()),
        }
    }
}

impl Term {
    /// When a term that begins at `start` ends; `None` beyond the calendar.
    pub fn end(&self, start: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let start = Timestamp::from_microsecond(start.timestamp_micros()).ok()?;
        let end = start
            .to_zoned_datetime(TimeZone::UTC)
            .checked_add(self.0)
            .ok()?;
        DateTime::from_timestamp_micros(end.timestamp().as_microsecond())
    }

    /// The canonical text.
    pub fn text(&self) -> String {
        self.0.to_string()
    }

    /// How many there are of each unit.
    pub fn parts(&self) -> [(&'static str, i64); 4] {
        [
            ("years", i64::from(self.0.get_years())),
            ("months", i64::from(self.0.get_months())),
            ("weeks", i64::from(self.0.get_weeks())),
            ("days", i64::from(self.0.get_days())),
        ]
    }
}
