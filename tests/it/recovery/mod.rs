//! Recovery of a global admin in whose organization no other can help: two operators, a waiting time, a notice to
//! everyone concerned at each step, and each of them can stop it.

mod attacked;
mod stopped;

use axum::http::StatusCode;
use chrono::TimeDelta;
use entity::states::AdminRole;
use serde_json::{Value, json};

use crate::support::{
    Actor, Link, Mail, NEW_PASSWORD, TestApp, both, grant, reason, record_verifies,
};

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

/// Whose contacts are told in Contoso: of everyone who may touch a sign-in.
const ADMINS: [&str; 4] = [
    CONTACT,
    "hector.contoso@example.org",
    "paul.contoso@example.org",
    "uma.contoso@example.org",
];

/// A recovery of Carla's that went its way, and Carla, who is let in by it.
async fn let_in(app: &TestApp) -> (Value, Actor<'_>) {
    let recovery = start(app, PRIVATE).await;
    approve(app, &recovery).await;
    days(app, 7);
    Link::Recover.redeem_mailed(app, PRIVATE).await;
    (recovery, app.sign_in_as(CARLA, NEW_PASSWORD).await)
}

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
    let secret = Link::Recover.among(&mails, PRIVATE);
    assert_eq!(
        mails
            .iter()
            .filter(|mail| mail.text.contains(&secret))
            .count(),
        1
    );
    assert_eq!(Link::Recover.redeem(app, &secret).await, "");
    assert_eq!(
        Link::Recover.redeem(app, &secret).await,
        "UNAUTHENTICATED/LINK_INVALID"
    );
    assert_eq!(told(&app.mails().await).len(), 7);
    assert_eq!(state(app, &recovery).await, "REDEEMED");
    let carla = app.sign_in_as(CARLA, NEW_PASSWORD).await;
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

async fn who_was_let_in_gives_nothing_away_and_keeps_nobody_out_for_a_day(app: &TestApp) {
    let (_, carla) = let_in(app).await;
    carla
        .done("holdGrant", grant(app).await, "grant { state }")
        .await;
    assert_eq!(
        carla.fails("liftGrant", grant(app).await).await,
        "FORBIDDEN/RECENTLY_RECOVERED"
    );
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
    carla
        .done("liftGrant", grant(app).await, "grant { state }")
        .await;
    record_verifies(app).await;
}

both!(who_was_let_in_gives_nothing_away_and_keeps_nobody_out_for_a_day);

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
    let secret = Link::Recover.mailed(app, PRIVATE).await;
    days(app, 7);
    assert_eq!(
        Link::Recover.redeem(app, &secret).await,
        "UNAUTHENTICATED/LINK_INVALID"
    );
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
