//! Who was dismissed comes back by the account's own admins alone; roles and names stay what they made them.

use entity::states::Way;
use mandate::cli::DEMO_PASSWORD;
use serde_json::{Value, json};

use crate::support::{Link, NEW_PASSWORD, TestApp, both, on, reason, with};

const IVAN: &str = "ivan@contoso.mandate.example";
async fn a_delegate_lifts_no_block_of_the_accounts_own(app: &TestApp) {
    let (carla, fiona) = (app.sign_in("carla").await, app.sign_in("fiona").await);
    let ivan = on(app, "ivan").await;
    carla.done("blockSignIn", ivan.clone(), "user { id }").await;
    assert_eq!(
        fiona.fails("unblockSignIn", ivan.clone()).await,
        "FORBIDDEN/DISMISSED"
    );
    carla
        .done("unblockSignIn", ivan.clone(), "user { id }")
        .await;
    // A block of its own it lifts, until an admin of the account makes the block its own.
    fiona.done("blockSignIn", ivan.clone(), "user { id }").await;
    fiona
        .done("unblockSignIn", ivan.clone(), "user { id }")
        .await;
    fiona.done("blockSignIn", ivan.clone(), "user { id }").await;
    assert_eq!(
        fiona.fails("blockSignIn", ivan.clone()).await,
        "FAILED_PRECONDITION/ALREADY_BLOCKED"
    );
    carla.done("blockSignIn", ivan.clone(), "user { id }").await;
    assert_eq!(
        carla.fails("blockSignIn", ivan.clone()).await,
        "FAILED_PRECONDITION/ALREADY_BLOCKED"
    );
    assert_eq!(
        fiona.fails("unblockSignIn", ivan).await,
        "FORBIDDEN/DISMISSED"
    );
}

both!(a_delegate_lifts_no_block_of_the_accounts_own);

async fn a_delegate_restores_nobody_whom_the_account_deleted(app: &TestApp) {
    let (carla, fiona) = (app.sign_in("carla").await, app.sign_in("fiona").await);
    let uma = on(app, "uma").await;
    carla
        .done("deleteUser", uma.clone(), "operation { id }")
        .await;
    assert_eq!(
        fiona.fails("restoreUser", uma.clone()).await,
        "FORBIDDEN/DISMISSED"
    );
    carla.done("restoreUser", uma.clone(), "user { id }").await;
    let ivan = on(app, "ivan").await;
    fiona
        .done("deleteUser", ivan.clone(), "operation { id }")
        .await;
    fiona.done("restoreUser", ivan, "user { id }").await;
}

both!(a_delegate_restores_nobody_whom_the_account_deleted);

async fn what_a_restored_user_signed_in_with_opens_nothing(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let ivan = on(app, "ivan").await;
    let session = app.sign_in("ivan").await;
    carla
        .done("deleteUser", ivan.clone(), "operation { id }")
        .await;
    carla.done("restoreUser", ivan.clone(), "user { id }").await;
    let viewer = session.run("{ viewer { user { id } } }", Value::Null).await;
    assert_eq!(reason(&viewer), "UNAUTHENTICATED/TOKEN_INVALID");
    let answer = app.anonymous().sign_in(IVAN, DEMO_PASSWORD).await;
    assert_eq!(reason(&answer), "UNAUTHENTICATED/CREDENTIALS_INVALID");
    // By a link it comes back.
    app.mails().await;
    carla.done("resetPassword", ivan, "user { id }").await;
    Link::Reset
        .redeem_mailed(app, "ivan.contoso@example.org")
        .await;
    app.sign_in_as(IVAN, NEW_PASSWORD).await;
}

both!(what_a_restored_user_signed_in_with_opens_nothing);

