//! What the codes of database errors mean: those of SQLite, and the SQLSTATE of PostgreSQL.

use sea_orm::{DbErr, RuntimeErr};
use sqlx::Error as SqlxError;

/// What keeps the database from working, where it is not the statement's fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Its disk is full, broken, or cannot be written.
    Storage,
    /// It cannot be reached, is shutting down or starting, or takes no more connections.
    Away,
}

fn driver(error: &DbErr) -> Option<&SqlxError> {
    let (DbErr::Conn(error) | DbErr::Exec(error) | DbErr::Query(error)) = error else {
        return None;
    };
    match error {
        RuntimeErr::SqlxError(error) => Some(error),
        _ => None,
    }
}

/// The SQLSTATE or SQLite code of an error.
pub fn code(error: &DbErr) -> Option<String> {
    let error = driver(error)?.as_database_error()?;
    error.code().map(Into::into)
}

/// Whether an error says that the database cannot work, and how.
pub fn failure(error: &DbErr) -> Option<Failure> {
    if let DbErr::ConnectionAcquire(_) = error {
        return Some(Failure::Away);
    }
    let is_away = matches!(
        driver(error),
        Some(
            SqlxError::Io(_)
                // A proxy that has no server behind it closes the connection in the middle of a message.
                | SqlxError::Protocol(_)
                | SqlxError::Tls(_)
                | SqlxError::PoolTimedOut
                | SqlxError::PoolClosed
                | SqlxError::WorkerCrashed
        )
    );
    if is_away {
        return Some(Failure::Away);
    }
    let code = code(error)?;
    // SQLite's own codes are numbers; the lowest byte of a longer one is its sort: SQLITE_READONLY, SQLITE_IOERR,
    // SQLITE_FULL, SQLITE_CANTOPEN.
    if code.len() < 5 {
        let sort = code.parse::<u32>().ok()? & 0xff;
        return matches!(sort, 8 | 10 | 13 | 14).then_some(Failure::Storage);
    }
    match code.as_str() {
        // Disk full, input or output failed, read-only.
        "53100" | "58030" | "25006" => Some(Failure::Storage),
        // Too many connections; shut down, crashed or starting; the connection is gone.
        "53300" | "57P01" | "57P02" | "57P03" => Some(Failure::Away),
        code => code.starts_with("08").then_some(Failure::Away),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_without_a_server_is_a_database_that_is_away() {
        let cut = SqlxError::Protocol("unexpected response from SSLRequest: 0x00".to_owned());
        let error = DbErr::Conn(RuntimeErr::SqlxError(cut.into()));
        assert_eq!(failure(&error), Some(Failure::Away));
        let other = DbErr::Query(RuntimeErr::SqlxError(SqlxError::RowNotFound.into()));
        assert_eq!(failure(&other), None);
    }
}
