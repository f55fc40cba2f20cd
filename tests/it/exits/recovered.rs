//! Who recovered by a link that a delegate had sent does not see to it, for a day, that nobody can stop it.

use chrono::TimeDelta;
use entity::states::Way;
use serde_json::{Value, json};

use super::CARLA;
use crate::support::{
    Actor, Link, NEW_PASSWORD, TestApp, both, give_role, grant, on, reason, with,
};

const NEWER: &str = "eleven loud herons drop teacups";
const UMA: &str = "uma@contoso.mandate.example";
/// Uma's contact in the demo world.
const CONTACT: &str = "uma.contoso@example.org";

/// Carla makes Uma a global admin, who chooses a new password by a link that Fiona had sent.
async fn recovered(app: &TestApp) -> Actor<'_> {
    let (carla, fiona, contoso) = (
        app.sign_in("carla").await,
        app.sign_in("fiona").await,
        app.account("contoso").await,
    );
    let rules = json!({ "accountId": contoso, "passwordDeliveries": ["LINK", "SHOW_ONCE"] });
    carla.done("updateAccountRules", rules, "__typename").await;
    give_role(app, &carla, "uma", "GLOBAL_ADMIN").await;
    app.mails().await;
    fiona
        .done("resetPassword", on(app, "uma").await, "user { id }")
        .await;
    Link::Reset.redeem_mailed(app, CONTACT).await;
    app.sign_in_as(UMA, NEW_PASSWORD).await
}

async fn the_other_admins_are_told_how_to_stop_it(app: &TestApp) {
    recovered(app).await;
    let mails = app.mails().await;
    let told = mails
        .iter()
        .find(|mail| {
            mail.to == "carla.contoso@example.org" && mail.subject.contains("chose a new password")
        })
        .unwrap();
    assert!(
        told.text.contains("stop it now") && told.text.contains("24 hours"),
        "{}",
        told.text
    );
}

both!(the_other_admins_are_told_how_to_stop_it);

async fn who_recovered_keeps_nobody_out_and_gives_nobody_a_role(app: &TestApp) {
    let (uma, contoso) = (recovered(app).await, app.account("contoso").await);
    app.db_hand("ivan", Way::Contact, "fiona").await;
    for (field, input) in [
        (
            "assignAdminRole",
            with(on(app, "hector").await, "role", "GLOBAL_ADMIN"),
        ),
        (
            "removeAdminRole",
            with(on(app, "carla").await, "role", "GLOBAL_ADMIN"),
        ),
        (
            "resetPassword",
            with(on(app, "carla").await, "delivery", "SHOW_ONCE"),
        ),
        ("resetPassword", on(app, "carla").await),
        (
            "resetPassword",
            with(on(app, "paul").await, "delivery", "SHOW_ONCE"),
        ),
        (
            "changeContact",
            with(on(app, "carla").await, "contact", "mine@example.org"),
        ),
        (
            "changeContact",
            with(on(app, "ivan").await, "contact", "ivan.contoso@example.org"),
        ),
        ("blockSignIn", on(app, "carla").await),
        ("deleteUser", on(app, "carla").await),
        (
            "updateAccountRules",
            json!({ "accountId": contoso, "signInsDelegable": true }),
        ),
    ] {
        assert_eq!(
            uma.fails(field, input).await,
            "FORBIDDEN/RECENTLY_RECOVERED",
            "{field}"
        );
    }
    let add = json!({ "accountId": contoso, "displayName": "Nina", "signInName": "nina", "contact": "nina@example.org" });
    assert_eq!(
        uma.fails("addUser", add).await,
        "FORBIDDEN/RECENTLY_RECOVERED"
    );
}

both!(who_recovered_keeps_nobody_out_and_gives_nobody_a_role);

async fn who_recovered_holds_a_grant_and_does_not_lift_it(app: &TestApp) {
    let uma = recovered(app).await;
    // Holding and ending never wait; but no sign-in ends with a grant.
    app.db_hand("ivan", Way::Contact, "fiona").await;
    let end = with(
        grant(app).await,
        "endSignInsOf",
        json!([app.user("ivan").await]),
    );
    assert_eq!(
        uma.fails("endGrant", end).await,
        "FORBIDDEN/RECENTLY_RECOVERED"
    );
    uma.done("holdGrant", grant(app).await, "grant { state }")
        .await;
    assert_eq!(
        uma.fails("liftGrant", grant(app).await).await,
        "FORBIDDEN/RECENTLY_RECOVERED"
    );
}

both!(who_recovered_holds_a_grant_and_does_not_lift_it);

async fn another_admin_stops_it_by_a_link_of_its_own(app: &TestApp) {
    let uma = recovered(app).await;
    let carla = app.sign_in("carla").await;
    carla
        .done("resetPassword", on(app, "uma").await, "user { id }")
        .await;
    let gone = uma.run("{ viewer { user { id } } }", Value::Null).await;
    assert_eq!(reason(&gone), "UNAUTHENTICATED/TOKEN_INVALID");
    let secret = Link::Reset.mailed(app, CONTACT).await;
    assert_eq!(Link::Reset.redeem_by(app, &secret, NEWER).await, "");
    let uma = app.sign_in_as(UMA, NEWER).await;
    give_role(app, &uma, "hector", "GLOBAL_ADMIN").await;
}

both!(another_admin_stops_it_by_a_link_of_its_own);

async fn what_nobody_stops_is_over_after_a_day(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    fiona
        .done("resetPassword", on(app, "carla").await, "user { id }")
        .await;
    Link::Reset
        .redeem_mailed(app, "carla.contoso@example.org")
        .await;
    app.app.clock.advance(TimeDelta::hours(25));
    let rules = json!({ "accountId": app.account("contoso").await, "ticketRequired": true });
    app.sign_in_as(CARLA, NEW_PASSWORD)
        .await
        .done("updateAccountRules", rules, "__typename")
        .await;
}

both!(what_nobody_stops_is_over_after_a_day);
