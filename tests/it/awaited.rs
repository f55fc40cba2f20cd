//! Admin roles that wait until a user has come out of a partner's hands.

use entity::states::Way;
use mandate::cli::DEMO_PASSWORD;
use serde_json::{Value, json};

use crate::support::{Link, NEW_PASSWORD, TestApp, both, on, record_verifies, with};

const IVAN: &str = "ivan@contoso.mandate.example";
/// Ivan's contact in the demo world.
const CONTACT: &str = "ivan.contoso@example.org";

async fn role(app: &TestApp, role: &str) -> Value {
    with(on(app, "ivan").await, "role", role)
}

async fn when_out(app: &TestApp, name: &str) -> Value {
    with(role(app, name).await, "whenOut", true)
}

/// Carla confirms Ivan's contact; he takes the link.
async fn comes_out(app: &TestApp) {
    let confirm = with(on(app, "ivan").await, "contact", CONTACT);
    app.mails().await;
    app.sign_in("carla")
        .await
        .done("confirmContact", confirm, "user { id }")
        .await;
    Link::Reset.redeem_mailed(app, CONTACT).await;
}

async fn roles(app: &TestApp) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on User { adminRoles adminRolesByDelegates awaitedRoles } } }";
    let dana = app.sign_in("dana").await;
    let seen = dana
        .data(query, json!({ "id": app.user("ivan").await }))
        .await;
    seen["node"].clone()
}

async fn a_role_waits_for_the_link_that_takes_the_user_out(app: &TestApp) {
    app.db_hand("ivan", Way::Contact, "fiona").await;
    app.db_hand("ivan", Way::Secret, "fiona").await;
    let carla = app.sign_in("carla").await;
    assert_eq!(
        carla
            .fails("assignAdminRole", role(app, "USER_ADMIN").await)
            .await,
        "FAILED_PRECONDITION/SIGN_IN_BY_DELEGATE"
    );
    let given = carla
        .done(
            "assignAdminRole",
            when_out(app, "USER_ADMIN").await,
            "operation { changes { name value } }",
        )
        .await;
    assert_eq!(
        given["operation"]["changes"],
        json!([{ "name": "role", "value": "USER_ADMIN" }, { "name": "waits", "value": "true" }])
    );
    assert_eq!(
        carla
            .fails("assignAdminRole", when_out(app, "USER_ADMIN").await)
            .await,
        "FAILED_PRECONDITION/ROLE_HELD"
    );
    assert_eq!(
        roles(app).await,
        json!({ "adminRoles": [], "adminRolesByDelegates": [], "awaitedRoles": ["USER_ADMIN"] })
    );
    let add = json!({ "accountId": app.account("contoso").await, "displayName": "N", "signInName": "n", "contact": "n@example.org" });
    assert_eq!(
        app.sign_in("ivan")
            .await
            .fails("addUser", add.clone())
            .await,
        "FORBIDDEN/ROLE_REQUIRED"
    );
    // A delegate neither gives a role that waits nor takes one.
    let fiona = app.sign_in("fiona").await;
    assert_eq!(
        fiona
            .fails("removeAdminRole", role(app, "USER_ADMIN").await)
            .await,
        "FAILED_PRECONDITION/ROLE_NOT_HELD"
    );
    // What a delegate gave meanwhile is the account's own gift then.
    fiona
        .done(
            "assignAdminRole",
            role(app, "USER_ADMIN").await,
            "user { id }",
        )
        .await;
    comes_out(app).await;
    assert_eq!(
        roles(app).await,
        json!({ "adminRoles": ["USER_ADMIN"], "adminRolesByDelegates": [], "awaitedRoles": [] })
    );
    let ivan = app.sign_in_as(IVAN, NEW_PASSWORD).await;
    let grant = json!({ "grantId": app.grant("northwind", "contoso").await });
    carla.done("endGrant", grant, "grant { state }").await;
    let added = ivan
        .done(
            "addUser",
            add,
            "operation { authority grantId hands { grantId } }",
        )
        .await;
    assert_eq!(
        added["operation"],
        json!({ "authority": "OWN", "grantId": null, "hands": [] })
    );
    let query = "query($id: ID!) { organization(id: $id) { operations(filter: { kinds: [REDEEM_RESET] }) { nodes { changes { name value } } } } }";
    let entries = carla
        .data(query, json!({ "id": app.account("contoso").await }))
        .await;
    assert_eq!(
        entries["organization"]["operations"]["nodes"][0]["changes"],
        json!([{ "name": "roles_that_waited", "value": "USER_ADMIN" }])
    );
    record_verifies(app).await;
}

