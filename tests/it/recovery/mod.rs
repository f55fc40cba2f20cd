//! Recovery of a global admin in whose organization no other can help: two operators, a waiting time, a notice to
//! everyone concerned at each step, and each of them can stop it.

mod attacked;

use axum::http::StatusCode;
use chrono::TimeDelta;
use entity::{
    ids::RecoveryId,
    states::{AdminRole, Way},
};
use mandate::domain::values::id::GlobalId;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::{Browser, Mail, NEW_PASSWORD, TestApp, both, reason, record_verifies};

const CARLA: &str = "carla@contoso.mandate.example";
/// Carla's contact in the demo world.
const CONTACT: &str = "carla.contoso@example.org";
const PRIVATE: &str = "carla@mail.example";

async fn started(app: &TestApp, contact: &str) -> Value {
    let input = json!({ "organizationId": app.account("contoso").await, "signInName": CARLA, "contact": contact, "note": "By phone, with the number of the contract." });
    let olivia = app.sign_in("olivia").await;
    let selection = "recovery { id state contact signInName dueAt startedBy approvedBy }";
    olivia.mutate("startRecovery", input, selection).await
}

async fn start(app: &TestApp, contact: &str) -> Value {
    let answer = started(app, contact).await;
    let recovery = answer["data"]["startRecovery"]["recovery"].clone();
    assert!(recovery["id"].is_string(), "{answer}");
    recovery
}

async fn approve(app: &TestApp, recovery: &Value) -> Value {
    let input = json!({ "recoveryId": recovery["id"], "contact": recovery["contact"] });
    let oscar = app.sign_in("oscar").await;
    let selection = "recovery { id state contact dueAt approvedBy }";
    let done = oscar.done("approveRecovery", input, selection).await;
    done["recovery"].clone()
}

