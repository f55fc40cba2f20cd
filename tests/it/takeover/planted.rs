//! An admin whom a delegate made: what delegates may not do, they may not do through the roles that they give either.

use serde_json::{Value, json};

use crate::support::{Actor, Link, NEW_PASSWORD, TestApp, both, grant, on, record_verifies, with};

const NEWER: &str = "eleven loud herons drop teacups";
const WILLA: &str = "willa@contoso.mandate.example";

/// Fiona (FULL) adds a user to Contoso, makes it a global admin, and reads its mail: its id, and whoever acts as it.
async fn plant(app: &TestApp) -> (Value, Actor<'_>) {
    let fiona = app.sign_in("fiona").await;
    let contoso = app.account("contoso").await;
    let input = json!({ "accountId": contoso, "displayName": "Willa", "signInName": "willa", "contact": "willa@example.org" });
    let user = fiona.done("addUser", input, "user { id }").await["user"]["id"].clone();
    let input = json!({ "accountId": contoso, "userId": user, "role": "GLOBAL_ADMIN" });
    fiona.done("assignAdminRole", input, "user { id }").await;
    Link::Enrol.redeem_mailed(app, "willa@example.org").await;
    (user, app.sign_in_as(WILLA, NEW_PASSWORD).await)
}

async fn a_planted_admin_consents_to_nothing(app: &TestApp) {
    let (planted, willa) = plant(app).await;
    // A new password of its own makes no difference.
    let input = json!({ "currentPassword": NEW_PASSWORD, "newPassword": NEWER });
    willa.done("changeOwnPassword", input, "user { id }").await;
    let contoso = app.account("contoso").await;
    let grant = grant(app).await;
    let (offer, revision) = app.db_offer("northwind").await;
    let accept =
        json!({ "token": offer.token, "revision": 1, "digest": revision.digest, "amend": true });
    for (field, input) in [
        ("liftGrant", grant.clone()),
        ("endGrant", grant),
        ("acceptOffer", accept),
        (
            "registerDevice",
            json!({ "accountId": contoso, "name": "Mine" }),
        ),
        (
            "assignDelegatedRole",
            json!({ "accountId": contoso, "userId": planted, "role": "FULL" }),
        ),
    ] {
        assert_eq!(
            willa.fails(field, input).await,
            "FORBIDDEN/ROLE_GIVEN_BY_DELEGATE",
            "{field}"
        );
    }
}

both!(a_planted_admin_consents_to_nothing);

async fn a_planted_admin_launders_no_role_and_takes_none(app: &TestApp) {
    let (_, willa) = plant(app).await;
    let ivans = with(on(app, "ivan").await, "role", "GLOBAL_ADMIN");
    willa.done("assignAdminRole", ivans, "user { id }").await;
    let ivan = app.sign_in("ivan").await;
    assert_eq!(
        ivan.fails("endGrant", grant(app).await).await,
        "FORBIDDEN/ROLE_GIVEN_BY_DELEGATE"
    );
    let take = with(on(app, "carla").await, "role", "GLOBAL_ADMIN");
    assert_eq!(
        willa.fails("removeAdminRole", take).await,
        "FORBIDDEN/SECRET_GUARDED"
    );
}

both!(a_planted_admin_launders_no_role_and_takes_none);

async fn a_client_makes_a_planted_admin_its_own_by_contact_and_password(app: &TestApp) {
    let (planted, _) = plant(app).await;
    let (carla, contoso) = (app.sign_in("carla").await, app.account("contoso").await);
    // Both out of the delegate's hands, then the role taken and given again.
    let role = json!({ "accountId": contoso, "userId": planted, "role": "GLOBAL_ADMIN" });
    carla
        .done("removeAdminRole", role.clone(), "user { id }")
        .await;
    assert_eq!(
        carla.fails("assignAdminRole", role.clone()).await,
        "FAILED_PRECONDITION/SIGN_IN_BY_DELEGATE"
    );
    let contact = json!({ "accountId": contoso, "userId": planted, "contact": "hers@example.org" });
    carla.done("changeContact", contact, "user { id }").await;
    Link::Contact.redeem_mailed(app, "hers@example.org").await;
    assert_eq!(
        carla.fails("assignAdminRole", role.clone()).await,
        "FAILED_PRECONDITION/SIGN_IN_BY_DELEGATE"
    );
    carla
        .done(
            "resetPassword",
            json!({ "accountId": contoso, "userId": planted }),
            "user { id }",
        )
        .await;
    let secret = Link::Reset.mailed(app, "hers@example.org").await;
    assert_eq!(Link::Reset.redeem_by(app, &secret, NEWER).await, "");
    carla.done("assignAdminRole", role, "user { id }").await;
    let willa = app.sign_in_as(WILLA, NEWER).await;
    willa
        .done("holdGrant", grant(app).await, "grant { state }")
        .await;
    carla
        .done("endGrant", grant(app).await, "grant { state }")
        .await;
}

