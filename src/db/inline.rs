//! Reads of SQLite on the thread that asks.
//!
//! The driver has a thread for each connection, and copies every value to hand it over: for the few short statements that
//! nearly every request runs, that costs more than the reading. They look at few rows, by an index, and wait for nobody:
//! a file that another process keeps is left to the driver, which waits for it on its own thread.

use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags, params_from_iter, types};
use sea_orm::{DbErr, Statement, Value};

use super::{STATEMENTS, columns::Columns};

/// How much of the file each connection keeps in memory, in KiB, which SQLite takes as a negative number. There are no
/// more connections than threads that serve.
const CACHE: i64 = -16_000;

/// Connections to one file, for reads.
pub(super) struct Inline {
    file: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Inline {
    /// Opens nothing yet.
    pub fn new(file: PathBuf) -> Self {
        Self {
            file,
            idle: Mutex::default(),
        }
    }

    /// What is read of each row of a statement; `None` if it is to be asked of the driver instead, which waits for whoever
    /// keeps the file, and says what is wrong.
    pub fn rows<R>(
        &self,
        statement: &Statement,
        read: impl Fn(&mut Columns<'_>) -> Result<R, DbErr>,
    ) -> Option<Vec<R>> {
        let idle = self.idle().pop();
        let connection = match idle.map_or_else(|| self.open(), Ok) {
            Ok(connection) => connection,
            Err(error) => return left_to_the_driver(statement, error.into()),
        };
        match of_connection(&connection, statement, read) {
            Ok(found) => {
                self.idle().push(connection);
                Some(found)
            }
            Err(error) => left_to_the_driver(statement, error),
        }
    }

    /// Closes what is idle.
    pub fn close(&self) {
        self.idle().clear();
    }

    fn open(&self) -> rusqlite::Result<Connection> {
        // A reader writes too: to the file that tells others which pages it reads.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.file, flags)?;
        connection.busy_timeout(Duration::ZERO)?;
        connection.pragma_update(None, "query_only", true)?;
        connection.pragma_update(None, "cache_size", CACHE)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(connection)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn of_connection<R>(
    connection: &Connection,
    statement: &Statement,
    read: impl Fn(&mut Columns<'_>) -> Result<R, DbErr>,
) -> anyhow::Result<Vec<R>> {
    let values = statement.values.iter().flat_map(|values| &values.0);
    let values = values.map(given).collect::<anyhow::Result<Vec<_>>>()?;
    let mut prepared = connection.prepare_cached(&statement.sql)?;
    let mut rows = prepared.query(params_from_iter(values))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(&mut Columns::inline(row))?);
    }
    Ok(found)
}

/// That somebody else keeps the file is nothing to be told of.
fn left_to_the_driver<R>(statement: &Statement, error: anyhow::Error) -> Option<R> {
    let code = error
        .downcast_ref::<rusqlite::Error>()
        .and_then(rusqlite::Error::sqlite_error_code);
    if !matches!(
        code,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
    ) {
        tracing::warn!(%error, sql = ?statement.sql, "A statement could not be read here; the driver is asked.");
    }
    None
}

/// A value as the driver would write it.
fn given(value: &Value) -> anyhow::Result<types::Value> {
    Ok(match value {
        Value::Uuid(Some(id)) => types::Value::Blob(id.as_bytes().to_vec()),
        Value::String(Some(text)) => types::Value::Text(text.clone()),
        Value::BigInt(Some(number)) => types::Value::Integer(*number),
        Value::Int(Some(number)) => types::Value::Integer((*number).into()),
        Value::Uuid(None) | Value::String(None) | Value::BigInt(None) | Value::Int(None) => {
            types::Value::Null
        }
        _ => anyhow::bail!("a value of a type that no such statement is given"),
    })
}