async fn state(app: &TestApp, recovery: &Value) -> String {
    let query = "query($id: ID!) { node(id: $id) { ... on Recovery { state } } }";
    let variables = json!({ "id": recovery["id"] });
    let data = app.sign_in("olivia").await.data(query, variables).await;
    data["node"]["state"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

fn days(app: &TestApp, days: i64) {
    app.app.clock.advance(TimeDelta::days(days));
}

/// The secret of the link of a recovery, among these mails.
fn link(mails: &[Mail], to: &str) -> String {
    let mut mails = mails.iter().filter(|mail| mail.to == to);
    let mail = mails.find(|mail| mail.text.contains("/recover/") && !mail.text.contains("/stop/"));
    mail.unwrap_or_else(|| panic!("no link to {to}")).secret()
}

/// The path that stops a recovery, among these mails.
fn stop(mails: &[Mail], to: &str) -> String {
    let mut mails = mails.iter().filter(|mail| mail.to == to);
    let mail = mails.find(|mail| mail.text.contains("/recover/stop/"));
    let text = &mail.unwrap_or_else(|| panic!("{to} cannot stop it")).text;
    let at = text.find("/recover/stop/").unwrap();
    text[at..].split_whitespace().next().unwrap().to_owned()
}

fn told(mails: &[Mail]) -> Vec<&str> {
    let notices = mails
        .iter()
        .filter(|mail| mail.text.contains("Who it concerns:"));
    let mut told: Vec<&str> = notices.map(|mail| mail.to.as_str()).collect();
    told.sort();
    told
}

async fn redeem(app: &TestApp, secret: &str) -> String {
    let input = json!({ "secret": secret, "newPassword": NEW_PASSWORD });
    let anonymous = app.anonymous();
    reason(
        &anonymous
            .mutate("redeemRecovery", input, "operationId")
            .await,
    )
}

fn recovery_id(recovery: &Value) -> RecoveryId {
    match GlobalId::decode(recovery["id"].as_str().unwrap()) {
        Some(GlobalId::Recovery(id)) => id,
        other => panic!("{other:?}"),
    }
}

/// Whose contacts are told in Contoso: of everyone who may touch a sign-in.
const ADMINS: [&str; 4] = [
    CONTACT,
    "hector.contoso@example.org",
    "paul.contoso@example.org",
    "uma.contoso@example.org",
];

async fn a_sole_global_admin_who_lost_mailbox_and_password_is_let_in_again(app: &TestApp) {
    app.db_forget_password("carla").await;
    app.mails().await;
    let recovery = start(app, PRIVATE).await;
    assert_eq!(
        recovery,
        json!({ "id": recovery["id"], "state": "STARTED", "contact": PRIVATE, "signInName": CARLA, "dueAt": null, "startedBy": "Olivia Operator", "approvedBy": null })
    );
    let mails = app.mails().await;
    assert_eq!(
        told(&mails),
        [
            CONTACT,
            PRIVATE,
            ADMINS[1],
            "olivia.platform@example.org",
            ADMINS[2],
            ADMINS[3]
        ]
    );
    assert!(
        mails
            .iter()
            .all(|mail| mail.text.contains(PRIVATE) && mail.text.contains("Olivia Operator")),
        "{mails:#?}"
    );
    let approved = approve(app, &recovery).await;
    assert_eq!(
        (approved["state"].as_str(), approved["approvedBy"].as_str()),
        (Some("WAITING"), Some("Oscar Operator"))
    );
    assert_eq!(told(&app.mails().await).len(), 7);
    // Not an hour before the seven days are over.
    app.app.clock.advance(TimeDelta::hours(7 * 24 - 1));
    assert!(told(&app.mails().await).is_empty());
    app.app.clock.advance(TimeDelta::hours(1));
    let mails = app.mails().await;
    assert_eq!(told(&mails).len(), 7);
    let secret = link(&mails, PRIVATE);
    assert_eq!(
        mails
            .iter()
            .filter(|mail| mail.text.contains(&secret))
            .count(),
        1
    );
    assert_eq!(redeem(app, &secret).await, "");
    assert_eq!(redeem(app, &secret).await, "UNAUTHENTICATED/LINK_INVALID");
    assert_eq!(told(&app.mails().await).len(), 7);
    assert_eq!(state(app, &recovery).await, "REDEEMED");
    // For a day, whoever it is consents to nothing; it stops what there is to be stopped.
    let carla = app.sign_in_as(CARLA, NEW_PASSWORD).await;
    let grant = json!({ "grantId": app.grant("northwind", "contoso").await });
    carla
        .done("holdGrant", grant.clone(), "grant { state }")
        .await;
    assert_eq!(
        carla.fails("liftGrant", grant.clone()).await,
        "FORBIDDEN/RECENTLY_RECOVERED"
    );
    // Nor does it keep anyone out who could stop it.
    for name in ["uma", "dana", "ivan"] {
        let reset =
            json!({ "accountId": app.account("contoso").await, "userId": app.user(name).await });
        assert_eq!(
            carla.fails("resetPassword", reset).await,
            "FORBIDDEN/RECENTLY_RECOVERED",
            "{name}"
        );
    }
    let kinds = carla
        .data(
            "{ viewer { organization { allowedOperations } } }",
            Value::Null,
        )
        .await;
    let kinds = kinds["viewer"]["organization"]["allowedOperations"].clone();
    assert!(
        kinds.as_array().unwrap().contains(&json!("END_GRANT"))
            && !kinds.to_string().contains("RESET_PASSWORD"),
        "{kinds}"
    );
    app.app.clock.advance(TimeDelta::hours(25));
    let carla = app.sign_in_as(CARLA, NEW_PASSWORD).await;
    carla.done("liftGrant", grant, "grant { state }").await;
    let data = carla
        .data(
            "{ viewer { user { contact contactVerified } } }",
            Value::Null,
        )
        .await;
    assert_eq!(
        data["viewer"]["user"],
        json!({ "contact": PRIVATE, "contactVerified": true })
    );
    record_verifies(app).await;
}

both!(a_sole_global_admin_who_lost_mailbox_and_password_is_let_in_again);

async fn whoever_is_told_can_stop_it_at_each_step(app: &TestApp) {
    app.mails().await;
    // By the link in a notice, without a sign-in; opening it changes nothing.
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
    // By an admin who is signed in, while it waits.
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
    // After the link was sent.
    let recovery = start(app, PRIVATE).await;
    approve(app, &recovery).await;
    days(app, 7);
    let mails = app.mails().await;
    let secret = link(&mails, PRIVATE);
    let input = json!({ "token": stop(&mails, CONTACT).rsplit('/').next() });
    app.anonymous()
        .done("stopRecoveryByLink", input, "operationId")
        .await;
    assert_eq!(redeem(app, &secret).await, "UNAUTHENTICATED/LINK_INVALID");
    app.sign_in("carla").await;
    // And within a day after it was redeemed: whoever it was is out again.
    let recovery = start(app, PRIVATE).await;
    approve(app, &recovery).await;
    days(app, 7);
    let secret = link(&app.mails().await, PRIVATE);
    assert_eq!(redeem(app, &secret).await, "");
    let carla = app.sign_in_as(CARLA, NEW_PASSWORD).await;
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
    // Everything is as it was before: she signs in with the password that she had, and her contact is proven.
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
    // What was before is forgotten once it cannot be put back.
    let again = start(app, "carla@another.example").await;
    approve(app, &again).await;
    days(app, 7);
    let secret = link(&app.mails().await, "carla@another.example");
    let input = json!({ "secret": secret, "newPassword": "eleven loud herons drop teacups" });
    app.anonymous()
        .done("redeemRecovery", input, "operationId")
        .await;
    // Later than a day it stands.
    app.app.clock.advance(TimeDelta::hours(24));
    app.mails().await;
    let kept = entity::recovery::Entity::find_by_id(recovery_id(&again))
        .one(app.app.db.read())
        .await
        .unwrap();
    assert_eq!(kept.unwrap().before, None);
    let input = json!({ "recoveryId": again["id"] });
    assert_eq!(
        app.sign_in("uma").await.fails("stopRecovery", input).await,
        "FAILED_PRECONDITION/RECOVERY_OVER"
    );
    record_verifies(app).await;
}

both!(whoever_is_told_can_stop_it_at_each_step);

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
        dana.post("/me", &[("recovery", id)]).await.0,
        StatusCode::FORBIDDEN
    );
    let mut hector = Browser::of(app, "hector").await;
    let (status, page) = hector.post("/me", &[("recovery", id)]).await;
    assert!(
        status == StatusCode::OK && page.contains("is stopped"),
        "{page}"
    );
    assert_eq!(state(app, &recovery).await, "STOPPED");
    assert!(!carla.get("/me").await.1.contains("recovered"));
    assert_eq!(
        hector.post("/me", &[("recovery", id)]).await.0,
        StatusCode::CONFLICT
    );
    assert_eq!(
        hector.post("/me", &[("recovery", "x")]).await.0,
        StatusCode::NOT_FOUND
    );
}

