//! A database of an earlier release is brought up to date with what it holds.

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};

use crate::support::postgres;

/// How many steps the first release had.
const FIRST: u32 = 5;

async fn bring_up(db: DatabaseConnection) {
    Migrator::up(&db, Some(FIRST)).await.unwrap();
    let (organization, entry) = (
        "00000000000000000000000000000001",
        "00000000000000000000000000000002",
    );
    let id = |hex: &str| match db.get_database_backend() {
        sea_orm::DatabaseBackend::Postgres => format!("'{hex}'"),
        _ => format!("x'{hex}'"),
    };
    for sql in [
        format!(
            "INSERT INTO organization (id, slug, name, initial_domain, platform, created_at) \
             VALUES ({}, 'a', 'A', 'a.example', FALSE, '2026-01-01 00:00:00+00:00')",
            id(organization)
        ),
        format!(
            "INSERT INTO operation (id, organization_id, seq, kind, outcome, at, authority, body, hash, beside) \
             VALUES ({}, {}, 1, 'user.add', 'DONE', '2026-01-01 00:00:00+00:00', 'OWN', '{{}}', '', \
             '{{\"ticket\":null,\"note\":\"Asked by phone.\"}}')",
            id(entry),
            id(organization)
        ),
    ] {
        db.execute_unprepared(&sql).await.unwrap();
    }
    Migrator::up(&db, None).await.unwrap();
    let sql = "SELECT note FROM operation";
    let row = sea_orm::Statement::from_string(db.get_database_backend(), sql);
    let row = db.query_one_raw(row).await.unwrap().unwrap();
    assert_eq!(
        row.try_get::<String>("", "note").unwrap(),
        "Asked by phone."
    );
    assert!(
        Migrator::get_pending_migrations(&db)
            .await
            .unwrap()
            .is_empty()
    );
    db.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}?mode=rwc", dir.path().join("old.db").display());
    bring_up(Database::connect(url).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    let name = format!("old_{}", std::process::id());
    let Some(url) = postgres::url(&name) else {
        return;
    };
    postgres::execute(format!("CREATE DATABASE {name}")).await;
    bring_up(Database::connect(url).await.unwrap()).await;
    postgres::execute(format!("DROP DATABASE {name} WITH (FORCE)")).await;
}
