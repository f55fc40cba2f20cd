//! The database is lost at the worst moment: what is not known is said, and what can be noted later is.

use sea_orm::{ConnectionTrait, DatabaseBackend};
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
