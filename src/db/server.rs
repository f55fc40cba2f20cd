//! What the server reads for itself, without a scope: facts before a decision, due work, and recipients of mails.
//!
//! Functions that read without a scope take a [`Trusted`] connection. The executor has its transaction; the worker,
//! the command line and the loader of the caller take [`Server`]. Code that answers a request has neither, so it
//! cannot read anything without a scope.

use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, ExecResult, QueryResult, Statement};

use super::{Columns, Reader, Rows, Tx};

/// A connection on which no scope limits what is read.
pub trait Trusted: Rows {}

impl Rows for Tx {}

impl Trusted for Tx {}

impl Trusted for Server<'_> {}

/// The connection for what the server itself reads.
#[derive(Clone, Copy)]
pub struct Server<'a>(&'a Reader);

impl<'a> Server<'a> {
    pub(super) fn new(conn: &'a Reader) -> Self {
        Self(conn)
    }
}

impl Rows for Server<'_> {
    async fn rows<R: Send>(
        &self,
        statement: Statement,
        read: impl Fn(&mut Columns<'_>) -> Result<R, DbErr> + Send + Sync,
    ) -> Result<Vec<R>, DbErr> {
        self.0.rows(statement, read).await
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Server<'_> {
    fn get_database_backend(&self) -> DatabaseBackend {
        self.0.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.0.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.0.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.0.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.0.query_all_raw(statement).await
    }
}
