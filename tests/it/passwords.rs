//! Temporary passwords: where the account allows them, shown once, good only for choosing another.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Link, NEW_PASSWORD, TestApp, both, reason, record_verifies};

async fn shown(app: &TestApp, name: &str) -> Value {
    json!({ "accountId": app.account("contoso").await, "userId": app.user(name).await, "delivery": "SHOW_ONCE" })
}

async fn allow(app: &TestApp, deliveries: Value) {
    let input =
        json!({ "accountId": app.account("contoso").await, "passwordDeliveries": deliveries });
    app.sign_in("carla")
        .await
        .done(
            "updateAccountRules",
            input,
            "organization { rules { passwordDeliveries } }",
        )
        .await;
}

async fn a_temporary_password_is_good_only_for_choosing_another(app: &TestApp) {
    let (liam, ivan) = (app.sign_in("liam").await, app.sign_in("ivan").await);
    assert_eq!(
        liam.fails("resetPassword", shown(app, "ivan").await).await,
        "FAILED_PRECONDITION/DELIVERY_NOT_ALLOWED"
    );
    allow(app, json!(["LINK", "SHOW_ONCE"])).await;
    app.mails().await;
    let mut input = shown(app, "ivan").await;
    input["idempotencyKey"] = "once".into();
    let selection = "temporaryPassword replayed operation { changes { name value } }";
    let done = liam.done("resetPassword", input.clone(), selection).await;
    let temporary = done["temporaryPassword"].as_str().unwrap().to_owned();
    assert_eq!(
        done["operation"]["changes"],
        json!([{ "name": "delivery", "value": "SHOW_ONCE" }])
    );
    // Once: a replay shows nothing.
    let again = liam.done("resetPassword", input, selection).await;
    assert_eq!(
        (&again["temporaryPassword"], &again["replayed"]),
        (&Value::Null, &json!(true))
    );
    let mails = app.mails().await;
    assert_eq!(
        (mails.len(), mails[0].to.as_str(), mails[0].subject.as_str()),
        (1, "ivan.contoso@example.org", "Your password was reset")
    );
    assert!(
        mails[0]
            .text
            .contains("Liam Limited (liam@northwind.mandate.example, Northwind Support)")
            && !mails[0].text.contains(&temporary),
        "{}",
        mails[0].text
    );
    assert_eq!(
        reason(&ivan.run("{ viewer { user { id } } }", Value::Null).await),
        "UNAUTHENTICATED/TOKEN_INVALID"
    );

    let name = "ivan@contoso.mandate.example";
    let ivan = app.sign_in_as(name, &temporary).await;
    let query = "{ viewer { mustChangePassword inHands user { displayName } organization { name users { nodes { id } } domains { nodes { id } } } } }";
    let viewer = ivan.data(query, Value::Null).await["viewer"].clone();
    assert_eq!(
        (&viewer["mustChangePassword"], &viewer["inHands"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(viewer["organization"]["users"]["nodes"], json!([]));
    let input = json!({ "accountId": app.account("contoso").await, "name": "x.example" });
    assert_eq!(
        ivan.fails("addDomain", input).await,
        "FORBIDDEN/PASSWORD_CHANGE_REQUIRED"
    );
    let input = json!({ "currentPassword": temporary, "newPassword": NEW_PASSWORD });
    ivan.done("changeOwnPassword", input, "user { id }").await;
    let viewer = ivan.data(query, Value::Null).await["viewer"].clone();
    assert_eq!(
        (&viewer["mustChangePassword"], &viewer["inHands"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(
        reason(&app.anonymous().sign_in(name, &temporary).await),
        "UNAUTHENTICATED/CREDENTIALS_INVALID"
    );
    app.sign_in_as(name, NEW_PASSWORD).await;
    record_verifies(app).await;
}

both!(a_temporary_password_is_good_only_for_choosing_another);

async fn an_admin_with_a_temporary_password_has_no_rights_until_it_is_changed(app: &TestApp) {
    allow(app, json!(["SHOW_ONCE"])).await;
    let carla = app.sign_in("carla").await;
    let done = carla
        .done(
            "resetPassword",
            shown(app, "uma").await,
            "temporaryPassword",
        )
        .await;
    let uma = app
        .sign_in_as(
            "uma@contoso.mandate.example",
            done["temporaryPassword"].as_str().unwrap(),
        )
        .await;
    let data = uma
        .data(
            "{ viewer { organization { users { nodes { id } } allowedOperations } } }",
            Value::Null,
        )
        .await;
    assert_eq!(data["viewer"]["organization"]["users"]["nodes"], json!([]));
    assert_eq!(
        data["viewer"]["organization"]["allowedOperations"],
        json!([])
    );
    // The delivery that is no longer allowed is refused to everyone.
    let link =
        json!({ "accountId": app.account("contoso").await, "userId": app.user("ivan").await });
    assert_eq!(
        carla.fails("resetPassword", link).await,
        "FAILED_PRECONDITION/DELIVERY_NOT_ALLOWED"
    );
}

both!(an_admin_with_a_temporary_password_has_no_rights_until_it_is_changed);

async fn a_temporary_password_ends_with_its_time(app: &TestApp) {
    allow(app, json!(["SHOW_ONCE"])).await;
    let liam = app.sign_in("liam").await;
    let done = liam
        .done(
            "resetPassword",
            shown(app, "ivan").await,
            "temporaryPassword",
        )
        .await;
    app.app.clock.advance(TimeDelta::days(1));
    let answer = app
        .anonymous()
        .sign_in(
            "ivan@contoso.mandate.example",
            done["temporaryPassword"].as_str().unwrap(),
        )
        .await;
    assert_eq!(reason(&answer), "UNAUTHENTICATED/CREDENTIALS_INVALID");
}

both!(a_temporary_password_ends_with_its_time);

async fn what_opens_the_sign_in_of_who_consents_stays_with_who_consents(app: &TestApp) {
    allow(app, json!(["LINK", "SHOW_ONCE"])).await;
    let (fiona, carla, contoso) = (
        app.sign_in("fiona").await,
        app.sign_in("carla").await,
        app.account("contoso").await,
    );
    let contact = |user: &str| json!({ "accountId": contoso, "userId": user, "contact": "fiona@northwind.example" });
    let carlas = app.user("carla").await;
    assert_eq!(
        fiona.fails("changeContact", contact(&carlas)).await,
        "FORBIDDEN/SECRET_GUARDED"
    );
    assert_eq!(
        fiona
            .fails("resetPassword", shown(app, "carla").await)
            .await,
        "FORBIDDEN/SECRET_GUARDED"
    );
    // A link to her own verified contact is hers.
    fiona
        .done(
            "resetPassword",
            json!({ "accountId": contoso, "userId": carlas }),
            "user { id }",
        )
        .await;
    Link::Reset
        .redeem_mailed(app, "carla.contoso@example.org")
        .await;
    // Nor through an admin whom the delegate made.
    let uma = app.user("uma").await;
    let role = json!({ "accountId": contoso, "userId": uma, "role": "GLOBAL_ADMIN" });
    fiona
        .done("assignAdminRole", role.clone(), "user { id }")
        .await;
    let planted = app.sign_in("uma").await;
    assert_eq!(
        planted.fails("changeContact", contact(&carlas)).await,
        "FORBIDDEN/SECRET_GUARDED"
    );
    assert_eq!(
        planted
            .fails("resetPassword", shown(app, "carla").await)
            .await,
        "FORBIDDEN/SECRET_GUARDED"
    );
    // Whom the account itself appoints, does.
    let carla_again = app
        .sign_in_as("carla@contoso.mandate.example", NEW_PASSWORD)
        .await;
    assert_eq!(
        carla_again.fails("removeAdminRole", role.clone()).await,
        "FORBIDDEN/RECENTLY_RECOVERED"
    );
    app.app.clock.advance(chrono::TimeDelta::hours(25));
    let carla_again = app
        .sign_in_as("carla@contoso.mandate.example", NEW_PASSWORD)
        .await;
    carla_again
        .done("removeAdminRole", role.clone(), "user { id }")
        .await;
    carla_again
        .done("assignAdminRole", role, "user { id }")
        .await;
    app.sign_in("uma")
        .await
        .done("changeContact", contact(&carlas), "user { id }")
        .await;
    drop(carla);
}

both!(what_opens_the_sign_in_of_who_consents_stays_with_who_consents);

async fn who_consents_is_let_in_again_by_who_consents(app: &TestApp) {
    let (fiona, carla, contoso) = (
        app.sign_in("fiona").await,
        app.sign_in("carla").await,
        app.account("contoso").await,
    );
    let uma = json!({ "accountId": contoso, "userId": app.user("uma").await });
    let mut role = uma.clone();
    role["role"] = "GLOBAL_ADMIN".into();
    carla.done("assignAdminRole", role, "user { id }").await;
    for (close, open) in [
        ("blockSignIn", "unblockSignIn"),
        ("deleteUser", "restoreUser"),
    ] {
        carla.done(close, uma.clone(), "user { id }").await;
        assert_eq!(
            fiona.fails(open, uma.clone()).await,
            "FORBIDDEN/SECRET_GUARDED"
        );
        carla.done(open, uma.clone(), "user { id }").await;
    }
}

both!(who_consents_is_let_in_again_by_who_consents);

async fn who_acts_in_clients_is_guarded_from_an_outside_partner(app: &TestApp) {
    // Tom of Tailspin holds a delegated role; Northwind holds Tailspin.
    let (tina, fiona) = (app.sign_in("tina").await, app.sign_in("fiona").await);
    tina.done(
        "liftGrant",
        json!({ "grantId": app.grant("northwind", "tailspin").await }),
        "grant { state }",
    )
    .await;
    let input = json!({ "accountId": app.account("tailspin").await, "userId": app.user("tom").await, "contact": "f@example.org" });
    assert_eq!(
        fiona.fails("changeContact", input.clone()).await,
        "FORBIDDEN/SECRET_GUARDED"
    );
    tina.done("changeContact", input, "user { id }").await;
}

both!(who_acts_in_clients_is_guarded_from_an_outside_partner);
