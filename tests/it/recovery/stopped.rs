//! Who stops a recovery, at each step, and what is put back.

use axum::http::StatusCode;
use chrono::TimeDelta;
use entity::{ids::RecoveryId, states::Way};
use mandate::domain::values::id::GlobalId;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::{ADMINS, CARLA, CONTACT, PRIVATE, approve, days, let_in, start, state, stop, told};
use crate::support::{Browser, Link, NEW_PASSWORD, TestApp, both, reason, record_verifies};

async fn a_link_in_a_notice_stops_it_and_opening_it_changes_nothing(app: &TestApp) {
    app.mails().await;
    let recovery = start(app, PRIVATE).await;
    let path = stop(&app.mails().await, ADMINS[2]);
    let (status, _, page) = app.get(&path).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        page.contains(PRIVATE) && page.contains("Carla Client"),
        "{page}"
    );
    assert_eq!(state(app, &recovery).await, "STARTED");
    let (status, page) = app.form(&path, &[]).await;
    assert!(
        status == StatusCode::OK && page.contains("is stopped"),
        "{page}"
    );
    assert_eq!(state(app, &recovery).await, "STOPPED");
    assert_eq!(app.get(&path).await.0, StatusCode::CONFLICT);
    assert_eq!(told(&app.mails().await).len(), 6);
}

both!(a_link_in_a_notice_stops_it_and_opening_it_changes_nothing);

async fn an_admin_who_is_signed_in_stops_it_while_it_waits(app: &TestApp) {
    app.mails().await;
    let recovery = start(app, PRIVATE).await;
    approve(app, &recovery).await;
    let input = json!({ "recoveryId": recovery["id"] });
    let paul = app.sign_in("paul").await;
    let query = "{ viewer { organization { recovery { id state } } } }";
    let seen = paul.data(query, Value::Null).await;
    assert_eq!(
        seen["viewer"]["organization"]["recovery"],
        json!({ "id": recovery["id"], "state": "WAITING" })
    );
    paul.done("stopRecovery", input, "recovery { state }").await;
    days(app, 8);
    assert!(
        app.mails()
            .await
            .iter()
            .all(|mail| !mail.subject.contains("link"))
    );
}

both!(an_admin_who_is_signed_in_stops_it_while_it_waits);

async fn a_link_in_a_notice_stops_it_after_the_other_was_sent(app: &TestApp) {
    let recovery = start(app, PRIVATE).await;
    approve(app, &recovery).await;
    days(app, 7);
    let mails = app.mails().await;
    let secret = Link::Recover.among(&mails, PRIVATE);
    let input = json!({ "token": stop(&mails, CONTACT).rsplit('/').next() });
    app.anonymous()
        .done("stopRecoveryByLink", input, "operationId")
        .await;
    assert_eq!(
        Link::Recover.redeem(app, &secret).await,
        "UNAUTHENTICATED/LINK_INVALID"
    );
    app.sign_in("carla").await;
}

both!(a_link_in_a_notice_stops_it_after_the_other_was_sent);

async fn whoever_was_let_in_is_out_again_within_a_day(app: &TestApp) {
    let (recovery, carla) = let_in(app).await;
    let mails = app.mails().await;
    // Lesser admins are told, and stop it no more; who reads the contact from before does.
    assert!(
        mails
            .iter()
            .filter(|mail| ADMINS[1..].contains(&mail.to.as_str()))
            .all(|mail| !mail.text.contains("/stop/"))
    );
    let input = json!({ "recoveryId": recovery["id"] });
    assert_eq!(
        app.sign_in("paul").await.fails("stopRecovery", input).await,
        "FAILED_PRECONDITION/RECOVERY_OVER"
    );
    let path = stop(&mails, CONTACT);
    let (status, _, page) = app.get(&path).await;
    assert!(
        status == StatusCode::OK && page.contains("was chosen by the link"),
        "{page}"
    );
    app.form(&path, &[]).await;
    assert_eq!(state(app, &recovery).await, "STOPPED");
    let gone = carla.run("{ viewer { user { id } } }", Value::Null).await;
    assert_eq!(reason(&gone), "UNAUTHENTICATED/TOKEN_INVALID");
    assert_eq!(
        reason(&app.anonymous().sign_in(CARLA, NEW_PASSWORD).await),
        "UNAUTHENTICATED/CREDENTIALS_INVALID"
    );
    let mails = app.mails().await;
    assert!(
        mails.iter().any(|mail| mail.to == CONTACT
            && mail.text.contains("who reads the mailbox of Carla Client")),
        "{mails:#?}"
    );
}

both!(whoever_was_let_in_is_out_again_within_a_day);

async fn what_was_before_is_put_back(app: &TestApp) {
    let (recovery, _) = let_in(app).await;
    let path = stop(&app.mails().await, CONTACT);
    app.form(&path, &[]).await;
    assert_eq!(state(app, &recovery).await, "STOPPED");
    // She signs in with the password that she had.
    let carla = app.sign_in("carla").await;
    let data = carla
        .data(
            "{ viewer { inHands user { contact contactVerified } } }",
            Value::Null,
        )
        .await;
    assert_eq!(
        data["viewer"],
        json!({ "inHands": false, "user": { "contact": CONTACT, "contactVerified": true } })
    );
    record_verifies(app).await;
}

