//! A database of an earlier release is brought up to date with what it holds.

use std::collections::BTreeMap;

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::operation;
use mandate::{
    ambient::{Clock, Rng},
    app::App,
    cli::verify_database,
    config::Config,
    store::record::{
        changes,
        first_form::{bring_over, waits},
    },
};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, EntityTrait, QueryOrder};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::support::postgres;

/// How many steps the first release had.
const FIRST: u32 = 5;

/// How many steps there were before hands were kept.
const BEFORE_HANDS: u32 = 20;

fn hex(number: u32) -> String {
    format!("{number:032x}")
}

/// The record of an earlier release is linked anew, and says so: with the end that it had, and what was wrong.
async fn first_form(db: &DatabaseConnection, url: &str) {
    let dir = tempfile::tempdir().unwrap();
    let mut config = Config::load(None).unwrap();
    config.database.url = url.trim_end_matches("?mode=rwc").to_owned().into();
    config.keys.dir = dir.path().join("keys");
    config.anchors.dir = dir.path().join("anchors");
    let rng = Rng::from_os().unwrap();
    let app = App::open(config, Clock::System, rng, None).await.unwrap();
    // A second organization, with a record as it was written then: linked, and signed.
    let other = Uuid::from_u128(9);
    let id = |id: Uuid| match db.get_database_backend() {
        sea_orm::DatabaseBackend::Postgres => format!("'{id}'"),
        _ => format!("x'{}'", id.simple()),
    };
    let at = "2026-01-01T00:00:00.000000Z";
    let mut sql = vec![format!(
        "INSERT INTO organization (id, slug, name, initial_domain, platform, created_at) VALUES ({}, 'b', 'B', 'b.example', FALSE, '2026-01-01 00:00:00+00:00')",
        id(other)
    )];
    let sha = |parts: &[&str]| {
        hex::encode(
            parts
                .iter()
                .fold(Sha256::new(), |sha, part| sha.chain_update(part))
                .finalize(),
        )
    };
    let mut previous = "0".repeat(64);
    for seq in 1..=2 {
        let (entry, target) = (Uuid::from_u128(900 + seq), Uuid::from_u128(30));
        let beside = r#"{"actor_name":"Ann","actor_sign_in_name":"ann@b.example","actor_organization_name":"B","target_name":"Tom","ticket":"T-1","note":null}"#;
        let salt = "00112233445566778899aabbccddeeff";
        let committed = sha(&["mandate-record-beside-v1\n", salt, beside]);
        let body = format!(
            r#"{{"v":1,"organization":"{other}","seq":{seq},"previous":"{previous}","id":"{entry}","kind":"user.block","outcome":"DONE","reason":null,"at":"{at}","authority":"OWN","actor":null,"actor_organization":null,"session":null,"secret_grant":null,"grant":null,"role":null,"target":{{"type":"user","id":"{target}"}},"changes":{{"n":"{seq}"}},"beside":"{committed}"}}"#
        );
        previous = sha(&["mandate-record-entry-v1\n", &body]);
        sql.push(format!(
            "INSERT INTO operation_first (id, organization_id, seq, kind, outcome, at, authority, target_id, ticket, body, hash, salt, beside) VALUES ({}, {}, {seq}, 'user.block', 'DONE', '2026-01-01 00:00:00+00:00', 'OWN', {}, 'T-1', '{body}', '{previous}', '{salt}', '{beside}')",
            id(entry), id(other), id(target)
        ));
    }
    let key = std::fs::read(dir.path().join("keys/record-0001.pk8")).unwrap();
    let key = Ed25519KeyPair::from_pkcs8(&key).unwrap();
    let mut message = b"mandate-record-head-v1\n".to_vec();
    message.extend_from_slice(other.as_bytes());
    message.extend_from_slice(&2_i64.to_be_bytes());
    message.extend_from_slice(previous.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(key.sign(&message));
    let kid = app.keys.record_public().keys[0].kid.clone();
    sql.push(format!(
        "INSERT INTO chain_head_first (organization_id, seq, hash, key_id, signature) VALUES ({}, 2, '{previous}', '{kid}', '{signature}')",
        id(other)
    ));
    for sql in sql {
        db.execute_unprepared(&sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    assert!(waits(&app.db.server()).await.unwrap());
    let ends = bring_over(&app).await.unwrap();
    assert_eq!(ends.len(), 2);
    assert!(!waits(&app.db.server()).await.unwrap());
    let verified = verify_database(&app, Vec::new(), false).await.unwrap();
    assert!(
        verified.iter().all(|one| one.verdict.faults.is_empty()),
        "{verified:?}"
    );
    let rows = operation::Entity::find().order_by_asc(operation::Column::Seq);
    let rows = rows.all(db).await.unwrap();
    let (new, old): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.organization_id.0 == other);
    let changes = |row: &operation::Model| -> BTreeMap<String, String> {
        let changes = changes(row);
        changes
            .iter()
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect()
    };
    let told = |rows: &[&operation::Model]| changes(rows.last().unwrap());
    assert_eq!(told(&new)["earlier_end"], previous);
    assert_eq!(
        (
            told(&new)["entries"].as_str(),
            told(&new)["earlier_end_signed"].as_str()
        ),
        ("2", "true")
    );
    assert!(!told(&new).contains_key("faults"));
    assert_eq!(
        (
            new[1].target_name.as_deref(),
            new[1].ticket.as_deref(),
            changes(new[1])["n"].as_str()
        ),
        (Some("Tom"), Some("T-1"), "2")
    );
    // The first one was never linked: that stays told.
    assert_eq!(
        (
            told(&old)["earlier_end_signed"].as_str(),
            told(&old)["first_fault"].as_str()
        ),
        ("false", "1")
    );
    assert_eq!(old[0].note.as_deref(), Some("Asked by phone."));
    app.close().await;
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

async fn bring_up(url: &str) {
    let db = Database::connect(url).await.unwrap();
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
    first_form(&db, url).await;
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
    bring_up(&url).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    let name = format!("old_{}", std::process::id());
    let Some(url) = postgres::url(&name) else {
        return;
    };
    postgres::execute(format!("CREATE DATABASE {name}")).await;
    bring_up(&url).await;
    postgres::execute(format!("DROP DATABASE {name} WITH (FORCE)")).await;
}
