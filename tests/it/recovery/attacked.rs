//! Recoveries that somebody wants to use or to keep from happening.

use axum::http::StatusCode;
use chrono::TimeDelta;
use entity::{states::Way, user};
use sea_orm::sea_query::Expr;
use serde_json::{Value, json};

use super::{ADMINS, CARLA, CONTACT, PRIVATE, approve, days, start, started, state, stop, told};
use crate::support::{Link, NEW_PASSWORD, TestApp, both, reason};

async fn no_link_goes_where_somebody_else_may_read_it(app: &TestApp) {
    for contact in [
        "carla@northwind.mandate.example",
        "fiona.northwind@example.org",
        "tom@tailspin.mandate.example",
        "olivia.platform@example.org",
        "x@platform.mandate.example",
        "uma.contoso@example.org",
    ] {
        assert_eq!(
            reason(&started(app, contact).await),
            "FAILED_PRECONDITION/CONTACT_NOT_CONFIRMABLE",
            "{contact}"
        );
    }
    // Her own contact, where a delegate set it, is no way to her; a new one takes her out of its hands.
    app.db_hand("carla", Way::Contact, "fiona").await;
    app.db_hand("carla", Way::Secret, "fiona").await;
    assert_eq!(
        reason(&started(app, CONTACT).await),
        "FAILED_PRECONDITION/CONTACT_NOT_CONFIRMABLE"
    );
    app.mails().await;
    let recovery = start(app, PRIVATE).await;
    let mails = app.mails().await;
    // Whoever may read a mailbox in hands is told, and stops nothing.
    assert_eq!(told(&mails).len(), 6);
    assert!(
        mails
            .iter()
            .filter(|mail| mail.to == CONTACT)
            .all(|mail| !mail.text.contains("/stop/"))
    );
    approve(app, &recovery).await;
    days(app, 7);
    Link::Recover.redeem_mailed(app, PRIVATE).await;
    let carla = app.sign_in_as(CARLA, NEW_PASSWORD).await;
    let data = carla
        .data("{ viewer { inHands user { hands { way } } } }", Value::Null)
        .await;
    assert_eq!(
        data["viewer"],
        json!({ "inHands": false, "user": { "hands": [] } })
    );
}

both!(no_link_goes_where_somebody_else_may_read_it);

async fn a_mailbox_that_becomes_anothers_meanwhile_gets_nothing(app: &TestApp) {
    let recovery = start(app, PRIVATE).await;
    approve(app, &recovery).await;
    let theirs = Expr::value(PRIVATE);
    app.db_set_user("liam", user::Column::Contact, theirs.clone())
        .await;
    days(app, 7);
    let mails = app.mails().await;
    assert!(
        !mails.iter().any(|mail| mail.subject.starts_with("Choose")),
        "{mails:#?}"
    );
    assert_eq!(state(app, &recovery).await, "NOT_NEEDED");
    // Nor does a link that is out.
    app.db_set_user(
        "liam",
        user::Column::Contact,
        Expr::value("liam@example.org"),
    )
    .await;
    let recovery = start(app, PRIVATE).await;
    approve(app, &recovery).await;
    days(app, 7);
    let secret = Link::Recover.mailed(app, PRIVATE).await;
    app.db_set_user("liam", user::Column::Contact, theirs).await;
    assert_eq!(
        Link::Recover.redeem(app, &secret).await,
        "UNAUTHENTICATED/LINK_INVALID"
    );
    app.sign_in("carla").await;
}

both!(a_mailbox_that_becomes_anothers_meanwhile_gets_nothing);

async fn no_delegate_decides_whether_an_admin_comes_back(app: &TestApp) {
    let (fiona, contoso) = (app.sign_in("fiona").await, app.account("contoso").await);
    let on = |mut input: Value| {
        input["accountId"] = json!(contoso);
        input
    };
    // It claims the mailbox, and the domain name, of the admin.
    fiona
        .done(
            "addDomain",
            on(json!({ "name": "mail.example" })),
            "domain { id }",
        )
        .await;
    fiona.done("addUser", on(json!({ "displayName": "C", "signInName": "c1", "contact": "carla+c@mail.example" })), "user { id }").await;
    app.mails().await;
    let recovery = start(app, PRIVATE).await;
    // It silences everyone who could stop it, or be told.
    fiona
        .done(
            "removeAdminRole",
            on(json!({ "userId": app.user("uma").await, "role": "USER_ADMIN" })),
            "user { id }",
        )
        .await;
    fiona
        .done(
            "blockSignIn",
            on(json!({ "userId": app.user("paul").await })),
            "user { id }",
        )
        .await;
    fiona
        .done(
            "deleteUser",
            on(json!({ "userId": app.user("hector").await })),
            "user { id }",
        )
        .await;
    app.mails().await;
    approve(app, &recovery).await;
    let mails = app.mails().await;
    assert_eq!(told(&mails).len(), 7, "{mails:#?}");
    for admin in &ADMINS[1..] {
        let path = stop(&mails, admin);
        assert_eq!(app.get(&path).await.0, StatusCode::OK, "{admin}");
    }
    days(app, 7);
    Link::Recover.redeem_mailed(app, PRIVATE).await;
    // Whom the client itself dismissed is told nothing.
    app.app.clock.advance(TimeDelta::hours(25));
    let carla = app.sign_in_as(CARLA, NEW_PASSWORD).await;
    carla
        .done(
            "unblockSignIn",
            on(json!({ "userId": app.user("paul").await })),
            "user { id }",
        )
        .await;
    carla
        .done(
            "blockSignIn",
            on(json!({ "userId": app.user("paul").await })),
            "user { id }",
        )
        .await;
    app.mails().await;
    start(app, "carla@third.example").await;
    assert!(!told(&app.mails().await).contains(&ADMINS[2]));
}