both!(what_was_before_is_put_back);

fn recovery_id(recovery: &Value) -> RecoveryId {
    match GlobalId::decode(recovery["id"].as_str().unwrap()) {
        Some(GlobalId::Recovery(id)) => id,
        other => panic!("{other:?}"),
    }
}

async fn what_was_before_is_forgotten_once_it_cannot_be_put_back(app: &TestApp) {
    let (recovery, _) = let_in(app).await;
    app.app.clock.advance(TimeDelta::hours(24));
    app.mails().await;
    let kept = entity::recovery::Entity::find_by_id(recovery_id(&recovery))
        .one(app.app.db.read())
        .await
        .unwrap();
    assert_eq!(kept.unwrap().before, None);
    let input = json!({ "recoveryId": recovery["id"] });
    assert_eq!(
        app.sign_in("uma").await.fails("stopRecovery", input).await,
        "FAILED_PRECONDITION/RECOVERY_OVER"
    );
    record_verifies(app).await;
}

both!(what_was_before_is_forgotten_once_it_cannot_be_put_back);

async fn who_is_signed_in_sees_it_on_the_pages_and_stops_it(app: &TestApp) {
    let mut carla = Browser::of(app, "carla").await;
    assert!(!carla.get("/grants").await.1.contains("recovered"));
    let recovery = start(app, PRIVATE).await;
    let (_, page) = carla.get("/grants").await;
    assert!(page.contains("is being recovered by operators"), "{page}");
    let (_, page) = carla.get("/me").await;
    assert!(
        page.contains("Carla Client is being recovered") && page.contains(PRIVATE),
        "{page}"
    );
    // Who may not stop it is shown nothing.
    let mut dana = Browser::of(app, "dana").await;
    assert!(!dana.get("/me").await.1.contains("recovered"));
    let id = recovery["id"].as_str().unwrap();
    assert_eq!(
        dana.post("/me", &[("act", "stop-recovery"), ("recovery", id)])
            .await
            .0,
        StatusCode::FORBIDDEN
    );
    let mut hector = Browser::of(app, "hector").await;
    let (status, page) = hector
        .post("/me", &[("act", "stop-recovery"), ("recovery", id)])
        .await;
    assert!(
        status == StatusCode::OK && page.contains("is stopped"),
        "{page}"
    );
    assert_eq!(state(app, &recovery).await, "STOPPED");
    assert!(!carla.get("/me").await.1.contains("recovered"));
    assert_eq!(
        hector
            .post("/me", &[("act", "stop-recovery"), ("recovery", id)])
            .await
            .0,
        StatusCode::CONFLICT
    );
    assert_eq!(
        hector
            .post("/me", &[("act", "stop-recovery"), ("recovery", "x")])
            .await
            .0,
        StatusCode::NOT_FOUND
    );
}

both!(who_is_signed_in_sees_it_on_the_pages_and_stops_it);

async fn only_who_may_know_of_it_sees_or_stops_it(app: &TestApp) {
    let recovery = start(app, PRIVATE).await;
    let stop = json!({ "recoveryId": recovery["id"] });
    let node = "query($id: ID!) { node(id: $id) { id } }";
    for (name, sees, why) in [
        ("dana", false, "FORBIDDEN/ROLE_REQUIRED"),
        ("ivan", false, "FORBIDDEN/ROLE_REQUIRED"),
        ("fiona", false, "FORBIDDEN/OWN_ONLY"),
        ("petra", false, "NOT_FOUND/NO_SUCH_THING"),
        ("tina", false, "NOT_FOUND/NO_SUCH_THING"),
        ("uma", true, ""),
    ] {
        let actor = app.sign_in(name).await;
        let seen = actor.data(node, json!({ "id": recovery["id"] })).await;
        assert_eq!(seen["node"].is_object(), sees, "{name}");
        assert_eq!(
            reason(
                &actor
                    .mutate("stopRecovery", stop.clone(), "recovery { id }")
                    .await
            ),
            why,
            "{name}"
        );
    }
    // In hands, nobody keeps a client locked out.
    let recovery = start(app, PRIVATE).await;
    app.db_hand("uma", Way::Contact, "fiona").await;
    let stop = json!({ "recoveryId": recovery["id"] });
    assert_eq!(
        app.sign_in("uma").await.fails("stopRecovery", stop).await,
        "FORBIDDEN/IN_HANDS"
    );
    let list = "{ recoveries { nodes { id state } } }";
    let seen = app.sign_in("oscar").await.data(list, Value::Null).await;
    assert_eq!(
        seen["recoveries"]["nodes"][0],
        json!({ "id": recovery["id"], "state": "STARTED" })
    );
    assert_eq!(seen["recoveries"]["nodes"][1]["state"], "STOPPED");
    assert!(app.sign_in("carla").await.data(list, Value::Null).await["recoveries"].is_null());
}

both!(only_who_may_know_of_it_sees_or_stops_it);
