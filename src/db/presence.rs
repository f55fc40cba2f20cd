//! Which processes use the database now, so that what one claimed that is gone can be taken by another at once.

use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};
use sqlx::{Connection, PgConnection};

use super::Db;
use crate::error::{Error, Result};

/// A process that is there: on PostgreSQL a connection of its own holds a lock on its number, which goes with the
/// process however it ends. SQLite serves one process.
pub struct Presence {
    number: i64,
    held: Option<PgConnection>,
    /// Whether it looked at what others left.
    looked: bool,
}

impl Presence {
    /// Of a process with a number that no other has.
    pub fn of(number: i64) -> Self {
        Self {
            number,
            held: None,
            looked: false,
        }
    }

    /// The number.
    pub fn number(&self) -> i64 {
        self.number
    }

    /// Shows that the process is there, again where the connection broke, and says whether to look for what others left.
    /// On SQLite that is once, when the process starts: nobody can tell there who is gone, and one process is served.
    ///
    /// # Errors
    /// When the database cannot be reached in time.
    pub async fn show(&mut self, db: &Db) -> Result<bool> {
        if db.backend() != DatabaseBackend::Postgres {
            return Ok(!std::mem::replace(&mut self.looked, true));
        }
        let shown = tokio::time::timeout(db.wait, self.hold(db));
        shown.await.map_err(|_| Error::Overloaded)??;
        Ok(true)
    }

    /// Holds the lock on PostgreSQL.
    async fn hold(&mut self, db: &Db) -> Result<()> {
        if let Some(connection) = &mut self.held
            && connection.ping().await.is_ok()
        {
            return Ok(());
        }
        let options = db.write.get_postgres_connection_pool().connect_options();
        let mut connection = PgConnection::connect_with(&options)
            .await
            .map_err(Error::internal)?;
        sqlx::query("SELECT pg_advisory_lock($1)")
            .bind(self.number)
            .execute(&mut connection)
            .await
            .map_err(Error::internal)?;
        self.held = Some(connection);
        Ok(())
    }
}

impl Db {
    /// Whether the process with this number is gone, as another sees it.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn is_gone(&self, number: i64) -> Result<bool> {
        if self.backend() != DatabaseBackend::Postgres {
            return Ok(true);
        }
        // The two halves of the number are two columns.
        let sql = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 \
                   AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
                   AND classid::bigint = ($1 >> 32) & 4294967295 AND objid::bigint = $1 & 4294967295";
        let asked = Statement::from_sql_and_values(self.backend(), sql, [number.into()]);
        Ok(self.read.query_one_raw(asked).await?.is_none())
    }
}