both!(no_delegate_decides_whether_an_admin_comes_back);

async fn a_recovered_delegate_touches_no_sign_in_in_clients(app: &TestApp) {
    let northwind = app.account("northwind").await;
    let petra =
        json!({ "accountId": northwind, "userId": app.user("petra").await, "role": "FULL" });
    app.sign_in("petra")
        .await
        .done("assignDelegatedRole", petra, "user { id }")
        .await;
    let name = "petra@northwind.mandate.example";
    let input =
        json!({ "organizationId": northwind, "signInName": name, "contact": "petra@mail.example" });
    let olivia = app.sign_in("olivia").await;
    let recovery = olivia
        .done("startRecovery", input, "recovery { id contact }")
        .await["recovery"]
        .clone();
    approve(app, &recovery).await;
    days(app, 7);
    Link::Recover.redeem_mailed(app, "petra@mail.example").await;
    let petra = app.sign_in_as(name, NEW_PASSWORD).await;
    let greta =
        json!({ "accountId": app.account("contoso").await, "userId": app.user("greta").await });
    for (field, more) in [
        ("assignAdminRole", json!({ "role": "GLOBAL_ADMIN" })),
        ("changeContact", json!({ "contact": "g@mail.example" })),
        ("deleteUser", json!({})),
        ("resetPassword", json!({})),
    ] {
        let mut input = greta.clone();
        input
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        assert_eq!(
            petra.fails(field, input).await,
            "FORBIDDEN/RECENTLY_RECOVERED",
            "{field}"
        );
    }
}

both!(a_recovered_delegate_touches_no_sign_in_in_clients);

async fn who_is_no_admin_any_more_is_not_let_in(app: &TestApp) {
    let recovery = start(app, PRIVATE).await;
    approve(app, &recovery).await;
    days(app, 7);
    let secret = Link::Recover.mailed(app, PRIVATE).await;
    // Ivan takes over meanwhile, and Carla's role.
    let account = app.account("contoso").await;
    let ivan =
        json!({ "accountId": account, "userId": app.user("ivan").await, "role": "GLOBAL_ADMIN" });
    app.sign_in("carla")
        .await
        .done("assignAdminRole", ivan, "user { id }")
        .await;
    let carla =
        json!({ "accountId": account, "userId": app.user("carla").await, "role": "GLOBAL_ADMIN" });
    app.sign_in("ivan")
        .await
        .done("removeAdminRole", carla, "user { id }")
        .await;
    assert_eq!(
        Link::Recover.redeem(app, &secret).await,
        "UNAUTHENTICATED/LINK_INVALID"
    );
    assert_eq!(state(app, &recovery).await, "SENT");
}

both!(who_is_no_admin_any_more_is_not_let_in);

async fn what_a_stop_puts_back_is_in_the_hands_that_it_was_in(app: &TestApp) {
    app.db_hand("carla", Way::Contact, "fiona").await;
    let recovery = start(app, PRIVATE).await;
    approve(app, &recovery).await;
    days(app, 7);
    Link::Recover.redeem_mailed(app, PRIVATE).await;
    // Who reads the contact in hands stops nothing.
    let mails = app.mails().await;
    assert!(
        mails
            .iter()
            .filter(|mail| mail.to == CONTACT)
            .all(|mail| !mail.text.contains("/stop/"))
    );
    let input = json!({ "recoveryId": recovery["id"] });
    app.sign_in("oscar")
        .await
        .done("stopRecovery", input, "recovery { state }")
        .await;
    let carla = app.sign_in("carla").await;
    let data = carla
        .data("{ viewer { inHands user { hands { way } } } }", Value::Null)
        .await;
    assert_eq!(
        data["viewer"],
        json!({ "inHands": true, "user": { "hands": [{ "way": "CONTACT" }] } })
    );
}

both!(what_a_stop_puts_back_is_in_the_hands_that_it_was_in);

async fn an_operator_whose_sign_in_another_touched_is_no_second_one(app: &TestApp) {
    let (olivia, platform) = (app.sign_in("olivia").await, app.account("platform").await);
    let oscar = json!({ "accountId": platform, "userId": app.user("oscar").await });
    app.mails().await;
    olivia.done("resetPassword", oscar, "user { id }").await;
    Link::Reset
        .redeem_mailed(app, "oscar.platform@example.org")
        .await;
    let recovery = start(app, PRIVATE).await;
    let input = json!({ "recoveryId": recovery["id"], "contact": PRIVATE });
    let oscar = app
        .sign_in_as("oscar@platform.mandate.example", NEW_PASSWORD)
        .await;
    assert_eq!(
        oscar.fails("approveRecovery", input).await,
        "FAILED_PRECONDITION/OPERATOR_TOO_NEW"
    );
}

both!(an_operator_whose_sign_in_another_touched_is_no_second_one);

async fn a_contact_that_a_delegate_set_silences_nobody(app: &TestApp) {
    let rules = json!({ "accountId": app.account("contoso").await, "signInsDelegable": true });
    app.sign_in("carla")
        .await
        .done("updateAccountRules", rules, "__typename")
        .await;
    app.mails().await;
    start(app, PRIVATE).await;
    let path = stop(&app.mails().await, ADMINS[3]);
    let uma = json!({ "accountId": app.account("contoso").await, "userId": app.user("uma").await, "contact": "mine@example.org" });
    app.sign_in("fiona")
        .await
        .done("changeContact", uma, "user { id }")
        .await;
    let (status, _, page) = app.get(&path).await;
    assert!(
        status == StatusCode::OK && page.contains("Stop this recovery"),
        "{page}"
    );
}

both!(a_contact_that_a_delegate_set_silences_nobody);
