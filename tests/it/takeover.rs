//! A FULL delegate cannot make itself the client: what delegates may not do, they may not do through
//! the roles that they give either.

use serde_json::{Value, json};

use crate::support::{NEW_PASSWORD, TestApp, both, grant, on, record_verifies, with};

const WILLA: &str = "willa@contoso.mandate.example";

/// Fiona (FULL) adds a user to Contoso, makes it a global admin, and reads its mail.
async fn plant(app: &TestApp) -> String {
    let fiona = app.sign_in("fiona").await;
    let contoso = app.account("contoso").await;
    let input = json!({ "accountId": contoso, "displayName": "Willa", "signInName": "willa", "contact": "willa@example.org" });
    let user = fiona.done("addUser", input, "user { id }").await["user"]["id"].clone();
    let input = json!({ "accountId": contoso, "userId": user, "role": "GLOBAL_ADMIN" });
    fiona.done("assignAdminRole", input, "user { id }").await;
    let mails = app.mails().await;
    let secret = mails
        .iter()
        .find(|mail| mail.to == "willa@example.org")
        .unwrap()
        .secret();
    let input = json!({ "secret": secret, "newPassword": NEW_PASSWORD });
    app.anonymous().done("enrol", input, "operationId").await;
    user.as_str().unwrap().to_owned()
}

