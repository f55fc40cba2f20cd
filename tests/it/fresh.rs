//! What weighs more than a click wants a proof, at most five minutes old, that the user is itself.

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Actor, Browser, NEW_PASSWORD, TestApp, both, record_verifies};

const STALE: &str = "FAILED_PRECONDITION/FRESH_SIGN_IN_REQUIRED";

async fn confirm(actor: &Actor<'_>) {
    let input = json!({ "password": mandate::cli::DEMO_PASSWORD });
    actor
        .done("confirmPassword", input, "operation { kind authority }")
        .await;
}

async fn an_act_sees_what_an_earlier_one_of_its_request_changed(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let contoso = app.account("contoso").await;
    app.app.clock.advance(TimeDelta::minutes(6));
    let query = "mutation($password: String!, $account: ID!) {
        confirmPassword(input: { password: $password }) { replayed }
        updateAccountRules(input: { accountId: $account, ticketRequired: true }) { replayed }
    }";
    let password = mandate::cli::DEMO_PASSWORD;
    let done = carla.data(query, json!({ "password": password, "account": contoso }));
    assert_eq!(done.await["updateAccountRules"]["replayed"], false);
}

both!(an_act_sees_what_an_earlier_one_of_its_request_changed);

async fn a_session_that_somebody_came_by_consents_to_nothing(app: &TestApp) {
    let (carla, petra) = (app.sign_in("carla").await, app.sign_in("petra").await);
    let contoso = app.account("contoso").await;
    let grant = json!({ "grantId": app.grant("northwind", "contoso").await });
    carla
        .done("holdGrant", grant.clone(), "grant { state }")
        .await;
    let (offer, revision) = app.db_offer("northwind").await;
    let accept = json!({ "token": offer.token, "revision": 1, "digest": revision.digest });
    let ursula = app.sign_in("ursula").await;
    let user =
        |role: &str, user: String| json!({ "accountId": contoso, "userId": user, "role": role });
    let global = user("GLOBAL_ADMIN", app.user("ivan").await);
    let access = json!({ "accountId": app.account("northwind").await, "userId": app.user("nora").await, "role": "LIMITED" });
    let weighty = [
        (&carla, "liftGrant", grant.clone()),
        (&ursula, "acceptOffer", accept),
        (
            &carla,
            "updateAccountRules",
            json!({ "accountId": contoso, "ticketRequired": true }),
        ),
        (
            &carla,
            "exportRecord",
            json!({ "accountId": contoso, "format": "CSV" }),
        ),
        (&carla, "assignAdminRole", global),
        (&petra, "assignDelegatedRole", access),
    ];
    app.app.clock.advance(TimeDelta::minutes(5));
    app.app.clock.advance(TimeDelta::seconds(1));
    for (actor, field, input) in &weighty {
        assert_eq!(actor.fails(field, input.clone()).await, STALE, "{field}");
    }
    // What takes authority away never asks for it, nor does what is done all day.
    carla
        .done(
            "assignAdminRole",
            user("REPORTS_READER", app.user("ivan").await),
            "user { id }",
        )
        .await;
    let lower = json!({ "grantId": grant["grantId"], "roleCap": "LIMITED" });
    carla.done("lowerGrant", lower, "grant { state }").await;
    // What one may do is told all the same.
    let told = carla
        .data(
            "{ viewer { organization { allowedOperations } } }",
            Value::Null,
        )
        .await;
    let told = told["viewer"]["organization"]["allowedOperations"].to_string();
    assert!(
        told.contains("LIFT_GRANT") && told.contains("EXPORT_RECORD"),
        "{told}"
    );
    // The password is a proof, a wrong one is none, and it is good for five minutes.
    let wrong = json!({ "password": "not the password at all" });
    assert_eq!(
        carla.fails("confirmPassword", wrong).await,
        "BAD_USER_INPUT/INPUT_INVALID"
    );
    assert_eq!(carla.fails("liftGrant", grant.clone()).await, STALE);
    confirm(&carla).await;
    confirm(&petra).await;
    confirm(&ursula).await;
    app.app.clock.advance(TimeDelta::minutes(4));
    for (actor, field, input) in &weighty {
        actor.done(field, input.clone(), "operation { id }").await;
    }
    // A refreshed session is no proof.
    let session = app
        .anonymous()
        .sign_in("carla@contoso.mandate.example", mandate::cli::DEMO_PASSWORD)
        .await;
    app.app.clock.advance(TimeDelta::minutes(6));
    let refresh = json!({ "refreshToken": session["data"]["signIn"]["refreshToken"] });
    let token = app
        .anonymous()
        .done("refreshSession", refresh, "accessToken")
        .await;
    let later = app.with_token(token["accessToken"].as_str().unwrap());
    let rules = json!({ "accountId": contoso, "ticketRequired": false });
    assert_eq!(
        later.fails("updateAccountRules", rules.clone()).await,
        STALE
    );
    // Choosing a new password proves the old one.
    let own =
        json!({ "currentPassword": mandate::cli::DEMO_PASSWORD, "newPassword": NEW_PASSWORD });
    later.done("changeOwnPassword", own, "user { id }").await;
    later.done("updateAccountRules", rules, "__typename").await;
    record_verifies(app).await;
}

both!(a_session_that_somebody_came_by_consents_to_nothing);

async fn a_page_asks_for_the_password_again(app: &TestApp) {
    let mut carla = Browser::of(app, "carla").await;
    let id = app.grant("northwind", "contoso").await;
    let path = format!("/grants/{id}");
    app.app.clock.advance(TimeDelta::minutes(6));
    carla.post(&path, &[("action", "hold")]).await;
    let (status, page) = carla.post(&path, &[("action", "lift")]).await;
    assert!(
        status == StatusCode::CONFLICT && page.contains("name=\"action\" value=\"lift\""),
        "{page}"
    );
    let (_, page) = carla.get("/grants").await;
    assert!(page.contains("Lift the hold"), "{page}");
    let with = [
        ("action", "lift"),
        ("confirmPassword", mandate::cli::DEMO_PASSWORD),
    ];
    let (_, page) = carla.post(&path, &with).await;
    assert!(page.contains("Your hold is lifted"), "{page}");
}

both!(a_page_asks_for_the_password_again);
