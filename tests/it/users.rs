//! Users, by the account's own admins and by delegates: changed, blocked, deleted,
//! restored, erased.

use chrono::TimeDelta;
use mandate::worker;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::support::{TestApp, both, on, record_verifies, with};

const PASSWORD: &str = mandate::cli::DEMO_PASSWORD;

async fn a_profile_and_a_sign_in_name_change(app: &TestApp) {
    let (fiona, uma) = (app.sign_in("fiona").await, app.sign_in("uma").await);
    let profile = json!({ "givenName": "Ivan", "surname": "Petrov", "jobTitle": "Clerk", "usageLocation": "es" });
    let mut input = on(app, "ivan").await;
    input
        .as_object_mut()
        .unwrap()
        .extend(profile.as_object().unwrap().clone());
    let selection = "user { displayName givenName surname jobTitle department usageLocation } operation { changes { name value } }";
    let done = fiona.done("updateProfile", input, selection).await;
    assert_eq!(
        done["user"],
        json!({ "displayName": "Ivan Ordinary", "givenName": "Ivan", "surname": "Petrov", "jobTitle": "Clerk", "department": null, "usageLocation": "ES" })
    );
    // What a name is stays out of what is hashed.
    assert_eq!(
        done["operation"]["changes"],
        json!([{ "name": "changed", "value": "given_name, surname, job_title, usage_location" }])
    );
    let cleared = uma
        .done(
            "updateProfile",
            with(on(app, "ivan").await, "jobTitle", Value::Null),
            selection,
        )
        .await;
    assert_eq!(
        (&cleared["user"]["jobTitle"], &cleared["user"]["surname"]),
        (&Value::Null, &json!("Petrov"))
    );
    for (field, value) in [("usageLocation", "XX"), ("displayName", "")] {
        assert_eq!(
            uma.fails("updateProfile", with(on(app, "ivan").await, field, value))
                .await,
            "BAD_USER_INPUT/INPUT_INVALID"
        );
    }
    assert_eq!(
        uma.fails("updateProfile", on(app, "ivan").await).await,
        "BAD_USER_INPUT/INPUT_INVALID"
    );
    // Oneself too, and within the role's targets only.
    uma.done(
        "updateProfile",
        with(on(app, "uma").await, "department", "People"),
        "user { id }",
    )
    .await;
    assert_eq!(
        uma.fails(
            "updateProfile",
            with(on(app, "carla").await, "department", "People")
        )
        .await,
        "FORBIDDEN/TARGET_PRIVILEGED"
    );

    app.mails().await;
    let rename = |name: &str| json!({ "signInName": name });
    let mut input = on(app, "ivan").await;
    input.as_object_mut().unwrap().extend(
        rename("ivo@contoso.mandate.example")
            .as_object()
            .unwrap()
            .clone(),
    );
    let done = fiona
        .done("changeSignInName", input, "user { signInName }")
        .await;
    assert_eq!(done["user"]["signInName"], "ivo@contoso.mandate.example");
    let mails = app.mails().await;
    assert_eq!(
        (mails[0].to.as_str(), mails[0].subject.as_str()),
        ("ivan.contoso@example.org", "Your sign-in name was changed")
    );
    assert!(
        mails[0]
            .text
            .contains("Fiona Full (fiona@northwind.mandate.example, Northwind Support)"),
        "{}",
        mails[0].text
    );
    app.sign_in_as("IVO@contoso.mandate.example", PASSWORD)
        .await;
    let (hector, carla) = (on(app, "hector").await, app.sign_in("carla").await);
    assert_eq!(
        carla
            .fails(
                "changeSignInName",
                with(hector.clone(), "signInName", "ivo@contoso.mandate.example")
            )
            .await,
        "CONFLICT/NAME_TAKEN"
    );
    assert_eq!(
        carla
            .fails(
                "changeSignInName",
                with(hector, "signInName", "h@adatum.mandate.example")
            )
            .await,
        "BAD_USER_INPUT/DOMAIN_UNKNOWN"
    );
    record_verifies(app).await;
}

both!(a_profile_and_a_sign_in_name_change);

