//! Write transactions, and the organizations that they lock.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicU64, Ordering},
};

use entity::ids::OrganizationId;
use sea_orm::{
    ConnectionTrait, DatabaseBackend, DatabaseTransaction, DbErr, ExecResult, QueryResult,
    Statement,
};
use tokio::sync::OwnedSemaphorePermit;

use crate::{
    error::{Error, Result},
    sql_state,
};

/// How an organization is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lock {
    /// Others may hold it shared; its rows are only read.
    Shared,
    /// No other transaction holds it; its rows are written.
    Exclusive,
}

/// The organizations that a transaction concerns, in the order in which they are locked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Locks(BTreeMap<OrganizationId, Lock>);

impl Locks {
    /// Adds one; the stronger lock wins.
    pub fn add(&mut self, organization: OrganizationId, lock: Lock) {
        let held = self.0.entry(organization).or_insert(lock);
        *held = (*held).max(lock);
    }

    /// Adds all of another set.
    pub fn extend(&mut self, other: &Self) {
        for (organization, lock) in &other.0 {
            self.add(*organization, *lock);
        }
    }

    /// True when every lock of `other` is held by `self`, as strongly.
    pub fn cover(&self, other: &Self) -> bool {
        other
            .0
            .iter()
            .all(|(id, lock)| self.0.get(id).is_some_and(|held| held >= lock))
    }
}

/// A write transaction with its organizations locked. It is rolled back if it is dropped.
pub struct Tx {
    inner: DatabaseTransaction,
    writes: AtomicU64,
    _turn: Option<OwnedSemaphorePermit>,
}

impl Tx {
    /// A transaction that has just begun, with its organizations locked, and the turn that it holds on SQLite.
    pub(super) async fn locked(
        inner: DatabaseTransaction,
        turn: Option<OwnedSemaphorePermit>,
        locks: &Locks,
    ) -> Result<Self> {
        if inner.get_database_backend() == DatabaseBackend::Postgres {
            advisory_locks(&inner, locks).await?;
        }
        Ok(Self {
            inner,
            writes: AtomicU64::new(0),
            _turn: turn,
        })
    }

    /// Like [`Self::locked`], but waits for no lock: those that somebody else holds are left out of what is returned.
    pub(super) async fn with_free(
        inner: DatabaseTransaction,
        turn: Option<OwnedSemaphorePermit>,
        locks: &Locks,
    ) -> Result<(Self, Locks)> {
        let held = match inner.get_database_backend() {
            DatabaseBackend::Postgres => free_advisory_locks(&inner, locks).await?,
            _ => locks.clone(),
        };
        let tx = Self {
            inner,
            writes: AtomicU64::new(0),
            _turn: turn,
        };
        Ok((tx, held))
    }

    /// Commits.
    pub async fn commit(self) -> Result<(), DbErr> {
        self.inner.commit().await
    }

    /// Rolls back, and returns when its locks are free.
    pub async fn rollback(self) -> Result<(), DbErr> {
        self.inner.rollback().await
    }

    /// How many of its statements wrote or failed; on PostgreSQL a failed statement ends the transaction.
    pub fn writes(&self) -> u64 {
        self.writes.load(Ordering::Relaxed)
    }

    /// A statement that changed no row wrote nothing.
    fn counted<T>(&self, result: Result<T, DbErr>, wrote: impl Fn(&T) -> bool) -> Result<T, DbErr> {
        if result.as_ref().map_or(true, wrote) {
            self.writes.fetch_add(1, Ordering::Relaxed);
        }
        result
    }
}

/// Whether it only reads: a statement that returns what it wrote is a query too.
fn reads(sql: &str) -> bool {
    sql.starts_with("SELECT")
}

#[async_trait::async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DatabaseBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let done = self.inner.execute_raw(statement).await;
        self.counted(done, |done| done.rows_affected() > 0)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let done = self.inner.execute_unprepared(sql).await;
        self.counted(done, |_| true)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let reads = reads(&statement.sql);
        let row = self.inner.query_one_raw(statement).await;
        self.counted(row, |_| !reads)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let reads = reads(&statement.sql);
        let rows = self.inner.query_all_raw(statement).await;
        self.counted(rows, |_| !reads)
    }
}

/// The key of an organization's advisory lock.
fn key(organization: OrganizationId) -> i64 {
    let (_, low) = organization.0.as_u64_pair();
    low.cast_signed()
}

/// The keys of these locks. The key decides the order in which they are taken, so that two ids that share one key
/// cannot wait for each other.
fn keys(locks: &Locks) -> BTreeMap<i64, Lock> {
    let mut keys = BTreeMap::new();
    for (organization, lock) in &locks.0 {
        let held = keys.entry(key(*organization)).or_insert(*lock);
        *held = (*held).max(*lock);
    }
    keys
}

/// Takes those that are free, by the same statement for any number of them.
async fn free_advisory_locks(tx: &DatabaseTransaction, locks: &Locks) -> Result<Locks> {
    const FREE: &str = "SELECT key FROM unnest(string_to_array($1, ',')::bigint[]) key \
         WHERE pg_try_advisory_xact_lock(key) \
         UNION ALL SELECT key FROM unnest(string_to_array($2, ',')::bigint[]) key \
         WHERE pg_try_advisory_xact_lock_shared(key)";
    let keys = keys(locks);
    let list = |wanted: Lock| {
        let keys = keys.iter().filter(|(_, lock)| **lock == wanted);
        let keys: Vec<_> = keys.map(|(key, _)| key.to_string()).collect();
        keys.join(",")
    };
    let values = [list(Lock::Exclusive).into(), list(Lock::Shared).into()];
    let statement = Statement::from_sql_and_values(DatabaseBackend::Postgres, FREE, values);
    let mut free = BTreeSet::new();
    for row in tx.query_all_raw(statement).await? {
        free.insert(row.try_get_by_index::<i64>(0)?);
    }
    let held = locks.0.iter().filter(|(id, _)| free.contains(&key(**id)));
    Ok(Locks(held.map(|(id, lock)| (*id, *lock)).collect()))
}

async fn advisory_locks(tx: &DatabaseTransaction, locks: &Locks) -> Result<()> {
    let keys = keys(locks);
    if keys.is_empty() {
        return Ok(());
    }
    // One statement takes them one after the other, as they stand in it.
    let calls = keys.values().enumerate().map(|(place, lock)| {
        let function = match lock {
            Lock::Shared => "pg_advisory_xact_lock_shared",
            Lock::Exclusive => "pg_advisory_xact_lock",
        };
        format!("{function}(${})", place + 1)
    });
    let sql = format!("SELECT {}", calls.collect::<Vec<_>>().join(", "));
    let values = keys.keys().map(|key| (*key).into());
    let statement = Statement::from_sql_and_values(DatabaseBackend::Postgres, sql, values);
    tx.execute_raw(statement).await.map_err(|error| {
        if sql_state::code(&error).as_deref() == Some("55P03") {
            Error::Overloaded
        } else {
            error.into()
        }
    })?;
    Ok(())
}
