//! Recoveries: how operators let a global admin back in whose account has no other who can help.
//!
//! One operator starts it, another approves it, and then it waits, so that every admin of the account can stop it.

use chrono::{DateTime, Utc};
use entity::states::RecoveryEnd;

use crate::domain::described::Described;

/// How a recovery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecoveryState {
    /// One operator started it.
    Started,
    /// A second one approved it; it waits.
    Waiting,
    /// Its link was sent.
    Sent,
    /// It came to an end.
    Over(RecoveryEnd),
    /// Nothing more was done in time.
    Lapsed,
}

/// What decides how a recovery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecoveryFacts {
    /// Whether a second operator approved it.
    pub approved: bool,
    /// Whether its link was sent.
    pub sent: bool,
    /// When it lapses, where nothing more is done.
    pub lapses_at: DateTime<Utc>,
    /// How it ended.
    pub ended: Option<RecoveryEnd>,
}

impl RecoveryFacts {
    /// How it stands at a time.
    pub fn state(self, now: DateTime<Utc>) -> RecoveryState {
        match self.ended {
            Some(how) => RecoveryState::Over(how),
            None if now >= self.lapses_at => RecoveryState::Lapsed,
            None if self.sent => RecoveryState::Sent,
            None if self.approved => RecoveryState::Waiting,
            None => RecoveryState::Started,
        }
    }
}

impl RecoveryState {
    /// Whether it goes on, and can be stopped.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Started | Self::Waiting | Self::Sent)
    }
}

impl Described for RecoveryState {
    const TYPE: &'static str = "RecoveryState";
    const ABOUT: &'static str = "How a recovery stands.";

    fn all() -> &'static [Self] {
        &[
            Self::Started,
            Self::Waiting,
            Self::Sent,
            Self::Over(RecoveryEnd::Redeemed),
            Self::Over(RecoveryEnd::Stopped),
            Self::Over(RecoveryEnd::NotNeeded),
            Self::Lapsed,
        ]
    }

    fn name(self) -> &'static str {
        match self {
            Self::Started => "STARTED",
            Self::Waiting => "WAITING",
            Self::Sent => "SENT",
            Self::Over(how) => how.as_str(),
            Self::Lapsed => "LAPSED",
        }
    }

    fn about(self) -> &'static str {
        match self {
            Self::Started => "One operator started it; a second one has to approve it.",
            Self::Waiting => "Two operators want it; its link is sent when `dueAt` has come.",
            Self::Sent => "Its link was sent to the contact.",
            Self::Over(RecoveryEnd::Redeemed) => "The user chose a new password by its link.",
            Self::Over(RecoveryEnd::Stopped) => {
                "An admin of the account, an operator, or who read a notice of it stopped it."
            }
            Self::Over(RecoveryEnd::NotNeeded) => {
                "Before its link was sent, another global admin could help, or the contact had come to be \
                 another's."
            }
            Self::Lapsed => "Nothing more was done in time; operators can start another.",
        }
    }
}
