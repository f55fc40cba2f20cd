//! A FULL delegate cannot make itself the client: what delegates may not do, they may not do through
//! the roles that they give either.

use serde_json::{Value, json};

use crate::support::{TestApp, both};

const PASSWORD: &str = "seven quiet otters carry umbrellas";

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
    let input = json!({ "secret": secret, "newPassword": PASSWORD });
    app.anonymous().done("enrol", input, "operationId").await;
    user.as_str().unwrap().to_owned()
}

both! {
    async fn a_planted_admin_consents_to_nothing(app: TestApp) {
        let planted = plant(app).await;
        let willa = app.sign_in_as("willa@contoso.mandate.example", PASSWORD).await;
        // A new password of its own makes no difference.
        let new = "eleven loud herons drop teacups";
        let input = json!({ "currentPassword": PASSWORD, "newPassword": new });
        willa.done("changeOwnPassword", input, "user { id }").await;
        let contoso = app.account("contoso").await;
        let carla = app.sign_in("carla").await;
        let grant = json!({ "grantId": app.grant("northwind", "contoso").await });
        carla.done("holdGrant", grant.clone(), "grant { state }").await;
        let (offer, revision) = app.db_offer("northwind").await;
        let accept = json!({ "token": offer.token, "revision": 1, "digest": revision.digest, "amend": true });
        let carlas = app.user("carla").await;
        for (field, input) in [
            ("liftGrant", grant.clone()),
            ("endGrant", grant.clone()),
            ("acceptOffer", accept.clone()),
            ("registerDevice", json!({ "accountId": contoso, "name": "Mine" })),
            ("assignDelegatedRole", json!({ "accountId": contoso, "userId": planted, "role": "FULL" })),
        ] {
            assert_eq!(willa.fails(field, input).await, "FORBIDDEN/ROLE_GIVEN_BY_DELEGATE", "{field}");
        }
        // Nor does it launder the role through another user, or leave the client without its own admin.
        let input = json!({ "accountId": contoso, "userId": app.user("ivan").await, "role": "GLOBAL_ADMIN" });
        willa.done("assignAdminRole", input, "user { id }").await;
        let ivan = app.sign_in("ivan").await;
        assert_eq!(ivan.fails("liftGrant", grant.clone()).await, "FORBIDDEN/ROLE_GIVEN_BY_DELEGATE");
        let take = json!({ "accountId": contoso, "userId": carlas, "role": "GLOBAL_ADMIN" });
        assert_eq!(willa.fails("removeAdminRole", take).await, "FAILED_PRECONDITION/LAST_GLOBAL_ADMIN");
        // Carla makes it her own admin: takes the role and gives it again.
        let role = json!({ "accountId": contoso, "userId": planted, "role": "GLOBAL_ADMIN" });
        carla.done("removeAdminRole", role.clone(), "user { id }").await;
        carla.done("assignAdminRole", role, "user { id }").await;
        willa.done("liftGrant", grant.clone(), "grant { state }").await;
        carla.done("endGrant", grant, "grant { state }").await;
    }

    async fn a_delegate_does_not_keep_a_user_out_by_resets(app: TestApp) {
        let input = json!({ "accountId": app.account("contoso").await, "userId": app.user("carla").await });
        let fiona = app.sign_in("fiona").await;
        fiona.done("resetPassword", input.clone(), "user { id }").await;
        assert_eq!(fiona.fails("resetPassword", input).await, "FAILED_PRECONDITION/RESET_PENDING");
        let secret = app.mails().await[0].secret();
        let redeem = json!({ "secret": secret, "newPassword": PASSWORD });
        app.anonymous().done("redeemReset", redeem, "operationId").await;
        let carla = app.sign_in_as("carla@contoso.mandate.example", PASSWORD).await;
        let grant = json!({ "grantId": app.grant("northwind", "contoso").await });
        carla.done("endGrant", grant, "grant { state }").await;
        assert_eq!(carla.data("{ viewer { secretSetByDelegate } }", Value::Null).await["viewer"]["secretSetByDelegate"], true);
    }

    async fn strangers_do_not_keep_a_user_out_by_wrong_passwords(app: TestApp) {
        let limited = app.again(|config| {
            config.auth.attempts_per_minute = 5;
            config.http.behind_proxy = true;
        }).await;
        let attempt = async |address: &str, password: &str| {
            let body = json!({
                "query": "mutation($n: String!, $p: String!) { signIn(input: { signInName: $n, password: $p }) { expiresIn } }",
                "variables": { "n": "carla@contoso.mandate.example", "p": password },
            });
            let request = axum::http::Request::post("/graphql")
                .header("content-type", "application/json")
                .header("x-forwarded-for", format!("10.9.9.9, {address}"))
                .body(axum::body::Body::from(body.to_string())).unwrap();
            let (_, _, answer) = limited.send(request).await;
            crate::support::reason(&serde_json::from_str(&answer).unwrap())
        };
        for address in ["192.0.2.1", "192.0.2.2", "2001:db8::1"] {
            for _ in 0..5 {
                assert_eq!(attempt(address, "wrong").await, "UNAUTHENTICATED/CREDENTIALS_INVALID");
            }
            assert_eq!(attempt(address, "wrong").await, "RATE_LIMITED/TOO_MANY_REQUESTS");
        }
        // One network is one address; another one is free.
        assert_eq!(attempt("2001:db8::2", "wrong").await, "RATE_LIMITED/TOO_MANY_REQUESTS");
        assert_eq!(attempt("192.0.2.3", mandate::cli::DEMO_PASSWORD).await, "");
        limited.app.db.close().await;
    }
}
