//! What becomes of a verified domain name whose proof is looked up again at intervals.

use chrono::{DateTime, TimeDelta, Utc};

/// What a look-up changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Nothing.
    Same,
    /// The proof is gone: the time of grace begins.
    Gone,
    /// The proof is back within the time of grace.
    Back,
    /// The proof was gone for the whole time of grace: the name is no longer verified.
    Lapsed,
}

impl Finding {
    /// The finding of this name in the record.
    pub fn by_name(name: &str) -> Option<Self> {
        [Self::Same, Self::Gone, Self::Back, Self::Lapsed]
            .into_iter()
            .find(|finding| finding.name() == name)
    }

    /// The name in the record.
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "SAME",
            Self::Gone => "GONE",
            Self::Back => "BACK",
            Self::Lapsed => "LAPSED",
        }
    }
}

/// What follows when the proof was, or was not, `found` at `now`.
pub fn finding(
    found: bool,
    failing_since: Option<DateTime<Utc>>,
    grace: TimeDelta,
    now: DateTime<Utc>,
) -> Finding {
    match (found, failing_since) {
        (true, None) => Finding::Same,
        (true, Some(_)) => Finding::Back,
        (false, None) => Finding::Gone,
        (false, Some(since)) if now - since >= grace => Finding::Lapsed,
        (false, Some(_)) => Finding::Same,
    }
}