async fn a_contact_changes_and_is_proven(app: &TestApp) {
    let (carla, fiona) = (app.sign_in("carla").await, app.sign_in("fiona").await);
    carla
        .done(
            "updateAccountRules",
            json!({ "accountId": app.account("contoso").await, "signInsDelegable": true }),
            "__typename",
        )
        .await;
    app.mails().await;
    let input = with(on(app, "ivan").await, "contact", "ivan@private.example");
    let done = fiona
        .done("changeContact", input, "user { contact contactVerified }")
        .await;
    assert_eq!(
        done["user"],
        json!({ "contact": "ivan@private.example", "contactVerified": false })
    );
    let mails = app.mails().await;
    let to = |address: &str| {
        mails
            .iter()
            .find(|mail| mail.to == address)
            .unwrap_or_else(|| panic!("{mails:#?}"))
    };
    assert_eq!(
        to("ivan.contoso@example.org").subject,
        "Your contact was changed"
    );
    assert_eq!(
        to("carla.contoso@example.org").subject,
        "A partner set the contact of ivan@contoso.mandate.example"
    );
    let link = to("ivan@private.example");
    assert!(
        link.text.contains("/contact/")
            && link
                .text
                .contains("Fiona Full (fiona@northwind.mandate.example, Northwind Support) set it"),
        "{}",
        link.text
    );
    // The page shows what is confirmed, and only a POST confirms it.
    let path = format!("/contact/{}", link.secret());
    let (status, _, page) = app.get(&path).await;
    assert_eq!(
        (status.as_u16(), page.contains("ivan@private.example")),
        (200, true)
    );
    let (status, page) = app.form(&path, &[]).await;
    assert_eq!(
        (status.as_u16(), page.contains("Your contact is confirmed")),
        (200, true)
    );
    let secret = json!({ "secret": link.secret() });
    assert_eq!(
        app.anonymous().fails_flat("verifyContact", secret).await,
        "UNAUTHENTICATED/LINK_INVALID"
    );
    fiona
        .done("resetPassword", on(app, "ivan").await, "user { id }")
        .await;
    let mails = app.mails().await;
    assert_eq!(mails[0].to, "ivan@private.example");
    assert!(
        mails[0].text.contains(
            "was reset by Fiona Full (fiona@northwind.mandate.example, Northwind Support)"
        ),
        "{}",
        mails[0].text
    );
    record_verifies(app).await;
}

both!(a_contact_changes_and_is_proven);

async fn blocking_ends_everything_at_once(app: &TestApp) {
    let (carla, fiona, ivan) = (
        app.sign_in("carla").await,
        app.sign_in("fiona").await,
        app.sign_in("ivan").await,
    );
    fiona
        .done("blockSignIn", on(app, "ivan").await, "user { blocked }")
        .await;
    assert_eq!(
        crate::support::reason(&ivan.run("{ viewer { user { id } } }", Value::Null).await),
        "UNAUTHENTICATED/TOKEN_INVALID"
    );
    let answer = app
        .anonymous()
        .sign_in("ivan@contoso.mandate.example", PASSWORD)
        .await;
    assert_eq!(
        crate::support::reason(&answer),
        "UNAUTHENTICATED/SIGN_IN_BLOCKED"
    );
    // Whoever does not know the password learns nothing of it.
    let answer = app
        .anonymous()
        .sign_in("ivan@contoso.mandate.example", "a wrong password")
        .await;
    assert_eq!(
        crate::support::reason(&answer),
        "UNAUTHENTICATED/CREDENTIALS_INVALID"
    );
    assert_eq!(
        fiona.fails("blockSignIn", on(app, "ivan").await).await,
        "FAILED_PRECONDITION/ALREADY_BLOCKED"
    );
    let query = "{ viewer { organization { users(filter: { blocked: true }) { nodes { displayName } } } } }";
    let data = carla.data(query, Value::Null).await;
    assert_eq!(
        data["viewer"]["organization"]["users"]["nodes"],
        json!([{ "displayName": "Ivan Ordinary" }])
    );
    carla
        .done("unblockSignIn", on(app, "ivan").await, "user { blocked }")
        .await;
    assert_eq!(
        carla.fails("unblockSignIn", on(app, "ivan").await).await,
        "FAILED_PRECONDITION/NOT_BLOCKED"
    );
    app.sign_in("ivan").await;
    // No delegate blocks who can consent, and nobody oneself.
    assert_eq!(
        fiona.fails("blockSignIn", on(app, "carla").await).await,
        "FORBIDDEN/SECRET_GUARDED"
    );
    assert_eq!(
        carla.fails("blockSignIn", on(app, "carla").await).await,
        "FORBIDDEN/TARGET_SELF"
    );
    record_verifies(app).await;
}

both!(blocking_ends_everything_at_once);

