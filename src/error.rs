//! One error type, with one code and one reason each; causes are logged, never sent.

use std::{panic::Location, time::Duration};

use sea_orm::DbErr;

use crate::{
    domain::{
        acceptance::Refusal,
        reason::{Code, Denial, Reason},
        values::Invalid,
    },
    sql_state::{self, Failure},
};

/// Anything that can go wrong in a request.
#[derive(Debug)]
pub enum Error {
    /// The policy refuses, or a secret does not work. Refusals of signed-in users by the policy are recorded.
    Refused(Denial),
    /// The present state does not allow it: a precondition or a conflict. Nothing was written.
    Failed(Reason),
    /// A value is not acceptable.
    Input {
        /// Path of the value in the input.
        field: &'static str,
        /// The reason.
        reason: Reason,
        /// What is wrong, as a sentence.
        message: String,
    },
    /// Too many requests: how long to wait.
    RateLimited(Duration),
    /// No turn came in time, or the database cannot be reached now.
    Overloaded,
    /// What is written cannot be kept: a disk is full or broken. Nothing was done.
    Storage,
    /// The database was lost while the act was being kept: nobody knows whether it was done.
    Unsure,
    /// The server failed.
    Internal {
        /// What failed.
        cause: anyhow::Error,
        /// Where it failed.
        at: &'static Location<'static>,
    },
}

/// The result of most functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A value that is not acceptable.
    pub fn input(field: &'static str, invalid: Invalid) -> Self {
        Self::Input {
            field,
            reason: Reason::InputInvalid,
            message: invalid.0,
        }
    }

    /// A value that is not acceptable for a known reason.
    pub fn field(field: &'static str, reason: Reason) -> Self {
        use crate::domain::described::Described;
        Self::Input {
            field,
            reason,
            message: reason.about().to_owned(),
        }
    }

    /// A text that has a link or an address in it: says which.
    pub fn link(field: &'static str, link: &str) -> Self {
        let word: String = link.chars().take(60).collect();
        Self::Input {
            field,
            reason: Reason::MessageWithLink,
            message: format!("The text has a link or an address in it: `{word}`."),
        }
    }

    /// A list that is longer than it may be.
    pub fn too_many(field: &'static str, most: usize) -> Self {
        Self::Input {
            field,
            reason: Reason::InputInvalid,
            message: format!("`{field}` takes at most {most} items."),
        }
    }

    /// The field of the input that it is about.
    pub fn input_field(&self) -> Option<&'static str> {
        match self {
            Self::Input { field, .. } => Some(field),
            _ => None,
        }
    }

    /// After how many seconds the same request may do better, if that is known.
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::RateLimited(wait) => Some(wait.as_secs() + 1),
            Self::Overloaded => Some(1),
            Self::Storage => Some(60),
            _ => None,
        }
    }

    /// An id that does not exist for the caller.
    pub fn not_found() -> Self {
        Self::Refused(Reason::NoSuchThing.into())
    }

    /// A failure of the server.
    #[track_caller]
    pub fn internal(cause: impl Into<anyhow::Error>) -> Self {
        Self::Internal {
            cause: cause.into(),
            at: Location::caller(),
        }
    }

    /// The class.
    pub fn code(&self) -> Code {
        match self {
            Self::Refused(denial) => denial.reason.code(),
            Self::Failed(reason) | Self::Input { reason, .. } => reason.code(),
            Self::RateLimited(_) => Code::RateLimited,
            Self::Overloaded | Self::Storage => Code::Overloaded,
            Self::Unsure | Self::Internal { .. } => Code::Internal,
        }
    }

    /// The reason, if there is one.
    pub fn reason(&self) -> Option<Reason> {
        match self {
            Self::Refused(denial) => Some(denial.reason),
            Self::Failed(reason) | Self::Input { reason, .. } => Some(*reason),
            Self::RateLimited(_) => Some(Reason::TooManyRequests),
            Self::Overloaded | Self::Storage | Self::Unsure | Self::Internal { .. } => None,
        }
    }

    /// The sentences for people: what is wrong, and what would help.
    pub fn message(&self) -> String {
        use crate::domain::described::Described;
        let (what, cure) = match self {
            Self::Refused(denial) => (denial.reason.about(), denial.cure.as_str()),
            Self::Failed(reason) => (reason.about(), reason.cure()),
            Self::Input {
                reason, message, ..
            } => (message.as_str(), reason.cure()),
            Self::RateLimited(_) => (
                Reason::TooManyRequests.about(),
                Reason::TooManyRequests.cure(),
            ),
            Self::Overloaded => ("The server is too busy.", "Try again in a moment."),
            Self::Storage => (
                "The server cannot keep anything more: its disk is full or cannot be written. Nothing was done.",
                "Tell its operator.",
            ),
            Self::Unsure => (
                "The database was lost while this was being kept: it may have been done, or not.",
                "Look at the record, or ask again with the same idempotency key.",
            ),
            Self::Internal { .. } => (
                "The server failed.",
                "Tell its operator the request id of this answer.",
            ),
        };
        if cure.is_empty() {
            what.to_owned()
        } else {
            format!("{what} {cure}")
        }
    }

    /// Writes the cause of a server failure to the log.
    pub fn log(&self) {
        if let Self::Internal { cause, at } = self {
            tracing::error!(cause = format!("{cause:#}"), at = %at, "A request failed.");
        }
    }
}

/// The error of a commit: where the database was lost, nobody knows whether it kept what was written.
pub fn of_commit(error: DbErr) -> Error {
    match sql_state::failure(&error) {
        Some(Failure::Away) => {
            tracing::error!(%error, "The database was lost while it was keeping acts: they may be done, or not.");
            Error::Unsure
        }
        _ => error.into(),
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message())
    }
}

impl std::error::Error for Error {
    /// The cause, which only the log and the command line show.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Internal { cause, .. } => Some(cause.as_ref()),
            _ => None,
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal.field {
            Some(field) => Self::field(field, refusal.reason),
            None => Self::Failed(refusal.reason),
        }
    }
}

impl From<Denial> for Error {
    fn from(denial: Denial) -> Self {
        Self::Refused(denial)
    }
}

impl From<DbErr> for Error {
    #[track_caller]
    fn from(error: DbErr) -> Self {
        match sql_state::failure(&error) {
            Some(Failure::Away) => {
                tracing::warn!(%error, "The database cannot be reached.");
                Self::Overloaded
            }
            Some(Failure::Storage) => {
                tracing::error!(%error, "The database cannot be written.");
                Self::Storage
            }
            None => Self::internal(error),
        }
    }
}

impl From<anyhow::Error> for Error {
    #[track_caller]
    fn from(error: anyhow::Error) -> Self {
        Self::Internal {
            cause: error,
            at: Location::caller(),
        }
    }
}

impl From<serde_json::Error> for Error {
    #[track_caller]
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::RuntimeErr;

    use super::*;

    #[test]
    fn a_commit_whose_answer_was_lost_is_unsure() {
        let lost = sqlx::Error::Io(std::io::ErrorKind::UnexpectedEof.into());
        let lost = of_commit(DbErr::Exec(RuntimeErr::SqlxError(lost.into())));
        assert_eq!(lost.code(), Code::Internal);
        assert!(lost.message().contains("may have been done"));
        // A commit that was refused was not done.
        let refused = of_commit(DbErr::Custom("could not serialize".to_owned()));
        assert!(matches!(refused, Error::Internal { .. }));
    }
}