async fn a_delegate_renames_nobody_who_consents_or_acts_for_clients(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    for part in ["displayName", "givenName", "surname"] {
        assert_eq!(
            fiona
                .fails(
                    "updateProfile",
                    with(on(app, "carla").await, part, "Fiona Full")
                )
                .await,
            "FORBIDDEN/SECRET_GUARDED",
            "{part}"
        );
    }
    fiona
        .done(
            "updateProfile",
            with(on(app, "carla").await, "jobTitle", "Head of IT"),
            "user { id }",
        )
        .await;
    fiona
        .done(
            "updateProfile",
            with(on(app, "ivan").await, "displayName", "Ivan Inside"),
            "user { id }",
        )
        .await;
    // A technician of a client that is a partner itself.
    app.sign_in("tina")
        .await
        .done(
            "liftGrant",
            json!({ "grantId": app.grant("northwind", "tailspin").await }),
            "__typename",
        )
        .await;
    let tom = json!({ "accountId": app.account("tailspin").await, "userId": app.user("tom").await, "displayName": "Fiona Full" });
    assert_eq!(
        fiona.fails("updateProfile", tom).await,
        "FORBIDDEN/SECRET_GUARDED"
    );
    // Nor does it give or take a role there.
    assert_eq!(
        fiona
            .fails(
                "assignAdminRole",
                with(on(app, "carla").await, "role", "REPORTS_READER")
            )
            .await,
        "FORBIDDEN/SECRET_GUARDED"
    );
}

both!(a_delegate_renames_nobody_who_consents_or_acts_for_clients);

async fn a_delegate_comes_by_no_sign_in_of_an_admin_that_the_account_made(app: &TestApp) {
    let (carla, fiona, liam) = (
        app.sign_in("carla").await,
        app.sign_in("fiona").await,
        app.sign_in("liam").await,
    );
    let rules = json!({ "accountId": app.account("contoso").await, "passwordDeliveries": ["LINK", "SHOW_ONCE"] });
    carla.done("updateAccountRules", rules, "__typename").await;
    for name in ["uma", "hector", "paul", "dana"] {
        for (field, input) in [
            (
                "changeContact",
                with(on(app, name).await, "contact", "mine@example.org"),
            ),
            (
                "changeSignInName",
                with(
                    on(app, name).await,
                    "signInName",
                    "other@contoso.mandate.example",
                ),
            ),
            (
                "resetPassword",
                with(on(app, name).await, "delivery", "SHOW_ONCE"),
            ),
        ] {
            assert_eq!(
                fiona.fails(field, input).await,
                "FORBIDDEN/ADMIN_GUARDED",
                "{field} {name}"
            );
        }
        fiona
            .done("resetPassword", on(app, name).await, "user { id }")
            .await;
    }
    assert_eq!(
        liam.fails(
            "resetPassword",
            with(on(app, "paul").await, "delivery", "SHOW_ONCE")
        )
        .await,
        "FORBIDDEN/ADMIN_GUARDED"
    );
    let ivans = with(on(app, "ivan").await, "contact", "mine@example.org");
    assert_eq!(
        fiona.fails("changeContact", ivans.clone()).await,
        "FORBIDDEN/CONTACT_GUARDED"
    );
    // The client may want it otherwise, but for who consents.
    carla
        .done(
            "updateAccountRules",
            json!({ "accountId": app.account("contoso").await, "signInsDelegable": true }),
            "__typename",
        )
        .await;
    fiona.done("changeContact", ivans, "user { id }").await;
    fiona
        .done(
            "changeContact",
            with(on(app, "uma").await, "contact", "mine@example.org"),
            "user { id }",
        )
        .await;
    assert_eq!(
        fiona
            .fails(
                "changeContact",
                with(on(app, "carla").await, "contact", "mine@example.org")
            )
            .await,
        "FORBIDDEN/SECRET_GUARDED"
    );
}

both!(a_delegate_comes_by_no_sign_in_of_an_admin_that_the_account_made);

async fn who_is_in_a_partners_hands_is_given_no_role_by_the_account(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    app.db_hand("ivan", Way::Contact, "fiona").await;
    for role in [
        "DIRECTORY_READER",
        "PASSWORD_ADMIN",
        "USER_ADMIN",
        "GLOBAL_ADMIN",
    ] {
        let input = with(on(app, "ivan").await, "role", role);
        assert_eq!(
            carla.fails("assignAdminRole", input).await,
            "FAILED_PRECONDITION/SIGN_IN_BY_DELEGATE",
            "{role}"
        );
    }
    // Set anew by the account itself, it is.
    carla
        .done(
            "changeContact",
            with(on(app, "ivan").await, "contact", "ivan.contoso@example.org"),
            "user { id }",
        )
        .await;
    let role = with(on(app, "ivan").await, "role", "USER_ADMIN");
    assert_eq!(
        carla.fails("assignAdminRole", role.clone()).await,
        "FAILED_PRECONDITION/SIGN_IN_BY_DELEGATE"
    );
    Link::Contact
        .redeem_mailed(app, "ivan.contoso@example.org")
        .await;
    carla.done("assignAdminRole", role, "user { id }").await;
}