async fn a_deleted_user_is_restored_or_erased(app: &TestApp) {
    let (uma, fiona, ivan) = (
        app.sign_in("uma").await,
        app.sign_in("fiona").await,
        app.sign_in("ivan").await,
    );
    let licence = json!({ "subscriptionId": app.subscription("contoso").await });
    let mut assign = on(app, "ivan").await;
    assign
        .as_object_mut()
        .unwrap()
        .extend(licence.as_object().unwrap().clone());
    uma.done("assignLicence", assign, "user { id }").await;
    let deleted = fiona.done("deleteUser", on(app, "ivan").await, "user { deletedAt restorableUntil licences { subscriptionId } } operation { changes { name value } }").await;
    assert!(deleted["user"]["deletedAt"].is_string());
    assert!(
        deleted["user"]["restorableUntil"]
            .as_str()
            .unwrap()
            .starts_with("2026-12-24")
    );
    assert_eq!(
        deleted["operation"]["changes"],
        json!([{ "name": "licences_freed", "value": "1" }])
    );
    assert_eq!(
        crate::support::reason(&ivan.run("{ viewer { user { id } } }", Value::Null).await),
        "UNAUTHENTICATED/TOKEN_INVALID"
    );
    let answer = app
        .anonymous()
        .sign_in("ivan@contoso.mandate.example", PASSWORD)
        .await;
    assert_eq!(
        crate::support::reason(&answer),
        "UNAUTHENTICATED/CREDENTIALS_INVALID"
    );
    for field in [
        "resetPassword",
        "deleteUser",
        "blockSignIn",
        "revokeSessions",
    ] {
        assert_eq!(
            fiona.fails(field, on(app, "ivan").await).await,
            "FAILED_PRECONDITION/USER_DELETED",
            "{field}"
        );
    }
    let query = "query($deleted: Boolean!) { viewer { organization { users(filter: { deleted: $deleted, search: \"ivan\" }) { nodes { displayName } } } } }";
    let listed = async |deleted: bool| {
        uma.data(query, json!({ "deleted": deleted })).await["viewer"]["organization"]["users"]["nodes"].as_array().unwrap().len()
    };
    assert_eq!((listed(false).await, listed(true).await), (0, 1));
    // The name stays taken while it can be restored.
    let taken = json!({ "accountId": app.account("contoso").await, "displayName": "Ivan Two", "signInName": "ivan", "contact": "i2@example.org" });
    assert_eq!(
        uma.fails("addUser", taken.clone()).await,
        "CONFLICT/NAME_TAKEN"
    );
    uma.done("restoreUser", on(app, "ivan").await, "user { deletedAt }")
        .await;
    assert_eq!(
        uma.fails("restoreUser", on(app, "ivan").await).await,
        "FAILED_PRECONDITION/USER_NOT_DELETED"
    );
    uma.done("deleteUser", on(app, "ivan").await, "user { id }")
        .await;
    app.app.clock.advance(TimeDelta::days(29));
    worker::run_due(&app.app).await.unwrap();
    let uma = app.sign_in("uma").await;
    assert_eq!(uma.data(query, json!({ "deleted": true })).await["viewer"]["organization"]["users"]["nodes"].as_array().unwrap().len(), 1);
    app.app.clock.advance(TimeDelta::days(1));
    for _ in 0..2 {
        worker::run_due(&app.app).await.unwrap();
    }
    let uma = app.sign_in("uma").await;
    assert_eq!(
        uma.fails("restoreUser", on_id(app, &gone(app).await).await)
            .await,
        "NOT_FOUND/NO_SUCH_THING"
    );
    uma.done("addUser", taken, "user { id }").await;
    let id = gone(app).await;
    let row = entity::user::Entity::find_by_id(id)
        .one(app.app.db.read())
        .await
        .unwrap()
        .unwrap();
    assert!(row.contact.is_empty() && row.password_hash.is_none() && row.purged_at.is_some());
    record_verifies(app).await;
}

both!(a_deleted_user_is_restored_or_erased);

/// The user that was erased.
async fn gone(app: &TestApp) -> entity::ids::UserId {
    let query = entity::user::Entity::find().filter(entity::user::Column::PurgedAt.is_not_null());
    query.one(app.app.db.read()).await.unwrap().unwrap().id
}

async fn on_id(app: &TestApp, id: &entity::ids::UserId) -> Value {
    let user = mandate::domain::values::id::GlobalId::User(*id).encode();
    json!({ "accountId": app.account("contoso").await, "userId": user })
}
