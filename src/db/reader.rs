//! Connections for reads, held open. The pool of sqlx asks a connection whether it stands each time that it is given
//! back, which for a short statement costs as much as the statement; these are not given back.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseBackend, DatabaseConnection, DbErr, ExecResult,
    QueryResult, RuntimeErr, Statement,
};
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, Connection, Database, PgConnection, Pool, SqliteConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Columns, Observer, Rows, columns::by_driver, inline::Inline};

/// The connections for reads.
pub struct Reader {
    pool: DatabaseConnection,
    held: Held,
    /// SQLite: for statements whose columns are read by their place.
    inline: Option<Inline>,
    observer: Option<Observer>,
}

enum Held {
    Postgres(Idle<PgConnection>),
    Sqlite(Idle<SqliteConnection>),
}

impl Reader {
    /// Holds at most `most` connections of a pool open.
    pub(super) fn new(
        pool: DatabaseConnection,
        inline: Option<Inline>,
        most: u32,
        wait: Duration,
        observer: Option<Observer>,
    ) -> Self {
        let held = match pool.get_database_backend() {
            DatabaseBackend::Postgres => {
                let pool = pool.get_postgres_connection_pool().clone();
                Held::Postgres(Idle::new(pool, most, wait))
            }
            _ => {
                let pool = pool.get_sqlite_connection_pool().clone();
                Held::Sqlite(Idle::new(pool, most, wait))
            }
        };
        Self {
            pool,
            held,
            inline,
            observer,
        }
    }

    /// The pool that the connections come from.
    pub(super) fn pool(&self) -> &DatabaseConnection {
        &self.pool
    }

    /// How many connections are idle, and how many in use.
    pub(super) fn connections(&self) -> (usize, usize) {
        match &self.held {
            Held::Postgres(idle) => idle.connections(),
            Held::Sqlite(idle) => idle.connections(),
        }
    }

    /// Closes what is held.
    pub(super) async fn close(&self) -> Result<(), sqlx::Error> {
        if let Some(inline) = &self.inline {
            inline.close();
        }
        match &self.held {
            Held::Postgres(idle) => idle.close().await,
            Held::Sqlite(idle) => idle.close().await,
        }
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Reader {
    fn get_database_backend(&self) -> DatabaseBackend {
        self.pool.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.pool.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.pool.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let mut rows = self.query_all_raw(statement).await?;
        rows.truncate(1);
        Ok(rows.pop())
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        if let Some(observer) = &self.observer {
            observer(&statement);
        }
        match &self.held {
            Held::Postgres(idle) => idle.rows(&statement).await,
            Held::Sqlite(idle) => idle.rows(&statement).await,
        }
    }
}

impl Rows for Reader {
    async fn rows<R: Send>(
        &self,
        statement: Statement,
        read: impl Fn(&mut Columns<'_>) -> Result<R, DbErr> + Send + Sync,
    ) -> Result<Vec<R>, DbErr> {
        if let Some(inline) = &self.inline
            && let Some(rows) = inline.rows(&statement, &read)
        {
            if let Some(observer) = &self.observer {
                observer(&statement);
            }
            return Ok(rows);
        }
        by_driver(self, statement, read).await
    }
}

/// A connection that runs statements.
trait Runs: Connection + Sized {
    /// The rows of a statement, which is prepared and kept.
    fn rows(
        &mut self,
        statement: &Statement,
    ) -> impl Future<Output = Result<Vec<QueryResult>, sqlx::Error>> + Send;
}

macro_rules! runs {
    ($($connection:ty),*) => {$(
        impl Runs for $connection {
            async fn rows(&mut self, statement: &Statement) -> Result<Vec<QueryResult>, sqlx::Error> {
                let values = SqlxValues(statement.values.clone().unwrap_or(sea_orm::Values(Vec::new())));
                // Statements are built by the store; what people send is only ever a value.
                let query = sqlx::query_with(AssertSqlSafe(statement.sql.as_str()), values);
                let rows = query.fetch_all(self).await?;
                Ok(rows.into_iter().map(QueryResult::from).collect())
            }
        }
    )*};
}

runs!(PgConnection, SqliteConnection);

/// Connections of one pool that nobody uses at the moment.
struct Idle<C: Runs> {
    pool: Pool<C::Database>,
    idle: Arc<Mutex<Vec<C>>>,
    turns: Arc<Semaphore>,
    most: usize,
    wait: Duration,
}

/// A connection in use. Dropped in the middle of a statement, because nobody waits for its rows any more, it first
/// reads what is left of them.
struct Lent<C: Runs + 'static> {
    connection: Option<C>,
    idle: Arc<Mutex<Vec<C>>>,
    turn: Option<OwnedSemaphorePermit>,
}

impl<C: Runs + 'static> Lent<C> {
    async fn rows(&mut self, statement: &Statement) -> Result<Vec<QueryResult>, sqlx::Error> {
        let Some(connection) = &mut self.connection else {
            return Err(sqlx::Error::WorkerCrashed);
        };
        let rows = connection.rows(statement).await;
        let connection = self.connection.take();
        if !rows.as_ref().is_err_and(is_over) {
            put(&self.idle, connection);
        }
        rows
    }
}

impl<C: Runs + 'static> Drop for Lent<C> {
    fn drop(&mut self) {
        if let Some(mut connection) = self.connection.take() {
            let (idle, turn) = (Arc::clone(&self.idle), self.turn.take());
            tokio::spawn(async move {
                if connection.ping().await.is_ok() {
                    put(&idle, Some(connection));
                }
                drop(turn);
            });
        }
    }
}

