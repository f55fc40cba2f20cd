//! Recoveries: how operators let a global admin back in whom no other admin of the account can help.
//!
//! One operator starts it, another approves it, and then it waits, so that every admin of the account can stop it.

use chrono::{DateTime, Utc};
use entity::states::RecoveryEnd;

use crate::domain::described::Described;

/// The state of a recovery.
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
    /// It was not approved, or its link was not used, in time.
    Lapsed,
}

/// What decides the state of a recovery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecoveryFacts {
    /// Whether a second operator approved it.
    pub approved: bool,
    /// Whether its link was sent.
    pub sent: bool,
    /// When it lapses if nothing more is done.
    pub lapses_at: DateTime<Utc>,
    /// How it ended.
    pub ended: Option<RecoveryEnd>,
}

impl RecoveryFacts {
    /// Its state at a time.
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
    const ABOUT: &'static str = "The state of a recovery.";

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
            Self::Waiting => {
                "A second operator approved it; its link is sent when `dueAt` has come."
            }
            Self::Sent => "Its link was sent to the contact.",
            Self::Over(RecoveryEnd::Redeemed) => "The user chose a new password by its link.",
            Self::Over(RecoveryEnd::Stopped) => {
                "It was stopped: by an admin of the account, by an operator, or by the link in a mail about it."
            }
            Self::Over(RecoveryEnd::NotNeeded) => {
                "It ended before its link was sent: another global admin could help, or the \
                 contact was somebody else's by then."
            }
            Self::Lapsed => {
                "It was not approved, or its link was not used, in time; operators can start another."
            }
        }
    }
}
