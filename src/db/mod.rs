//! Connections, transactions and locks.
//!
//! SQLite: one writer behind a fair queue, beside readers that cannot write; each write transaction
//! is IMMEDIATE. The few statements that nearly every request runs are read on the thread that asks
//! ([`inline`]). PostgreSQL: one pool; organizations are locked by advisory locks.

mod columns;
mod inline;
mod operating;
mod presence;
mod reader;
mod server;
mod tx;

use std::{path::Path, str::FromStr, sync::Arc, time::Duration};

use anyhow::Context;
use migration::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseBackend, DatabaseConnection,
    DatabaseTransaction, DbErr, RuntimeErr, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait,
};
use secrecy::ExposeSecret;
use sqlx::{
    Connection as _,
    sqlite::{SqliteConnection, SqliteJournalMode, SqliteSynchronous},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    config::DatabaseConfig,
    error::{Error, Result},
    private, sql_state,
};

use self::inline::Inline;
pub use self::{
    columns::{Columns, Rows},
    presence::Presence,
    reader::Reader,
    server::{Server, Trusted},
    tx::{Lock, Locks, Tx},
};
/// Where statements are run: a connection for reads, or a transaction.
pub use sea_orm::ConnectionTrait as Connection;

/// Sees every statement that is run.
pub type Observer = Arc<dyn Fn(&Statement) + Send + Sync>;

/// After this idle time, a connection to PostgreSQL is tested before it is used.
const IDLE: Duration = Duration::from_secs(30);

/// How many statements each connection keeps prepared. A statement about several acts has another text for each number
/// of them.
const STATEMENTS: usize = 512;

/// After how many pages SQLite moves what was written into the file: a page that was written often is moved once.
const CHECKPOINT: &str = "4000";

/// How many rows of SQLite's thread may wait for ours.
const ROWS: usize = 512;

/// How long it may take to say that it answers.
const PING: Duration = Duration::from_secs(1);

/// The database.
#[derive(Clone)]
pub struct Db {
    read: Arc<Reader>,
    write: DatabaseConnection,
    turn: Option<Arc<Semaphore>>,
    wait: Duration,
    lanes: usize,
}

impl Db {
    /// Connects; makes a SQLite file that is missing.
    ///
    /// # Errors
    /// When the URL is of another database, or the database cannot be reached.
    pub async fn connect(
        config: &DatabaseConfig,
        observer: Option<Observer>,
    ) -> anyhow::Result<Self> {
        let url = config.url.expose_secret();
        let wait = Duration::from_secs(config.wait_seconds);
        let mut inline = None;
        let (mut read, mut write, held, turn) = if let Some(file) = url.strip_prefix("sqlite:") {
            if let Some(dir) = Path::new(file)
                .parent()
                .filter(|dir| !dir.as_os_str().is_empty())
            {
                private::create_dir(dir).with_context(|| dir.display().to_string())?;
            }
            let synchronous =
                SqliteSynchronous::from_str(&config.synchronous).context("database.synchronous")?;
            let write = sqlite(file, 1, wait, false, synchronous).await?;
            let read = sqlite(file, config.connections, wait, true, synchronous).await?;
            let turn = Some(Arc::new(Semaphore::new(1)));
            inline = Some(Inline::new(file.into()));
            (read, write, config.connections, turn)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            // Half are for reads. The others are for transactions; the migrator takes two.
            let held = config.connections / 2;
            let write = postgres(url, (config.connections - held).max(2), wait, true).await?;
            let read = postgres(url, held, wait, false).await?;
            (read, write, held, None)
        } else {
            anyhow::bail!("database.url: it begins with sqlite: or postgres://");
        };
        if let Some(observer) = &observer {
            let (one, other) = (Arc::clone(observer), Arc::clone(observer));
            read.set_metric_callback(move |info| one(info.statement));
            write.set_metric_callback(move |info| other(info.statement));
        }
        Ok(Self {
            read: Arc::new(Reader::new(read, inline, held, wait, observer)),
            write,
            turn,
            wait,
            lanes: config.lanes.max(1),
        })
    }

