//! Connections for reads, held open. The pool of sqlx asks a connection whether it stands each time that it is given
//! back, which for a short statement costs as much as the statement; these are not given back.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseBackend, DatabaseConnection, DbErr, ExecResult,
    QueryResult, RuntimeErr, Statement,
};
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, Connection, Database, PgConnection, Pool, SqliteConnection};
use tokio::sync::Semaphore;

use super::Observer;

/// The connections for reads.
pub struct Reader {
    pool: DatabaseConnection,
    held: Held,
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
            observer,
        }
    }

    /// The pool that the connections come from.
    pub(super) fn pool(&self) -> &DatabaseConnection {
        &self.pool
    }

    /// Closes what is held.
    pub(super) async fn close(&self) -> Result<(), sqlx::Error> {
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
    idle: Mutex<Vec<C>>,
    turns: Semaphore,
    wait: Duration,
}

impl<C: Runs> Idle<C>
where
    C::Database: Database<Connection = C>,
{
    fn new(pool: Pool<C::Database>, most: u32, wait: Duration) -> Self {
        Self {
            pool,
            idle: Mutex::default(),
            turns: Semaphore::new(most as usize),
            wait,
        }
    }

    fn take(&self) -> Option<C> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.pop()
    }

    async fn rows(&self, statement: &Statement) -> Result<Vec<QueryResult>, DbErr> {
        let turn = tokio::time::timeout(self.wait, self.turns.acquire()).await;
        let Ok(Ok(_turn)) = turn else {
            return Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout));
        };
        let known = self.take();
        if let Some(connection) = known {
            match self.run(connection, statement).await {
                Err(error) if is_over(&error) => {}
                done => return done.map_err(said),
            }
        }
        // A connection that was held may have ended meanwhile: what only reads can be asked again.
        let connection = self.pool.acquire().await.map_err(not_acquired)?.detach();
        self.run(connection, statement).await.map_err(said)
    }

    /// Runs a statement. The connection is kept if it stands; if this is dropped half-way, it is closed.
    async fn run(
        &self,
        mut connection: C,
        statement: &Statement,
    ) -> Result<Vec<QueryResult>, sqlx::Error> {
        let rows = connection.rows(statement).await;
        if !rows.as_ref().is_err_and(is_over) {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.push(connection);
        }
        rows
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