async fn a_planted_admin_consents_to_nothing(app: &TestApp) {
    let planted = plant(app).await;
    let willa = app.sign_in_as(WILLA, NEW_PASSWORD).await;
    // A new password of its own makes no difference.
    let new = "eleven loud herons drop teacups";
    let input = json!({ "currentPassword": NEW_PASSWORD, "newPassword": new });
    willa.done("changeOwnPassword", input, "user { id }").await;
    let contoso = app.account("contoso").await;
    let carla = app.sign_in("carla").await;
    let grant = grant(app).await;
    let (offer, revision) = app.db_offer("northwind").await;
    let accept =
        json!({ "token": offer.token, "revision": 1, "digest": revision.digest, "amend": true });
    for (field, input) in [
        ("liftGrant", grant.clone()),
        ("endGrant", grant.clone()),
        ("acceptOffer", accept.clone()),
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
    // Nor does it launder the role through another user, or take the client's own admin's.
    let ivans = with(on(app, "ivan").await, "role", "GLOBAL_ADMIN");
    willa.done("assignAdminRole", ivans, "user { id }").await;
    let ivan = app.sign_in("ivan").await;
    assert_eq!(
        ivan.fails("endGrant", grant.clone()).await,
        "FORBIDDEN/ROLE_GIVEN_BY_DELEGATE"
    );
    let take = with(on(app, "carla").await, "role", "GLOBAL_ADMIN");
    assert_eq!(
        willa.fails("removeAdminRole", take).await,
        "FORBIDDEN/SECRET_GUARDED"
    );
    // Carla makes it her own admin: contact and password out of the delegate's hands, then the
    // role taken and given again.
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
    let secret = app
        .mails()
        .await
        .iter()
        .find(|mail| mail.to == "hers@example.org")
        .unwrap()
        .secret();
    app.anonymous()
        .done("verifyContact", json!({ "secret": secret }), "operationId")
        .await;
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
    let secret = app
        .mails()
        .await
        .iter()
        .find(|mail| mail.to == "hers@example.org")
        .unwrap()
        .secret();
    app.anonymous()
        .done(
            "redeemReset",
            json!({ "secret": secret, "newPassword": NEW_PASSWORD }),
            "operationId",
        )
        .await;
    carla.done("assignAdminRole", role, "user { id }").await;
    let willa = app.sign_in_as(WILLA, NEW_PASSWORD).await;
    willa
        .done("holdGrant", grant.clone(), "grant { state }")
        .await;
    carla.done("endGrant", grant, "grant { state }").await;
}

both!(a_planted_admin_consents_to_nothing);

async fn a_planted_admin_is_worth_what_the_grant_is(app: &TestApp) {
    plant(app).await;
    let (carla, willa) = (
        app.sign_in("carla").await,
        app.sign_in_as(WILLA, NEW_PASSWORD).await,
    );
    let contoso = app.account("contoso").await;
    // It sees no more than a delegate does: users, but not the record, the devices, the offers.
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
    // What the client asks of delegates, it asks of it, and its acts stand under the grant.
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
    // Device management is as far from it as from who made it.
    let device = app.service("device-management").await;
    let mut toggle = with(on(app, "hector").await, "serviceId", device.as_str());
    toggle["on"] = json!(false);
    toggle["ticket"] = json!("HD-2");
    assert_eq!(
        willa.fails("setServiceAccess", toggle).await,
        "DELEGATION_NOT_SUPPORTED/DEVICE_MANAGEMENT"
    );
    // With the grant, all that it is ends.
    carla
        .done("holdGrant", grant.clone(), "grant { state }")
        .await;
    let again = with(on(app, "ivan").await, "ticket", "HD-3");
    assert_eq!(
        willa.fails("unblockSignIn", again.clone()).await,
        "FORBIDDEN/ROLE_GIVEN_BY_DELEGATE"
    );
    carla
        .done("liftGrant", grant.clone(), "grant { state }")
        .await;
    willa
        .done("unblockSignIn", again.clone(), "user { id }")
        .await;
    carla.done("endGrant", grant, "grant { state }").await;
    // The role was taken in the same act.
    assert_eq!(
        willa.fails("blockSignIn", again).await,
        "FORBIDDEN/ROLE_REQUIRED"
    );
    record_verifies(app).await;
}

both!(a_planted_admin_is_worth_what_the_grant_is);

async fn who_consents_is_not_kept_out(app: &TestApp) {
    let (fiona, carla) = (app.sign_in("fiona").await, app.sign_in("carla").await);
    for (field, input) in [
        (
            "changeSignInName",
            with(
                on(app, "carla").await,
                "signInName",
                "x@contoso.mandate.example",
            ),
        ),
        (
            "changeContact",
            with(on(app, "carla").await, "contact", "x@example.org"),
        ),
        (
            "removeAdminRole",
            with(on(app, "carla").await, "role", "GLOBAL_ADMIN"),
        ),
        ("revokeSessions", on(app, "carla").await),
        ("blockSignIn", on(app, "carla").await),
        ("deleteUser", on(app, "carla").await),
    ] {
        assert_eq!(
            fiona.fails(field, input).await,
            "FORBIDDEN/SECRET_GUARDED",
            "{field}"
        );
    }
    // A link may be sent to her; until she redeems it, everything goes on.
    fiona
        .done("resetPassword", on(app, "carla").await, "user { id }")
        .await;
    app.sign_in("carla").await;
    carla.data("{ viewer { user { id } } }", Value::Null).await;
    let mail = app.mails().await.remove(0);
    assert!(
        mail.text
            .contains("your password and your sessions go on as they are"),
        "{}",
        mail.text
    );
    let redeem = json!({ "secret": mail.secret(), "newPassword": NEW_PASSWORD });
    app.anonymous()
        .done("redeemReset", redeem, "operationId")
        .await;
    let carla = app
        .sign_in_as("carla@contoso.mandate.example", NEW_PASSWORD)
        .await;
    // A link to a contact of her own puts her into nobody's hands, whoever had it sent.
    assert_eq!(
        carla.data("{ viewer { inHands } }", Value::Null).await["viewer"]["inHands"],
        false
    );
    // Not again at once, though the link is redeemed.
    assert_eq!(
        fiona.fails("resetPassword", on(app, "carla").await).await,
        "FAILED_PRECONDITION/RESET_PENDING"
    );
    // The client reads every attempt, with whom it was tried on.
    let query = "query($id: ID!) { organization(id: $id) { operations(first: 7, filter: { outcome: REFUSED }) { nodes { kind reason targetName } } } }";
    let entries = carla
        .data(query, json!({ "id": app.account("contoso").await }))
        .await["organization"]["operations"]["nodes"]
        .clone();
    assert_eq!(entries.as_array().unwrap().len(), 7);
    assert!(
        entries
            .as_array()
            .unwrap()
            .iter()
            .all(|entry| entry["targetName"] == "Carla Client"),
        "{entries}"
    );
    carla
        .done("endGrant", grant(app).await, "grant { state }")
        .await;
}

both!(who_consents_is_not_kept_out);

async fn a_password_that_a_delegate_knew_ends_with_the_clean_up(app: &TestApp) {
    let (fiona, carla) = (app.sign_in("fiona").await, app.sign_in("carla").await);
    let rules =
        json!({ "accountId": app.account("contoso").await, "passwordDeliveries": ["SHOW_ONCE"] });
    carla.done("updateAccountRules", rules, "__typename").await;
    let shown = fiona
        .done(
            "resetPassword",
            with(on(app, "ivan").await, "delivery", "SHOW_ONCE"),
            "temporaryPassword",
        )
        .await;
    let temporary = shown["temporaryPassword"].as_str().unwrap();
    let ivan = app
        .sign_in_as("ivan@contoso.mandate.example", temporary)
        .await;
    let same = json!({ "currentPassword": temporary, "newPassword": temporary });
    let answer = ivan.mutate("changeOwnPassword", same, "__typename").await;
    assert_eq!(
        crate::support::reason(&answer),
        "BAD_USER_INPUT/PASSWORD_WEAK"
    );
    let own = json!({ "currentPassword": temporary, "newPassword": NEW_PASSWORD });
    ivan.done("changeOwnPassword", own, "user { id }").await;
    let grant = grant(app).await;
    let query = "query($id: ID!) { grant(id: $id) { leftBehind { passwordsSet { nodes { displayName } } } } }";
    let left = carla.data(query, json!({ "id": grant["grantId"] })).await;
    assert_eq!(
        left["grant"]["leftBehind"]["passwordsSet"]["nodes"],
        json!([{ "displayName": "Ivan Ordinary" }])
    );
    let ended = carla
        .done(
            "endGrant",
            grant.clone(),
            "grant { leftBehind { passwordsSet { nodes { displayName } } } }",
        )
        .await;
    assert_eq!(
        ended["grant"]["leftBehind"]["passwordsSet"]["nodes"],
        json!([])
    );
    carla.done("cleanUpGrant", grant, "__typename").await;
    let answer = app
        .anonymous()
        .sign_in("ivan@contoso.mandate.example", NEW_PASSWORD)
        .await;
    assert_eq!(
        crate::support::reason(&answer),
        "UNAUTHENTICATED/CREDENTIALS_INVALID"
    );
}

both!(a_password_that_a_delegate_knew_ends_with_the_clean_up);

async fn who_was_never_told_gets_no_shown_password(app: &TestApp) {
    let (fiona, carla) = (app.sign_in("fiona").await, app.sign_in("carla").await);
    let rules = json!({ "accountId": app.account("contoso").await, "passwordDeliveries": ["SHOW_ONCE", "LINK"] });
    carla.done("updateAccountRules", rules, "__typename").await;
    let input = json!({ "accountId": app.account("contoso").await, "displayName": "Gus", "signInName": "gus", "contact": "gus@example.org" });
    let gus = fiona.done("addUser", input, "user { id }").await["user"]["id"].clone();
    let reset = json!({ "accountId": app.account("contoso").await, "userId": gus, "delivery": "SHOW_ONCE" });
    assert_eq!(
        fiona.fails("resetPassword", reset).await,
        "FAILED_PRECONDITION/NO_VERIFIED_CONTACT"
    );
}

both!(who_was_never_told_gets_no_shown_password);

async fn delegated_roles_are_not_found_out_by_filters(app: &TestApp) {
    let tailspin = app.account("tailspin").await;
    app.sign_in("tina")
        .await
        .done(
            "liftGrant",
            json!({ "grantId": app.grant("northwind", "tailspin").await }),
            "__typename",
        )
        .await;
    let query = "query($id: ID!) { client(id: $id) { users(filter: { delegatedRole: FULL }) { nodes { id } } } }";
    let seen = app
        .sign_in("fiona")
        .await
        .data(query, json!({ "id": tailspin }))
        .await;
    assert_eq!(seen["client"]["users"]["nodes"], json!([]));
}

both!(delegated_roles_are_not_found_out_by_filters);

async fn strangers_do_not_keep_a_user_out_by_wrong_passwords(app: &TestApp) {
    let limited = app
        .again(|config| {
            config.auth.attempts_per_minute = 5;
            config.http.behind_proxy = true;
        })
        .await;
    let attempt = async |address: &str, password: &str| {
        let body = json!({
            "query": "mutation($n: String!, $p: String!) { signIn(input: { signInName: $n, password: $p }) { expiresIn } }",
            "variables": { "n": "carla@contoso.mandate.example", "p": password },
        });
        let request = axum::http::Request::post("/graphql")
            .header("content-type", "application/json")
            .header("x-forwarded-for", format!("10.9.9.9, {address}"))
            .body(axum::body::Body::from(body.to_string()))
            .unwrap();
        let (_, _, answer) = limited.send(request).await;
        crate::support::reason(&serde_json::from_str(&answer).unwrap())
    };
    for address in ["192.0.2.1", "192.0.2.2", "2001:db8::1"] {
        for _ in 0..5 {
            assert_eq!(
                attempt(address, "wrong").await,
                "UNAUTHENTICATED/CREDENTIALS_INVALID"
            );
        }
        assert_eq!(
            attempt(address, "wrong").await,
            "RATE_LIMITED/TOO_MANY_REQUESTS"
        );
    }
    // One network is one address; another one is free.
    assert_eq!(
        attempt("2001:db8::2", "wrong").await,
        "RATE_LIMITED/TOO_MANY_REQUESTS"
    );
    assert_eq!(attempt("192.0.2.3", mandate::cli::DEMO_PASSWORD).await, "");
    limited.app.db.close().await;
}

both!(strangers_do_not_keep_a_user_out_by_wrong_passwords);