    /// The connection for reads outside a transaction.
    pub fn read(&self) -> &Reader {
        &self.read
    }

    /// The connection for what the server itself reads, without a scope.
    pub fn server(&self) -> Server<'_> {
        Server::new(&self.read)
    }

    /// Which database it is.
    pub fn backend(&self) -> DatabaseBackend {
        self.write.get_database_backend()
    }

    /// How many transactions of acts may write at once, in one process.
    pub fn lanes(&self) -> usize {
        match self.backend() {
            DatabaseBackend::Postgres => self.lanes,
            _ => 1,
        }
    }

    /// Begins a write transaction and locks the organizations, in order.
    ///
    /// # Errors
    /// [`Error::Overloaded`] when no turn comes in time.
    pub async fn begin(&self, locks: &Locks) -> Result<Tx> {
        let (inner, turn) = self.begin_unlocked().await?;
        Tx::locked(inner, turn, locks).await
    }

    /// Begins a write transaction and locks those organizations of which nobody else holds the lock; returns which.
    ///
    /// # Errors
    /// [`Error::Overloaded`] when no turn comes in time.
    pub async fn begin_with_free(&self, locks: &Locks) -> Result<(Tx, Locks)> {
        let (inner, turn) = self.begin_unlocked().await?;
        Tx::with_free(inner, turn, locks).await
    }

    async fn begin_unlocked(&self) -> Result<(DatabaseTransaction, Option<OwnedSemaphorePermit>)> {
        let turn = match &self.turn {
            Some(turn) => {
                let turn = tokio::time::timeout(self.wait, Arc::clone(turn).acquire_owned());
                Some(
                    turn.await
                        .map_err(|_| Error::Overloaded)?
                        .map_err(Error::internal)?,
                )
            }
            None => None,
        };
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok((self.write.begin_with_options(options).await?, turn))
    }

    /// Brings the tables up to date; on PostgreSQL, one server at a time does this.
    pub async fn migrate(&self) -> anyhow::Result<()> {
        if self.backend() == DatabaseBackend::Postgres {
            // The migrator runs on one connection of the pool; another connection holds the lock.
            let lock = self.write.begin().await?;
            let key = Statement::from_string(
                DatabaseBackend::Postgres,
                "SELECT pg_advisory_xact_lock(5567)",
            );
            lock.execute_raw(key).await?;
            Migrator::up(&self.write, None).await?;
            lock.commit().await?;
        } else {
            Migrator::up(&self.write, None).await?;
        }
        Ok(())
    }

    /// Whether the tables are up to date.
    pub async fn is_migrated(&self) -> anyhow::Result<bool> {
        Ok(Migrator::get_pending_migrations(&self.write)
            .await?
            .is_empty())
    }

    /// Lets SQLite look at its tables again, where it thinks that its plans would be better for it; PostgreSQL does so by
    /// itself. How much it reads is bounded, and it takes no samples, so that no plan depends on who asks.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn optimize(&self) -> Result<()> {
        if self.backend() == DatabaseBackend::Sqlite {
            let tx = self.begin(&Locks::default()).await?;
            tx.execute_unprepared("PRAGMA optimize = 0x10002").await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Whether the database answers, and takes writes.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), DbErr> {
        // Who asks whether the server is ready does not wait long either.
        let answer = tokio::time::timeout(PING, self.takes_writes()).await;
        answer.unwrap_or_else(|late| Err(DbErr::Custom(late.to_string())))
    }

    /// A replica, and a server of PostgreSQL that was set so, only answer questions.
    async fn takes_writes(&self) -> Result<(), DbErr> {
        let pool = self.read.pool();
        let backend = self.backend();
        if backend == DatabaseBackend::Sqlite {
            return pool.ping().await;
        }
        let sql = "SELECT current_setting('transaction_read_only')";
        let row = pool
            .query_one_raw(Statement::from_string(backend, sql))
            .await?;
        match row
            .map(|row| row.try_get_by_index::<String>(0))
            .transpose()?
        {
            Some(on) if on == "on" => Err(DbErr::Custom("it takes no writes now".to_owned())),
            _ => Ok(()),
        }
    }

    /// Closes all connections.
    pub async fn close(&self) {
        if let Err(error) = self.read.close().await {
            tracing::warn!(%error, "A connection did not close.");
        }
        for connection in [self.read.pool(), &self.write] {
            if let Err(error) = connection.clone().close().await {
                tracing::warn!(%error, "A connection did not close.");
            }
        }
    }
}

