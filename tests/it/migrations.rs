//! A database of an earlier release is brought up to date with what it holds.

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};

use crate::support::postgres;

/// How many steps the first release had.
const FIRST: u32 = 5;

/// How many steps there were before hands were kept.
const BEFORE_HANDS: u32 = 20;

fn hex(number: u32) -> String {
    format!("{number:032x}")
}

/// Users as an earlier release left them, each with entries of the record.
async fn fill(
    db: &DatabaseConnection,
    organization: &str,
    grant: &str,
    offer: &str,
    id: &impl Fn(&str) -> String,
    person: &str,
) {
    let at = "'2026-01-01 00:00:00+00:00'";
    let mut sql = vec![
        format!(
            "INSERT INTO offer (id, partner_id, token, kind, revision, created_by, created_at) VALUES ({offer}, {organization}, 't', 'DELEGATION', 1, {person}, {at})"
        ),
        format!(
            "INSERT INTO \"grant\" (id, partner_id, client_id, offer_id, revision, role_cap, term, accepted_at, expires_at) VALUES ({grant}, {organization}, {organization}, {offer}, 1, 'FULL', 'P1Y', {at}, {at})"
        ),
    ];
    // Added under the grant, and washed by a password of one's own; out by the account's own reset; shown; known by
    // a column alone; and one of the account's own.
    for (number, column) in [
        (30, "NULL"),
        (31, "NULL"),
        (32, "NULL"),
        (33, grant),
        (34, "NULL"),
    ] {
        let user = id(&hex(number));
        sql.push(format!("INSERT INTO \"user\" (id, organization_id, display_name, sign_in_name, sign_in_key, contact, created_at, contact_grant_id) VALUES ({user}, {organization}, 'U', '{number}', '{number}', 'u', {at}, {column})"));
    }
    sql.push(format!("INSERT INTO user_role (user_id, role, organization_id, grant_id, assigned_at) VALUES ({}, 'USER_ADMIN', {organization}, {grant}, {at})", id(&hex(30))));
    let mut seq = 1;
    for (user, kind, under, changes) in [
        (30, "user.add", true, "{}"),
        (30, "user.enrol", false, "{}"),
        (30, "user.change_own_password", false, "{}"),
        (30, "admin_role.assign", true, r#"{"role":"USER_ADMIN"}"#),
        (31, "user.add", true, "{}"),
        (31, "user.enrol", false, "{}"),
        (31, "user.change_contact", false, "{}"),
        (31, "user.verify_contact", false, "{}"),
        (31, "user.redeem_reset", false, "{}"),
        (
            32,
            "user.reset_password",
            true,
            r#"{"delivery":"SHOW_ONCE"}"#,
        ),
        (32, "user.reset_password", true, r#"{"delivery":"LINK"}"#),
        (34, "user.add", false, "{}"),
        (34, "user.enrol", false, "{}"),
    ] {
        seq += 1;
        let (entry, target) = (id(&hex(100 + seq)), id(&hex(user)));
        let (authority, under, actor, role) = match under {
            true => ("DELEGATED", grant, person, "'LIMITED'"),
            false => ("OWN", "NULL", "NULL", "NULL"),
        };
        sql.push(format!("INSERT INTO operation (id, organization_id, seq, kind, outcome, at, authority, grant_id, actor_id, role, target_id, body, hash) VALUES ({entry}, {organization}, {seq}, '{kind}', 'DONE', {at}, '{authority}', {under}, {actor}, {role}, {target}, '{{\"changes\":{changes}}}', '')"));
    }
    for sql in sql {
        db.execute_unprepared(&sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

/// Whoever was added, set or shown under a grant is in hands, but where it found the way out.
async fn hands(db: &DatabaseConnection, id: &impl Fn(&str) -> String) {
    let count = async |user: u32, more: &str| {
        let sql = format!(
            "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM hand WHERE user_id = {} {more}",
            id(&hex(user))
        );
        let row = sea_orm::Statement::from_string(db.get_database_backend(), sql);
        db.query_one_raw(row)
            .await
            .unwrap()
            .unwrap()
            .try_get::<i64>("", "n")
            .unwrap()
    };
    let by = format!(
        "AND person_id = {} AND role = 'LIMITED' AND operation_id IS NOT NULL",
        id(&hex(22))
    );
    assert_eq!((count(30, "").await, count(30, &by).await), (2, 2));
    assert_eq!(count(31, "").await, 0);
    assert_eq!(
        (count(32, "").await, count(32, "AND way = 'SECRET'").await),
        (1, 1)
    );
    assert_eq!(
        (
            count(33, "AND person_id IS NULL").await,
            count(34, "").await
        ),
        (1, 0)
    );
    let sql = format!(
        "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM user_role WHERE person_id = {}",
        id(&hex(22))
    );
    let row = sea_orm::Statement::from_string(db.get_database_backend(), sql);
    let row = db.query_one_raw(row).await.unwrap().unwrap();
    assert_eq!(row.try_get::<i64>("", "n").unwrap(), 1);
}

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
    Migrator::up(&db, Some(BEFORE_HANDS - FIRST)).await.unwrap();
    let (grant, offer, person) = (id(&hex(20)), id(&hex(21)), id(&hex(22)));
    let organization = id(organization);
    fill(&db, &organization, &grant, &offer, &id, &person).await;
    Migrator::up(&db, None).await.unwrap();
    hands(&db, &id).await;
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