both!(who_is_signed_in_sees_it_on_the_pages_and_stops_it);

async fn it_takes_two_operators_and_a_second_look(app: &TestApp) {
    let recovery = start(app, PRIVATE).await;
    let olivia = app.sign_in("olivia").await;
    let oscar = app.sign_in("oscar").await;
    let input = json!({ "recoveryId": recovery["id"], "contact": PRIVATE });
    assert_eq!(
        olivia.fails("approveRecovery", input.clone()).await,
        "FAILED_PRECONDITION/SAME_OPERATOR"
    );
    let other = json!({ "recoveryId": recovery["id"], "contact": "carla@mail.exampel" });
    assert_eq!(
        oscar.fails("approveRecovery", other).await,
        "BAD_USER_INPUT/INPUT_INVALID"
    );
    for nobody in ["carla", "petra", "fiona", "ursula"] {
        let why = app
            .sign_in(nobody)
            .await
            .fails("approveRecovery", input.clone())
            .await;
        assert_eq!(why, "FORBIDDEN/ROLE_REQUIRED", "{nobody}");
    }
    // What nobody approves lapses.
    days(app, 7);
    let oscar = app.sign_in("oscar").await;
    assert_eq!(
        oscar.fails("approveRecovery", input).await,
        "FAILED_PRECONDITION/RECOVERY_OVER"
    );
    assert_eq!(state(app, &recovery).await, "LAPSED");
    // The link lapses too.
    let recovery = start(app, PRIVATE).await;
    approve(app, &recovery).await;
    days(app, 7);
    let secret = link(&app.mails().await, PRIVATE);
    days(app, 7);
    assert_eq!(redeem(app, &secret).await, "UNAUTHENTICATED/LINK_INVALID");
    assert_eq!(
        app.get(&format!("/recover/{secret}")).await.0,
        StatusCode::UNAUTHORIZED
    );
}

both!(it_takes_two_operators_and_a_second_look);

async fn an_account_whose_admins_can_help_each_other_needs_none(app: &TestApp) {
    let ivan = json!({ "accountId": app.account("contoso").await, "userId": app.user("ivan").await, "role": AdminRole::GlobalAdmin.as_str() });
    app.sign_in("carla")
        .await
        .done("assignAdminRole", ivan, "user { id }")
        .await;
    let recovery = start(app, PRIVATE).await;
    approve(app, &recovery).await;
    // Ivan comes back meanwhile.
    days(app, 3);
    app.sign_in("ivan").await;
    days(app, 4);
    app.mails().await;
    assert_eq!(state(app, &recovery).await, "NOT_NEEDED");
    assert_eq!(
        reason(&started(app, PRIVATE).await),
        "FAILED_PRECONDITION/ADMIN_CAN_HELP"
    );
}

both!(an_account_whose_admins_can_help_each_other_needs_none);

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