fn options(url: &str, connections: u32, wait: Duration) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(wait)
        .sqlx_logging(false);
    options
}

async fn postgres(
    url: &str,
    connections: u32,
    wait: Duration,
    writes: bool,
) -> anyhow::Result<DatabaseConnection> {
    let mut options = options(url, connections, wait);
    let lock_wait = format!("{}ms", wait.as_millis());
    // A transaction finds its rows by their keys: its plans depend on no value, and are made once.
    let plans = if writes { "force_generic_plan" } else { "auto" };
    options.test_before_acquire_if_idle_for(IDLE);
    options.map_sqlx_postgres_opts(move |options| {
        options
            .options([
                ("lock_timeout", lock_wait.as_str()),
                ("timezone", "UTC"),
                ("plan_cache_mode", plans),
            ])
            .statement_cache_capacity(STATEMENTS)
    });
    Database::connect(options).await.context("database.url")
}

async fn sqlite(
    file: &str,
    connections: u32,
    wait: Duration,
    reader: bool,
    synchronous: SqliteSynchronous,
) -> anyhow::Result<DatabaseConnection> {
    let mut options = options(&format!("sqlite:{file}"), connections, wait);
    options.map_sqlx_sqlite_opts(move |options| {
        let options = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(synchronous)
            .foreign_keys(true)
            .statement_cache_capacity(STATEMENTS)
            .row_buffer_size(ROWS)
            .busy_timeout(wait);
        if reader {
            options.pragma("query_only", "1")
        } else {
            // What is erased is overwritten, not left in free space.
            options
                .pragma("secure_delete", "ON")
                .pragma("wal_autocheckpoint", CHECKPOINT)
        }
    });
    options.map_sqlx_sqlite_pool_opts(|pool| {
        pool.before_acquire(|connection, _| Box::pin(async move { Ok(is_free(connection)) }))
    });
    Database::connect(options)
        .await
        .with_context(|| format!("database.url: {file}"))
}

/// Whether a connection is in no transaction; one that is must be closed.
///
/// SQLite itself rolls back where a disk is full or fails, the rollback that follows fails too, and the driver counts the
/// transaction as open. The next ones would be savepoints within each other, and none of them would ever be committed.
fn is_free(connection: &SqliteConnection) -> bool {
    let left = connection.is_in_transaction();
    if left {
        tracing::warn!(
            "A connection to SQLite was left in a transaction: it is closed, and another is opened."
        );
    }
    !left
}

/// Whether running the transaction again may succeed: serialization failure, deadlock, busy.
pub fn is_transient(error: &Error) -> bool {
    let Error::Internal { cause, .. } = error else {
        return false;
    };
    let Some(error) = cause.downcast_ref::<DbErr>() else {
        return false;
    };
    matches!(
        sql_state::code(error).as_deref(),
        Some("40001" | "40P01" | "5" | "6" | "261" | "517")
    )
}

/// Whether a row exists but cannot be read, because a column has another type or an unknown value. False if the
/// database itself failed.
pub fn is_unreadable(error: &DbErr) -> bool {
    match error {
        DbErr::Type(_) | DbErr::TryIntoErr { .. } => true,
        DbErr::Query(RuntimeErr::SqlxError(error)) => matches!(
            **error,
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_)
        ),
        _ => false,
    }
}

/// Whether an error is that of a unique index.
pub fn is_duplicate(error: &DbErr) -> bool {
    matches!(
        error.sql_err(),
        Some(sea_orm::SqlErr::UniqueConstraintViolation(_))
    )
}