fn put<C>(idle: &Mutex<Vec<C>>, connection: Option<C>) {
    let mut idle = idle.lock().unwrap_or_else(PoisonError::into_inner);
    idle.extend(connection);
}

impl<C: Runs + 'static> Idle<C>
where
    C::Database: Database<Connection = C>,
{
    fn new(pool: Pool<C::Database>, most: u32, wait: Duration) -> Self {
        Self {
            pool,
            idle: Arc::default(),
            turns: Arc::new(Semaphore::new(most as usize)),
            most: most as usize,
            wait,
        }
    }

    fn connections(&self) -> (usize, usize) {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let used = self.most.saturating_sub(self.turns.available_permits());
        (idle.len(), used)
    }

    fn take(&self) -> Option<C> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.pop()
    }

    async fn rows(&self, statement: &Statement) -> Result<Vec<QueryResult>, DbErr> {
        let turn = Arc::clone(&self.turns).acquire_owned();
        let Ok(Ok(turn)) = tokio::time::timeout(self.wait, turn).await else {
            return Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout));
        };
        let mut lent = Lent {
            connection: self.take(),
            idle: Arc::clone(&self.idle),
            turn: Some(turn),
        };
        if lent.connection.is_some() {
            match lent.rows(statement).await {
                Err(error) if is_over(&error) => {}
                done => return done.map_err(said),
            }
        }
        // A connection that was held may have ended meanwhile: what only reads can be asked again.
        let connection = self.pool.acquire().await.map_err(not_acquired)?;
        lent.connection = Some(connection.detach());
        lent.rows(statement).await.map_err(said)
    }

    async fn close(&self) -> Result<(), sqlx::Error> {
        while let Some(connection) = self.take() {
            connection.close().await?;
        }
        Ok(())
    }
}

/// Whether the connection is of no more use. PostgreSQL says so by class 57, "operator intervention".
fn is_over(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(error) => error.code().is_some_and(|code| code.starts_with("57")),
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => false,
        _ => true,
    }
}

fn said(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}

fn not_acquired(error: sqlx::Error) -> DbErr {
    match error {
        sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        sqlx::Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        error => DbErr::Conn(RuntimeErr::SqlxError(error.into())),
    }
}
