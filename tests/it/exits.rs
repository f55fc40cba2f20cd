//! What of a partner's hands outlives a role, a demotion, a grant or its end.

mod confirmed;
mod recovered;

use chrono::TimeDelta;
use entity::states::Way;
use serde_json::json;

use crate::support::{
    Link, NEW_PASSWORD, TestApp, both, give_role, on, record_verifies, take_role, with,
};

const CARLA: &str = "carla@contoso.mandate.example";

async fn a_role_that_a_delegate_took_and_gave_again_is_owed_still(app: &TestApp) {
    let (carla, fiona) = (app.sign_in("carla").await, app.sign_in("fiona").await);
    for name in ["uma", "hector"] {
        let role = if name == "uma" {
            "USER_ADMIN"
        } else {
            "HELPDESK_ADMIN"
        };
        take_role(app, &fiona, name, role).await;
    }
    give_role(app, &fiona, "uma", "USER_ADMIN").await;
    // Hector is dismissed meanwhile: he is owed nothing.
    carla
        .done("blockSignIn", on(app, "hector").await, "user { id }")
        .await;
    let grant = json!({ "grantId": app.grant("northwind", "contoso").await });
    carla
        .done("endGrant", grant.clone(), "grant { state }")
        .await;
    let back = carla
        .done(
            "giveBackRoles",
            grant,
            "operation { changes { name value } }",
        )
        .await;
    let given = back["operation"]["changes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|change| change["name"] == "roles_given_back")
        .unwrap();
    assert!(
        given["value"].as_str().unwrap().ends_with(":USER_ADMIN")
            && !given["value"].as_str().unwrap().contains(','),
        "{given}"
    );
}

both!(a_role_that_a_delegate_took_and_gave_again_is_owed_still);

async fn who_is_limited_now_lends_no_more(app: &TestApp) {
    let (petra, fiona) = (app.sign_in("petra").await, app.sign_in("fiona").await);
    give_role(app, &fiona, "ivan", "USER_ADMIN").await;
    app.db_hand("uma", Way::Secret, "fiona").await;
    let demoted = json!({ "accountId": app.account("northwind").await, "userId": app.user("fiona").await, "role": "LIMITED" });
    petra
        .done("assignDelegatedRole", demoted, "user { id }")
        .await;
    let add = json!({ "accountId": app.account("contoso").await, "displayName": "N", "signInName": "n", "contact": "n@example.org" });
    assert_eq!(
        app.sign_in("uma").await.fails("addUser", add.clone()).await,
        "FORBIDDEN/IN_HANDS"
    );
    assert_eq!(
        app.sign_in("ivan").await.fails("addUser", add).await,
        "FORBIDDEN/ROLE_GIVEN_BY_DELEGATE"
    );
}

both!(who_is_limited_now_lends_no_more);

async fn an_acceptance_after_the_grace_time_tells_what_ended_before_it(app: &TestApp) {
    let (carla, fiona, contoso) = (
        app.sign_in("carla").await,
        app.sign_in("fiona").await,
        app.account("contoso").await,
    );
    carla
        .done(
            "updateAccountRules",
            json!({ "accountId": contoso, "passwordDeliveries": ["LINK", "SHOW_ONCE"] }),
            "__typename",
        )
        .await;
    fiona
        .done(
            "resetPassword",
            with(on(app, "ivan").await, "delivery", "SHOW_ONCE"),
            "user { id }",
        )
        .await;
    let shorten = json!({ "grantId": app.grant("northwind", "contoso").await, "expiresAt": app.app.now() + TimeDelta::hours(1) });
    carla.done("shortenGrant", shorten, "grant { state }").await;
    app.mails().await;
    // Nobody has closed it yet.
    app.app.clock.advance(TimeDelta::days(40));
    let (offer, revision) = app.db_offer("northwind").await;
    let accept = json!({ "token": offer.token, "revision": 1, "digest": revision.digest });
    let carla = app.sign_in("carla").await;
    let made = carla
        .done(
            "acceptOffer",
            accept,
            "operation { changes { name value } }",
        )
        .await;
    let changes = made["operation"]["changes"].as_array().unwrap();
    let change = |name: &str| {
        changes
            .iter()
            .find(|change| change["name"] == name)
            .map(|change| change["value"].as_str().unwrap().to_owned())
    };
    let ivan = app.user("ivan").await;
    assert_eq!(
        (change("passwords_ended"), change("links_sent")),
        (Some(ivan.clone()), Some(ivan))
    );
    Link::Reset
        .redeem_mailed(app, "ivan.contoso@example.org")
        .await;
    app.sign_in_as("ivan@contoso.mandate.example", NEW_PASSWORD)
        .await;
    record_verifies(app).await;
}

both!(an_acceptance_after_the_grace_time_tells_what_ended_before_it);

async fn a_link_that_the_partners_end_sends_lets_nobody_consent_at_once(app: &TestApp) {
    // As after an upgrade: who consents, and whose password a delegate may know.
    app.db_hand("carla", Way::Secret, "fiona").await;
    app.mails().await;
    let grant = json!({ "grantId": app.grant("northwind", "contoso").await });
    let petra = app.sign_in("petra").await;
    // Whose sign-in ends is the client's choice.
    let mut chosen = grant.clone();
    chosen["endSignInsOf"] = json!([app.user("greta").await]);
    assert_eq!(petra.fails("endGrant", chosen).await, "FORBIDDEN/OWN_ONLY");
    petra.done("endGrant", grant, "grant { state }").await;
    // Her password stands, and reaches only herself, until she chooses another.
    let carla = app.sign_in("carla").await;
    let rules = json!({ "accountId": app.account("contoso").await, "ticketRequired": true });
    assert_eq!(
        carla.fails("updateAccountRules", rules.clone()).await,
        "FORBIDDEN/IN_HANDS"
    );
    Link::Reset
        .redeem_mailed(app, "carla.contoso@example.org")
        .await;
    let carla = app.sign_in_as(CARLA, NEW_PASSWORD).await;
    assert_eq!(
        carla.fails("updateAccountRules", rules.clone()).await,
        "FORBIDDEN/RECENTLY_RECOVERED"
    );
    app.app.clock.advance(TimeDelta::hours(25));
    app.sign_in_as(CARLA, NEW_PASSWORD)
        .await
        .done("updateAccountRules", rules, "__typename")
        .await;
}

both!(a_link_that_the_partners_end_sends_lets_nobody_consent_at_once);
