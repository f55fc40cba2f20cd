//! A FULL delegate cannot make itself the client: who consents is not kept out, and no secret that a delegate knew
//! outlives the clean-up.

mod planted;

use serde_json::{Value, json};

use crate::support::{Link, NEW_PASSWORD, TestApp, both, grant, on, reason, with};

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
    assert_eq!(Link::Reset.redeem(app, &mail.secret()).await, "");
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
    assert_eq!(reason(&answer), "BAD_USER_INPUT/PASSWORD_WEAK");
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
    assert_eq!(reason(&answer), "UNAUTHENTICATED/CREDENTIALS_INVALID");
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
        reason(&serde_json::from_str(&answer).unwrap())
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