both!(a_client_makes_a_planted_admin_its_own_by_contact_and_password);

async fn a_planted_admin_sees_no_more_than_a_delegate_does(app: &TestApp) {
    let (_, willa) = plant(app).await;
    let contoso = app.account("contoso").await;
    // Users, but not the record, the devices, the offers.
    let query = "query($id: ID!) { organization(id: $id) { users { nodes { id } } devices { nodes { id } } operations { nodes { actor { name } } } } grants { nodes { id } } offers { nodes { id } } }";
    let seen = &willa.data(query, json!({ "id": contoso })).await;
    let organization = &seen["organization"];
    let count = |field: &str| organization[field]["nodes"].as_array().map_or(0, Vec::len);
    let listed = |field: &str| seen[field]["nodes"].as_array().map_or(0, Vec::len);
    assert!(count("users") > 3);
    assert_eq!(
        (count("devices"), listed("grants"), listed("offers")),
        (0, 0, 0)
    );
    let own = organization["operations"]["nodes"].as_array().unwrap();
    assert!(
        own.iter().all(|entry| entry["actor"]["name"] == "Willa"),
        "{own:?}"
    );
}

both!(a_planted_admin_sees_no_more_than_a_delegate_does);

async fn a_planted_admin_is_asked_what_delegates_are_and_acts_under_the_grant(app: &TestApp) {
    let (_, willa) = plant(app).await;
    let (carla, contoso) = (app.sign_in("carla").await, app.account("contoso").await);
    let rules = json!({ "accountId": contoso, "ticketRequired": true });
    carla.done("updateAccountRules", rules, "__typename").await;
    let block = on(app, "ivan").await;
    assert_eq!(
        willa.fails("blockSignIn", block).await,
        "BAD_USER_INPUT/TICKET_REQUIRED"
    );
    let block = with(on(app, "ivan").await, "ticket", "HD-1");
    willa.done("blockSignIn", block, "user { id }").await;
    let query = "query($id: ID!) { organization(id: $id) { operations(first: 1, filter: { delegated: true }) { nodes { kind authority grantId actor { name } } } } }";
    let entry =
        carla.data(query, json!({ "id": contoso })).await["organization"]["operations"]["nodes"][0]
            .clone();
    let grant = grant(app).await;
    assert_eq!(
        entry,
        json!({ "kind": "BLOCK_SIGN_IN", "authority": "GIVEN", "grantId": grant["grantId"], "actor": { "name": "Willa" } })
    );
}

both!(a_planted_admin_is_asked_what_delegates_are_and_acts_under_the_grant);

async fn device_management_is_as_far_from_a_planted_admin_as_from_who_made_it(app: &TestApp) {
    let (_, willa) = plant(app).await;
    let device = app.service("device-management").await;
    let mut toggle = with(on(app, "hector").await, "serviceId", device.as_str());
    toggle["on"] = json!(false);
    assert_eq!(
        willa.fails("setServiceAccess", toggle).await,
        "DELEGATION_NOT_SUPPORTED/DEVICE_MANAGEMENT"
    );
}

both!(device_management_is_as_far_from_a_planted_admin_as_from_who_made_it);

async fn what_a_planted_admin_is_ends_with_the_grant(app: &TestApp) {
    let (_, willa) = plant(app).await;
    let carla = app.sign_in("carla").await;
    let (grant, ivan) = (grant(app).await, on(app, "ivan").await);
    willa.done("blockSignIn", ivan.clone(), "user { id }").await;
    carla
        .done("holdGrant", grant.clone(), "grant { state }")
        .await;
    assert_eq!(
        willa.fails("unblockSignIn", ivan.clone()).await,
        "FORBIDDEN/ROLE_GIVEN_BY_DELEGATE"
    );
    carla
        .done("liftGrant", grant.clone(), "grant { state }")
        .await;
    willa
        .done("unblockSignIn", ivan.clone(), "user { id }")
        .await;
    carla.done("endGrant", grant, "grant { state }").await;
    // The role was taken in the same act.
    assert_eq!(
        willa.fails("blockSignIn", ivan).await,
        "FORBIDDEN/ROLE_REQUIRED"
    );
    record_verifies(app).await;
}

both!(what_a_planted_admin_is_ends_with_the_grant);