both!(a_role_waits_for_the_link_that_takes_the_user_out);

async fn a_role_does_not_come_true_whose_giver_could_not_give_it(app: &TestApp) {
    app.db_hand("ivan", Way::Contact, "fiona").await;
    app.db_hand("ivan", Way::Secret, "fiona").await;
    // Uma is a global admin for a while.
    let carla = app.sign_in("carla").await;
    let uma = json!({ "accountId": app.account("contoso").await, "userId": app.user("uma").await, "role": "GLOBAL_ADMIN" });
    carla
        .done("assignAdminRole", uma.clone(), "user { id }")
        .await;
    app.sign_in("uma")
        .await
        .done(
            "assignAdminRole",
            when_out(app, "GLOBAL_ADMIN").await,
            "user { id }",
        )
        .await;
    carla
        .done(
            "assignAdminRole",
            when_out(app, "REPORTS_READER").await,
            "user { id }",
        )
        .await;
    carla
        .done(
            "assignAdminRole",
            when_out(app, "GUEST_INVITER").await,
            "user { id }",
        )
        .await;
    carla
        .done(
            "removeAdminRole",
            role(app, "GUEST_INVITER").await,
            "user { id }",
        )
        .await;
    carla.done("removeAdminRole", uma, "user { id }").await;
    comes_out(app).await;
    assert_eq!(
        roles(app).await,
        json!({ "adminRoles": ["REPORTS_READER"], "adminRolesByDelegates": [], "awaitedRoles": [] })
    );
}

both!(a_role_does_not_come_true_whose_giver_could_not_give_it);

async fn a_role_waits_for_the_last_hand(app: &TestApp) {
    app.db_hand("ivan", Way::Contact, "fiona").await;
    app.db_hand("ivan", Way::Secret, "fiona").await;
    let carla = app.sign_in("carla").await;
    let explain =
        "query($input: ExplainAccessInput!) { explainAccess(input: $input) { allowed reason } }";
    let asked = with(on(app, "ivan").await, "operation", "ASSIGN_ADMIN_ROLE");
    let told = carla.data(explain, json!({ "input": asked })).await;
    assert_eq!(
        told["explainAccess"],
        json!({ "allowed": false, "reason": "SIGN_IN_BY_DELEGATE" })
    );
    carla
        .done(
            "assignAdminRole",
            when_out(app, "USER_ADMIN").await,
            "user { id }",
        )
        .await;
    // A new contact is proven: the old password may be known still.
    app.mails().await;
    let contact = with(on(app, "ivan").await, "contact", "ivan@mail.example");
    carla.done("changeContact", contact, "user { id }").await;
    Link::Contact.redeem_mailed(app, "ivan@mail.example").await;
    assert_eq!(roles(app).await["awaitedRoles"], json!(["USER_ADMIN"]));
    // The password that may be known is not chosen again, whether it stands or was taken.
    carla
        .done("resetPassword", on(app, "ivan").await, "user { id }")
        .await;
    let secret = Link::Reset.mailed(app, "ivan@mail.example").await;
    assert_eq!(
        Link::Reset.redeem_by(app, &secret, DEMO_PASSWORD).await,
        "BAD_USER_INPUT/PASSWORD_WEAK"
    );
    assert_eq!(roles(app).await["awaitedRoles"], json!(["USER_ADMIN"]));
    assert_eq!(Link::Reset.redeem(app, &secret).await, "");
    assert_eq!(
        roles(app).await,
        json!({ "adminRoles": ["USER_ADMIN"], "adminRolesByDelegates": [], "awaitedRoles": [] })
    );
    let told = app.mails().await;
    let told: Vec<_> = told
        .iter()
        .map(|mail| (mail.to.as_str(), mail.subject.as_str()))
        .collect();
    assert_eq!(
        told,
        [(
            "carla.contoso@example.org",
            "An admin role of ivan@contoso.mandate.example counts now"
        )]
    );
}

both!(a_role_waits_for_the_last_hand);

