//! What was seen, line by line.

use std::fmt::Display;

/// How a look went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Good,
    /// The server works, and something should be done.
    Warning,
    /// The server does not work, or cannot be trusted.
    Bad,
}

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Report(Vec<(Sign, &'static str, String)>);

impl Report {
    pub(super) fn good(&mut self, what: &'static str, seen: impl Display) {
        self.add(Sign::Good, what, seen);
    }

    pub(super) fn warn(&mut self, what: &'static str, seen: impl Display) {
        self.add(Sign::Warning, what, seen);
    }

    pub(super) fn bad(&mut self, what: &'static str, seen: impl Display) {
        self.add(Sign::Bad, what, seen);
    }

    fn add(&mut self, sign: Sign, what: &'static str, seen: impl Display) {
        let word = match sign {
            Sign::Good => "ok  ",
            Sign::Warning => "warn",
            Sign::Bad => "BAD ",
        };
        let seen = seen.to_string();
        println!("{word}  {what}: {seen}");
        self.0.push((sign, what, seen));
    }

    pub(super) fn count(&self, sign: Sign) -> usize {
        self.0.iter().filter(|(one, ..)| *one == sign).count()
    }
}
