//! What a partner had made ready has no power while its grant is not active, and none for good once it ended.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Actor, Link, NEW_PASSWORD, TestApp, both, grant, on, reason};

const NINA: &str = "nina@contoso.mandate.example";

/// Fiona adds a user; the secret of its enrolment link, and its id.
async fn added(app: &TestApp, fiona: &Actor<'_>) -> (String, Value) {
    app.mails().await;
    let input = json!({ "accountId": app.account("contoso").await, "displayName": "Nina", "signInName": "nina", "contact": "nina@example.org" });
    let user = fiona.done("addUser", input, "user { id }").await["user"]["id"].clone();
    (Link::Enrol.mailed(app, "nina@example.org").await, user)
}

/// Allows shown passwords, and has Fiona read one of Ivan's.
async fn shown(app: &TestApp, carla: &Actor<'_>, fiona: &Actor<'_>) -> String {
    let rules = json!({ "accountId": app.account("contoso").await, "passwordDeliveries": ["LINK", "SHOW_ONCE"] });
    carla.done("updateAccountRules", rules, "__typename").await;
    let mut input = on(app, "ivan").await;
    input["delivery"] = json!("SHOW_ONCE");
    let shown = fiona
        .done("resetPassword", input, "temporaryPassword")
        .await;
    shown["temporaryPassword"].as_str().unwrap().to_owned()
}

async fn links_to_a_contact_that_a_delegate_set_open_while_the_grant_is_active(app: &TestApp) {
    let (carla, fiona) = (app.sign_in("carla").await, app.sign_in("fiona").await);
    let (secret, nina) = added(app, &fiona).await;
    carla
        .done("holdGrant", grant(app).await, "grant { state }")
        .await;
    assert_eq!(
        Link::Enrol.redeem(app, &secret).await,
        "UNAUTHENTICATED/LINK_INVALID"
    );
    carla
        .done("liftGrant", grant(app).await, "grant { state }")
        .await;
    carla
        .done("endGrant", grant(app).await, "grant { state }")
        .await;
    assert_eq!(
        Link::Enrol.redeem(app, &secret).await,
        "UNAUTHENTICATED/LINK_INVALID"
    );
    // Nor does the client's own reset go there.
    let user = json!({ "accountId": app.account("contoso").await, "userId": nina });
    assert_eq!(
        carla.fails("resetPassword", user.clone()).await,
        "FAILED_PRECONDITION/CONTACT_ASLEEP"
    );
    let mut contact = user;
    contact["contact"] = json!("nina.contoso@example.org");
    carla.done("changeContact", contact, "user { id }").await;
    Link::Enrol
        .redeem_mailed(app, "nina.contoso@example.org")
        .await;
    app.sign_in_as(NINA, NEW_PASSWORD).await;
}

both!(links_to_a_contact_that_a_delegate_set_open_while_the_grant_is_active);

async fn a_hold_that_is_lifted_gives_links_back(app: &TestApp) {
    let (petra, fiona) = (app.sign_in("petra").await, app.sign_in("fiona").await);
    let (secret, _) = added(app, &fiona).await;
    petra
        .done("holdGrant", grant(app).await, "grant { state }")
        .await;
    assert_eq!(
        Link::Enrol.redeem(app, &secret).await,
        "UNAUTHENTICATED/LINK_INVALID"
    );
    petra
        .done("liftGrant", grant(app).await, "grant { state }")
        .await;
    assert_eq!(Link::Enrol.redeem(app, &secret).await, "");
}

both!(a_hold_that_is_lifted_gives_links_back);

async fn who_enrolled_keeps_its_sign_in(app: &TestApp) {
    let (carla, fiona) = (app.sign_in("carla").await, app.sign_in("fiona").await);
    let (secret, _) = added(app, &fiona).await;
    assert_eq!(Link::Enrol.redeem(app, &secret).await, "");
    let before = app.sign_in_as(NINA, NEW_PASSWORD).await;
    carla
        .done("endGrant", grant(app).await, "grant { state }")
        .await;
    before
        .data("{ viewer { user { displayName } } }", Value::Null)
        .await;
    app.sign_in_as(NINA, NEW_PASSWORD).await;
}

both!(who_enrolled_keeps_its_sign_in);