async fn who_could_not_give_what_waits_does_not_touch_who_waits(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let rules = json!({ "accountId": app.account("contoso").await, "passwordDeliveries": ["LINK", "SHOW_ONCE"] });
    carla.done("updateAccountRules", rules, "__typename").await;
    app.db_hand("ivan", Way::Contact, "fiona").await;
    app.db_hand("ivan", Way::Secret, "fiona").await;
    carla
        .done(
            "assignAdminRole",
            when_out(app, "GLOBAL_ADMIN").await,
            "user { id }",
        )
        .await;
    let (fiona, uma, hector) = (
        app.sign_in("fiona").await,
        app.sign_in("uma").await,
        app.sign_in("hector").await,
    );
    let ivan = on(app, "ivan").await;
    for (actor, field, input, why) in [
        (
            &fiona,
            "changeContact",
            with(ivan.clone(), "contact", "i@mail.example"),
            "FORBIDDEN/SECRET_GUARDED",
        ),
        (
            &fiona,
            "changeSignInName",
            with(ivan.clone(), "signInName", "i@contoso.mandate.example"),
            "FORBIDDEN/SECRET_GUARDED",
        ),
        (
            &fiona,
            "updateProfile",
            with(ivan.clone(), "displayName", "I"),
            "FORBIDDEN/SECRET_GUARDED",
        ),
        (
            &fiona,
            "deleteUser",
            ivan.clone(),
            "FORBIDDEN/SECRET_GUARDED",
        ),
        (
            &uma,
            "changeContact",
            with(ivan.clone(), "contact", "umas.box@mail.example"),
            "FORBIDDEN/TARGET_PRIVILEGED",
        ),
        (
            &uma,
            "confirmContact",
            with(ivan.clone(), "contact", "ivan.contoso@example.org"),
            "FORBIDDEN/TARGET_PRIVILEGED",
        ),
        (
            &uma,
            "resetPassword",
            ivan.clone(),
            "FORBIDDEN/TARGET_PRIVILEGED",
        ),
        (
            &hector,
            "resetPassword",
            with(ivan.clone(), "delivery", "SHOW_ONCE"),
            "FORBIDDEN/TARGET_PRIVILEGED",
        ),
    ] {
        assert_eq!(actor.fails(field, input).await, why, "{field}");
    }
    assert_eq!(roles(app).await["awaitedRoles"], json!(["GLOBAL_ADMIN"]));
}

both!(who_could_not_give_what_waits_does_not_touch_who_waits);

async fn a_link_that_a_lesser_admin_had_sent_before_gives_no_role(app: &TestApp) {
    app.db_hand("ivan", Way::Contact, "fiona").await;
    app.mails().await;
    let contact = with(on(app, "ivan").await, "contact", "umas.box@mail.example");
    app.sign_in("uma")
        .await
        .done("changeContact", contact, "user { id }")
        .await;
    app.sign_in("carla")
        .await
        .done(
            "assignAdminRole",
            when_out(app, "GLOBAL_ADMIN").await,
            "user { id }",
        )
        .await;
    Link::Contact
        .redeem_mailed(app, "umas.box@mail.example")
        .await;
    assert_eq!(
        roles(app).await,
        json!({ "adminRoles": [], "adminRolesByDelegates": [], "awaitedRoles": [] })
    );
}

both!(a_link_that_a_lesser_admin_had_sent_before_gives_no_role);

async fn a_role_waits_for_nobody_who_is_gone(app: &TestApp) {
    app.db_hand("ivan", Way::Contact, "fiona").await;
    let carla = app.sign_in("carla").await;
    carla
        .done(
            "assignAdminRole",
            when_out(app, "USER_ADMIN").await,
            "user { id }",
        )
        .await;
    carla
        .done("deleteUser", on(app, "ivan").await, "user { id }")
        .await;
    carla
        .done("restoreUser", on(app, "ivan").await, "user { id }")
        .await;
    assert_eq!(roles(app).await["awaitedRoles"], json!([]));
    // Who is in nobody's hands has the role at once.
    let hector = json!({ "accountId": app.account("contoso").await, "userId": app.user("hector").await, "role": "REPORTS_READER", "whenOut": true });
    let given = carla
        .done(
            "assignAdminRole",
            hector,
            "user { adminRoles awaitedRoles }",
        )
        .await;
    assert_eq!(
        given["user"],
        json!({ "adminRoles": ["HELPDESK_ADMIN", "REPORTS_READER"], "awaitedRoles": [] })
    );
}

both!(a_role_waits_for_nobody_who_is_gone);
