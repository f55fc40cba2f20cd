//! What was seen, line by line.

use std::fmt::Display;

/// How much was seen that is not as it should be.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) warnings: usize,
    pub(super) bad: usize,
}

impl Report {
    pub(super) fn good(&self, what: &str, seen: impl Display) {
        println!("ok    {what}: {seen}");
    }

    /// The server works, and something should be done.
    pub(super) fn warn(&mut self, what: &str, seen: impl Display) {
        println!("warn  {what}: {seen}");
        self.warnings += 1;
    }

    /// The server does not work, or cannot be trusted.
    pub(super) fn bad(&mut self, what: &str, seen: impl Display) {
        println!("BAD   {what}: {seen}");
        self.bad += 1;
    }
}