async fn a_shown_password_opens_nothing_without_an_active_grant(app: &TestApp) {
    let (carla, fiona) = (app.sign_in("carla").await, app.sign_in("fiona").await);
    let temporary = shown(app, &carla, &fiona).await;
    const IVAN: &str = "ivan@contoso.mandate.example";
    let begun = app.sign_in_as(IVAN, &temporary).await;
    let refresh =
        app.anonymous().sign_in(IVAN, &temporary).await["data"]["signIn"]["refreshToken"].clone();
    for (hold, lift) in [("holdGrant", Some("liftGrant")), ("endGrant", None)] {
        carla.done(hold, grant(app).await, "grant { state }").await;
        let answer = app.anonymous().sign_in(IVAN, &temporary).await;
        assert_eq!(
            reason(&answer),
            "UNAUTHENTICATED/CREDENTIALS_INVALID",
            "{hold}"
        );
        let choose = json!({ "currentPassword": temporary, "newPassword": NEW_PASSWORD });
        let answer = begun
            .mutate("changeOwnPassword", choose, "operation { id }")
            .await;
        assert_eq!(reason(&answer), "UNAUTHENTICATED/TOKEN_INVALID", "{hold}");
        if let Some(lift) = lift {
            carla.done(lift, grant(app).await, "grant { state }").await;
            begun
                .data("{ viewer { user { displayName } } }", Value::Null)
                .await;
        }
    }
    let answer = app
        .anonymous()
        .mutate(
            "refreshSession",
            json!({ "refreshToken": refresh }),
            "expiresIn",
        )
        .await;
    assert_eq!(reason(&answer), "UNAUTHENTICATED/SESSION_INVALID");
}

both!(a_shown_password_opens_nothing_without_an_active_grant);

async fn a_cap_that_was_lowered_revives_no_role(app: &TestApp) {
    let (carla, fiona) = (app.sign_in("carla").await, app.sign_in("fiona").await);
    let mut role = on(app, "ivan").await;
    role["role"] = json!("USER_ADMIN");
    fiona.done("assignAdminRole", role, "user { id }").await;
    let mut lower = grant(app).await;
    lower["roleCap"] = json!("LIMITED");
    carla.done("lowerGrant", lower, "grant { roleCap }").await;
    let (offer, revision) = app.db_offer("northwind").await;
    let raise =
        json!({ "token": offer.token, "revision": 1, "digest": revision.digest, "amend": true });
    let raised = carla.done("acceptOffer", raise, "grant { roleCap }").await;
    assert_eq!(raised["grant"]["roleCap"], "FULL");
    let ivan = app.sign_in("ivan").await;
    let add = json!({ "accountId": app.account("contoso").await, "displayName": "N", "signInName": "n", "contact": "n@example.org" });
    assert_eq!(ivan.fails("addUser", add).await, "FORBIDDEN/ROLE_REQUIRED");
}

both!(a_cap_that_was_lowered_revives_no_role);

async fn the_clean_up_leaves_who_asks_its_password(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    app.mails().await;
    fiona
        .done("resetPassword", on(app, "carla").await, "user { id }")
        .await;
    Link::Reset
        .redeem_mailed(app, "carla.contoso@example.org")
        .await;
    let carla = app
        .sign_in_as("carla@contoso.mandate.example", NEW_PASSWORD)
        .await;
    carla
        .done("endGrant", grant(app).await, "grant { state }")
        .await;
    assert_eq!(
        carla.fails("cleanUpGrant", grant(app).await).await,
        "FORBIDDEN/RECENTLY_RECOVERED"
    );
    app.app.clock.advance(TimeDelta::hours(25));
    let carla = app
        .sign_in_as("carla@contoso.mandate.example", NEW_PASSWORD)
        .await;
    carla
        .done("cleanUpGrant", grant(app).await, "grant { state }")
        .await;
    app.sign_in_as("carla@contoso.mandate.example", NEW_PASSWORD)
        .await;
}

both!(the_clean_up_leaves_who_asks_its_password);

async fn an_enrolment_that_reaches_nobody_says_so(app: &TestApp) {
    let olivia = app.sign_in("olivia").await;
    app.db_forget_password("carla").await;
    let input = json!({ "organizationId": app.account("contoso").await });
    assert_eq!(
        olivia.fails("resendEnrolment", input).await,
        "FAILED_PRECONDITION/NOBODY_TO_ENROL"
    );
}

both!(an_enrolment_that_reaches_nobody_says_so);
