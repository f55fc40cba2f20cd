//! The database is lost at the worst moment: what is not known is said, and what can be noted later is.

use mandate::db::Locks;
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};
use serde_json::{Value, json};

use crate::support::{TestApp, both, on, record_verifies, with};

/// Statements of PostgreSQL, by someone with the database's password.
async fn postgres(app: &TestApp, statements: &[&str]) {
    let db = app.intruder().await;
    for sql in statements {
        db.execute_unprepared(sql).await.unwrap();
    }
}

async fn a_commit_that_nobody_answered_may_have_been_done(app: &TestApp) {
    if app.app.db.backend() != DatabaseBackend::Postgres {
        return;
    }
    let carla = app.sign_in("carla").await;
    let input = with(
        with(on(app, "greta").await, "jobTitle", "Clerk"),
        "idempotencyKey",
        "monday",
    );
    // Its own process ends while it commits.
    postgres(
        app,
        &[
            "CREATE FUNCTION lost() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$",
            "CREATE CONSTRAINT TRIGGER lost AFTER INSERT ON operation DEFERRABLE INITIALLY DEFERRED \
             FOR EACH ROW EXECUTE FUNCTION lost()",
        ],
    )
    .await;
    let answer = carla
        .mutate("updateProfile", input.clone(), "operation { id }")
        .await;
    let error = &answer["errors"][0];
    assert_eq!(
        error["extensions"]["code"], "INTERNAL_SERVER_ERROR",
        "{answer}"
    );
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("may have been done, or not"), "{message}");
    assert!(message.contains("the same idempotency key"), "{message}");
    postgres(app, &["DROP TRIGGER lost ON operation"]).await;
    // With its key it is done once.
    let selection = "replayed operation { id }";
    let mut done = Value::Null;
    for _ in 0..20 {
        let again = carla
            .mutate("updateProfile", input.clone(), selection)
            .await;
        done = again["data"]["updateProfile"].clone();
        if !done.is_null() {
            break;
        }
    }
    assert_eq!(done["replayed"], false);
    let again = carla.done("updateProfile", input, selection).await;
    assert_eq!(
        (&again["replayed"], &again["operation"]),
        (&json!(true), &done["operation"])
    );
    record_verifies(app).await;
}

both!(a_commit_that_nobody_answered_may_have_been_done);

async fn a_mail_that_went_out_is_noted_once_the_database_is_back(app: &TestApp) {
    if app.app.db.backend() != DatabaseBackend::Postgres {
        return;
    }
    let carla = app.sign_in("carla").await;
    carla
        .done("resetPassword", on(app, "ivan").await, "user { id }")
        .await;
    // The first two times, it is shutting down.
    postgres(
        app,
        &[
            "CREATE SEQUENCE tries",
            "CREATE FUNCTION away() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             IF NEW.done_at IS NOT NULL AND nextval('tries') < 3 THEN \
             RAISE EXCEPTION 'shutting down' USING ERRCODE = '57P03'; END IF; RETURN NEW; END $$",
            "CREATE TRIGGER away BEFORE UPDATE ON outbox FOR EACH ROW EXECUTE FUNCTION away()",
        ],
    )
    .await;
    assert_eq!(app.mails().await.len(), 1);
    // It is not sent again, even when its claim has run out.
    app.app.clock.advance(chrono::TimeDelta::minutes(10));
    assert_eq!(app.mails().await.len(), 0);
}

both!(a_mail_that_went_out_is_noted_once_the_database_is_back);

/// How many entries another process sees of the record.
async fn seen(app: &TestApp) -> i64 {
    let db = app.intruder().await;
    let sql = Statement::from_string(db.get_database_backend(), "SELECT count(*) FROM operation");
    let row = db.query_one_raw(sql).await.unwrap().unwrap();
    db.close().await.unwrap();
    row.try_get_by_index(0).unwrap()
}

async fn what_is_answered_after_a_full_disk_is_kept(app: &TestApp) {
    if app.app.db.backend() != DatabaseBackend::Sqlite {
        return;
    }
    let carla = app.sign_in("carla").await;
    let contoso = app.account("contoso").await;
    let user = |number: i32| {
        let name = format!("new{number}");
        json!({ "accountId": contoso, "displayName": name, "signInName": name, "contact": format!("{name}@example.org") })
    };
    // How many pages the file may have; the limit is that of the one connection that writes.
    let limited = async |pages: &str| -> i64 {
        let tx = app.app.db.begin(&Locks::default()).await.unwrap();
        let sql = format!("PRAGMA max_page_count{pages}");
        let sql = Statement::from_string(DatabaseBackend::Sqlite, sql);
        let row = tx.query_one_raw(sql).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        row.try_get_by_index(0).unwrap()
    };
    // The file may not grow any more: it is full soon, in the middle of an act. That act is done on another connection.
    let full = limited(" = 1").await;
    let mut number = 0;
    while limited("").await == full {
        assert!(number < 100, "the file is never full");
        carla
            .done("addUser", user(number), "operation { id }")
            .await;
        number += 1;
    }
    // One that is refused is rolled back, and what comes after it is committed.
    carla.mutate("addUser", user(0), "operation { id }").await;
    let before = seen(app).await;
    for number in 200..210 {
        carla
            .done("addUser", user(number), "operation { id }")
            .await;
    }
    assert_eq!(seen(app).await, before + 10);
    record_verifies(app).await;
}

both!(what_is_answered_after_a_full_disk_is_kept);