both!(who_is_in_a_partners_hands_is_given_no_role_by_the_account);

async fn a_role_that_a_delegate_gave_becomes_the_accounts_own_gift(app: &TestApp) {
    let (carla, fiona) = (app.sign_in("carla").await, app.sign_in("fiona").await);
    let role = with(on(app, "ivan").await, "role", "USER_ADMIN");
    fiona
        .done("assignAdminRole", role.clone(), "user { id }")
        .await;
    assert_eq!(
        fiona.fails("assignAdminRole", role.clone()).await,
        "FAILED_PRECONDITION/ROLE_HELD"
    );
    carla
        .done(
            "assignAdminRole",
            role.clone(),
            "user { adminRolesByDelegates }",
        )
        .await;
    assert_eq!(
        carla.fails("assignAdminRole", role).await,
        "FAILED_PRECONDITION/ROLE_HELD"
    );
    carla
        .done(
            "endGrant",
            json!({ "grantId": app.grant("northwind", "contoso").await }),
            "grant { state }",
        )
        .await;
    let ivan = app.sign_in("ivan").await;
    let input = json!({ "accountId": app.account("contoso").await, "displayName": "Nina", "signInName": "nina", "contact": "nina@example.org" });
    let added = ivan
        .done("addUser", input, "operation { authority grantId }")
        .await;
    assert_eq!(
        added["operation"],
        json!({ "authority": "OWN", "grantId": null })
    );
}

both!(a_role_that_a_delegate_gave_becomes_the_accounts_own_gift);

// As after an upgrade: an admin whom the account made, and whose contact a delegate set before.
async fn an_admin_in_a_partners_hands_acts_under_its_grant(app: &TestApp) {
    let (carla, contoso) = (app.sign_in("carla").await, app.account("contoso").await);
    app.db_hand("uma", Way::Contact, "fiona").await;
    let uma = app.sign_in("uma").await;
    let add = |name: &str| json!({ "accountId": contoso, "displayName": name, "signInName": name, "contact": format!("{name}@example.org") });
    let added = uma
        .done(
            "addUser",
            add("nina"),
            "operation { authority grantId hands { grantId personId } }",
        )
        .await;
    let grant = app.grant("northwind", "contoso").await;
    let hands = json!([{ "grantId": grant, "personId": app.user("fiona").await }]);
    assert_eq!(
        added["operation"],
        json!({ "authority": "OWN", "grantId": grant, "hands": hands })
    );
    // The client is told, and what it asks of delegates it asks of her.
    let told: Vec<_> = app.mails().await.into_iter().map(|mail| mail.to).collect();
    assert_eq!(told, ["nina@example.org", "carla.contoso@example.org"]);
    carla
        .done(
            "updateAccountRules",
            json!({ "accountId": contoso, "ticketRequired": true }),
            "__typename",
        )
        .await;
    assert_eq!(
        uma.fails("addUser", add("otto")).await,
        "BAD_USER_INPUT/TICKET_REQUIRED"
    );
    // With the grant ends what she may do, and only that.
    carla
        .done(
            "endGrant",
            json!({ "grantId": app.grant("northwind", "contoso").await }),
            "grant { state }",
        )
        .await;
    let mut ticket = add("otto");
    ticket["ticket"] = json!("T-1");
    assert_eq!(
        uma.fails("addUser", ticket.clone()).await,
        "FORBIDDEN/IN_HANDS"
    );
    uma.data("{ viewer { user { displayName } } }", Value::Null)
        .await;
    // The cure that is told works.
    carla
        .done(
            "changeContact",
            with(on(app, "uma").await, "contact", "uma.contoso@example.org"),
            "user { id }",
        )
        .await;
    assert_eq!(
        uma.fails("addUser", ticket.clone()).await,
        "FORBIDDEN/IN_HANDS"
    );
    Link::Contact
        .redeem_mailed(app, "uma.contoso@example.org")
        .await;
    let added = uma
        .done(
            "addUser",
            ticket,
            "operation { authority grantId hands { grantId } }",
        )
        .await;
    assert_eq!(
        added["operation"],
        json!({ "authority": "OWN", "grantId": null, "hands": [] })
    );
}

both!(an_admin_in_a_partners_hands_acts_under_its_grant);
