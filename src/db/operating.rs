//! What those who run the server ask of a database.

use std::path::Path;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};

use super::Db;
use crate::{
    error::{Error, Result},
    private,
};

impl Db {
    /// The connections of each pool: its name, how many are idle, and how many are in use.
    pub fn connections(&self) -> [(&'static str, usize, usize); 2] {
        let (open, idle) = match self.backend() {
            DatabaseBackend::Postgres => {
                let pool = self.write.get_postgres_connection_pool();
                (pool.size(), pool.num_idle())
            }
            _ => {
                let pool = self.write.get_sqlite_connection_pool();
                (pool.size(), pool.num_idle())
            }
        };
        let open = usize::try_from(open).unwrap_or_default();
        let (read_idle, read_used) = self.read.connections();
        [
            ("read", read_idle, read_used),
            ("write", idle, open.saturating_sub(idle)),
        ]
    }

    /// Copies a SQLite database into a new file, as it is at one moment; others go on reading and writing.
    ///
    /// # Errors
    /// When the file is there, or cannot be written.
    pub async fn copy_to(&self, file: &Path) -> Result<()> {
        let sql = Statement::from_sql_and_values(
            DatabaseBackend::Sqlite,
            "VACUUM INTO ?",
            [file.display().to_string().into()],
        );
        private::create_file(file).map_err(Error::internal)?;
        self.write.execute_raw(sql).await?;
        Ok(())
    }

    /// What time it is for PostgreSQL; SQLite has no clock of its own.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn clock(&self) -> Result<Option<DateTime<Utc>>> {
        if self.backend() != DatabaseBackend::Postgres {
            return Ok(None);
        }
        let sql = Statement::from_string(DatabaseBackend::Postgres, "SELECT clock_timestamp()");
        let row = self.read.query_one_raw(sql).await?;
        Ok(row.map(|row| row.try_get_by_index(0)).transpose()?)
    }

    /// Whether a PostgreSQL database has no table yet.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn is_empty(&self) -> Result<bool> {
        let sql = "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() LIMIT 1";
        let sql = Statement::from_string(DatabaseBackend::Postgres, sql);
        Ok(self.write.query_one_raw(sql).await?.is_none())
    }
}
