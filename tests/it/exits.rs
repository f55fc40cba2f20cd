//! What stands between a partner's hands and the ways out of them: who recovered by a link of others, mailboxes that
//! are the partner's after all, and claims that nobody proved.

use chrono::TimeDelta;
use entity::states::Way;
use sea_orm::sea_query::Expr;
use serde_json::{Value, json};

use crate::support::{NEW_PASSWORD, TestApp, both, dns::Dns, on, reason, record_verifies, with};

const NEWER: &str = "eleven loud herons drop teacups";
const CARLA: &str = "carla@contoso.mandate.example";

async fn redeem(app: &TestApp, to: &str, path: &str) {
    redeem_by(app, to, path, NEW_PASSWORD).await;
}

async fn redeem_by(app: &TestApp, to: &str, path: &str, password: &str) {
    let mails = app.mails().await;
    let mut sent = mails.iter().rev().filter(|mail| mail.to == to);
    let secret = sent
        .find(|mail| mail.text.contains(path))
        .unwrap_or_else(|| panic!("{mails:#?}"))
        .secret();
    let (field, input) = match path {
        "/contact/" => ("verifyContact", json!({ "secret": secret })),
        "/enrol/" => (
            "enrol",
            json!({ "secret": secret, "newPassword": password }),
        ),
        _ => (
            "redeemReset",
            json!({ "secret": secret, "newPassword": password }),
        ),
    };
    app.anonymous().done(field, input, "operationId").await;
}

async fn who_recovered_by_a_delegates_link_does_not_see_to_it_that_nobody_can_stop_it(
    app: &TestApp,
) {
    let (carla, fiona, contoso) = (
        app.sign_in("carla").await,
        app.sign_in("fiona").await,
        app.account("contoso").await,
    );
    let rules = json!({ "accountId": contoso, "passwordDeliveries": ["LINK", "SHOW_ONCE"] });
    carla.done("updateAccountRules", rules, "__typename").await;
    carla
        .done(
            "assignAdminRole",
            with(on(app, "uma").await, "role", "GLOBAL_ADMIN"),
            "user { id }",
        )
        .await;
    app.mails().await;
    fiona
        .done("resetPassword", on(app, "uma").await, "user { id }")
        .await;
    redeem(app, "uma.contoso@example.org", "/reset/").await;
    // Carla is told of both, and how to stop it.
    let mails = app.mails().await;
    let told = mails
        .iter()
        .find(|mail| {
            mail.to == "carla.contoso@example.org" && mail.subject.contains("chose a new password")
        })
        .unwrap();
    assert!(
        told.text.contains("stop it now") && told.text.contains("24 hours"),
        "{}",
        told.text
    );
    let uma = app
        .sign_in_as("uma@contoso.mandate.example", NEW_PASSWORD)
        .await;
    app.db_hand("ivan", Way::Contact, "fiona").await;
    for (field, input) in [
        (
            "assignAdminRole",
            with(on(app, "hector").await, "role", "GLOBAL_ADMIN"),
        ),
        (
            "removeAdminRole",
            with(on(app, "carla").await, "role", "GLOBAL_ADMIN"),
        ),
        (
            "resetPassword",
            with(on(app, "carla").await, "delivery", "SHOW_ONCE"),
        ),
        ("resetPassword", on(app, "carla").await),
        (
            "resetPassword",
            with(on(app, "paul").await, "delivery", "SHOW_ONCE"),
        ),
        (
            "changeContact",
            with(on(app, "carla").await, "contact", "mine@example.org"),
        ),
        (
            "changeContact",
            with(on(app, "ivan").await, "contact", "ivan.contoso@example.org"),
        ),
        ("blockSignIn", on(app, "carla").await),
        ("deleteUser", on(app, "carla").await),
        (
            "updateAccountRules",
            json!({ "accountId": contoso, "signInsDelegable": true }),
        ),
    ] {
        assert_eq!(
            uma.fails(field, input).await,
            "FORBIDDEN/RECENTLY_RECOVERED",
            "{field}"
        );
    }
    // Holding and ending never wait; nothing else is done, nor does a sign-in end with a grant.
    let add = json!({ "accountId": contoso, "displayName": "Nina", "signInName": "nina", "contact": "nina@example.org" });
    assert_eq!(
        uma.fails("addUser", add).await,
        "FORBIDDEN/RECENTLY_RECOVERED"
    );
    let end = json!({ "grantId": app.grant("northwind", "contoso").await, "endSignInsOf": [app.user("ivan").await] });
    assert_eq!(
        uma.fails("endGrant", end).await,
        "FORBIDDEN/RECENTLY_RECOVERED"
    );
    let grant = json!({ "grantId": app.grant("northwind", "contoso").await });
    uma.done("holdGrant", grant.clone(), "grant { state }")
        .await;
    assert_eq!(
        uma.fails("liftGrant", grant).await,
        "FORBIDDEN/RECENTLY_RECOVERED"
    );
    // Carla can stop it; where she does not, it is over after a day.
    carla
        .done("resetPassword", on(app, "uma").await, "user { id }")
        .await;
    let gone = uma.run("{ viewer { user { id } } }", Value::Null).await;
    assert_eq!(reason(&gone), "UNAUTHENTICATED/TOKEN_INVALID");
    redeem_by(app, "uma.contoso@example.org", "/reset/", NEWER).await;
    let uma = app.sign_in_as("uma@contoso.mandate.example", NEWER).await;
    uma.done(
        "assignAdminRole",
        with(on(app, "hector").await, "role", "GLOBAL_ADMIN"),
        "user { id }",
    )
    .await;
    let grant = json!({ "grantId": app.grant("northwind", "contoso").await });
    carla.done("liftGrant", grant, "grant { state }").await;
    fiona
        .done("resetPassword", on(app, "carla").await, "user { id }")
        .await;
    redeem(app, "carla.contoso@example.org", "/reset/").await;
    app.app.clock.advance(TimeDelta::hours(25));
    let carla = app.sign_in_as(CARLA, NEW_PASSWORD).await;
    carla
        .done(
            "updateAccountRules",
            json!({ "accountId": contoso, "ticketRequired": true }),
            "__typename",
        )
        .await;
}

both!(who_recovered_by_a_delegates_link_does_not_see_to_it_that_nobody_can_stop_it);

async fn what_cannot_be_confirmed_is_no_way_out_by_another_name(app: &TestApp) {
    let (carla, fiona) = (app.sign_in("carla").await, app.sign_in("fiona").await);
    app.db_hand("ivan", Way::Contact, "fiona").await;
    let dns = Dns::start().await;
    let address = dns.address.to_string();
    let app = &app
        .again(|config| config.dns.resolvers = vec![address])
        .await;
    for name in ["contoso-mail.example", "unproven.example"] {
        let input = json!({ "accountId": app.account("contoso").await, "name": name });
        let added = fiona
            .done("addDomain", input, "domain { id txtRecord { name value } }")
            .await["domain"]
            .clone();
        let (record, value) = (
            added["txtRecord"]["name"].as_str().unwrap(),
            added["txtRecord"]["value"].as_str().unwrap(),
        );
        if name == "contoso-mail.example" {
            dns.set(record, &[value]);
            let input =
                json!({ "accountId": app.account("contoso").await, "domainId": added["id"] });
            app.sign_in("fiona")
                .await
                .done("verifyDomain", input, "domain { id }")
                .await;
        }
    }
    let contact =
        |address: &'static str| async move { with(on(app, "ivan").await, "contact", address) };
    for address in [
        "ivan@contoso-mail.example",
        "ivan@mx.contoso-mail.example",
        "x@northwind.mandate.example",
        "fiona.northwind@example.org",
        "Fiona.Northwind+z@example.org",
        "hector.contoso@example.org",
        "hector.contoso+1@example.org",
    ] {
        assert_eq!(
            carla.fails("changeContact", contact(address).await).await,
            "FAILED_PRECONDITION/CONTACT_NOT_CONFIRMABLE",
            "{address}"
        );
        app.db_set_user("ivan", entity::user::Column::Contact, Expr::value(address))
            .await;
        assert_eq!(
            carla.fails("confirmContact", contact(address).await).await,
            "FAILED_PRECONDITION/CONTACT_NOT_CONFIRMABLE",
            "{address}"
        );
    }
    // A delegate that removes the name undoes nothing; an own admin who takes it, or removes it, does.
    let domains = "query($id: ID!) { organization(id: $id) { domains { nodes { id name } } } }";
    let domains = carla
        .data(domains, json!({ "id": app.account("contoso").await }))
        .await["organization"]["domains"]["nodes"]
        .clone();
    let domain = domains
        .as_array()
        .unwrap()
        .iter()
        .find(|domain| domain["name"] == "contoso-mail.example")
        .unwrap()["id"]
        .clone();
    fiona
        .done(
            "removeDomain",
            json!({ "accountId": app.account("contoso").await, "domainId": domain }),
            "operation { id }",
        )
        .await;
    assert_eq!(
        carla
            .fails("changeContact", contact("ivan@contoso-mail.example").await)
            .await,
        "FAILED_PRECONDITION/CONTACT_NOT_CONFIRMABLE"
    );
    // What nobody proved, and what a delegate claims for others, keeps nobody in.
    let claims = json!({ "accountId": app.account("contoso").await, "displayName": "C", "signInName": "claims", "contact": "ivan+z@unproven.example" });
    fiona.done("addUser", claims, "user { id }").await;
    assert_eq!(
        carla
            .fails("changeContact", contact("ivan@unproven.example").await)
            .await,
        "FAILED_PRECONDITION/CONTACT_NOT_CONFIRMABLE"
    );
    let unproven = domains
        .as_array()
        .unwrap()
        .iter()
        .find(|domain| domain["name"] == "unproven.example")
        .unwrap()["id"]
        .clone();
    fiona
        .done(
            "removeDomain",
            json!({ "accountId": app.account("contoso").await, "domainId": unproven }),
            "operation { id }",
        )
        .await;
    carla
        .done(
            "changeContact",
            contact("ivan@unproven.example").await,
            "user { id }",
        )
        .await;
    carla
        .done(
            "addDomain",
            json!({ "accountId": app.account("contoso").await, "name": "contoso-mail.example" }),
            "domain { id }",
        )
        .await;
    carla
        .done(
            "changeContact",
            contact("ivan@contoso-mail.example").await,
            "user { id }",
        )
        .await;
    redeem(app, "ivan@contoso-mail.example", "/contact/").await;
    // Nor does an admin whose own mailbox is the partner's confirm anything.
    app.db_hand("greta", Way::Contact, "fiona").await;
    app.db_set_user(
        "carla",
        entity::user::Column::Contact,
        Expr::value("fiona.northwind+c@example.org"),
    )
    .await;
    assert_eq!(
        carla
            .fails(
                "confirmContact",
                with(
                    on(app, "greta").await,
                    "contact",
                    "greta.contoso@example.org"
                )
            )
            .await,
        "FORBIDDEN/CONTACT_OF_PARTNER"
    );
    record_verifies(app).await;
}

both!(what_cannot_be_confirmed_is_no_way_out_by_another_name);

async fn a_partner_keeps_nobody_from_answering_by_claims_that_it_has_not_proven(app: &TestApp) {
    let (carla, petra) = (app.sign_in("carla").await, app.sign_in("petra").await);
    for (name, contact) in [
        ("c1", "carla.contoso@example.org"),
        ("g1", "greta.contoso@example.org"),
    ] {
        let input = json!({ "accountId": app.account("northwind").await, "displayName": name, "signInName": name, "contact": contact });
        petra.done("addUser", input, "user { id }").await;
    }
    let grant = json!({ "grantId": app.grant("northwind", "contoso").await });
    carla
        .done("holdGrant", grant.clone(), "grant { state }")
        .await;
    carla.done("liftGrant", grant, "grant { state }").await;
    carla
        .done(
            "confirmContact",
            with(
                on(app, "greta").await,
                "contact",
                "greta.contoso@example.org",
            ),
            "user { id }",
        )
        .await;
}

both!(a_partner_keeps_nobody_from_answering_by_claims_that_it_has_not_proven);

async fn a_role_that_a_delegate_took_and_gave_again_is_owed_still(app: &TestApp) {
    let (carla, fiona) = (app.sign_in("carla").await, app.sign_in("fiona").await);
    for name in ["uma", "hector"] {
        let role = if name == "uma" {
            "USER_ADMIN"
        } else {
            "HELPDESK_ADMIN"
        };
        fiona
            .done(
                "removeAdminRole",
                with(on(app, name).await, "role", role),
                "user { id }",
            )
            .await;
    }
    fiona
        .done(
            "assignAdminRole",
            with(on(app, "uma").await, "role", "USER_ADMIN"),
            "user { id }",
        )
        .await;
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
    fiona
        .done(
            "assignAdminRole",
            with(on(app, "ivan").await, "role", "USER_ADMIN"),
            "user { id }",
        )
        .await;
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
    redeem(app, "ivan.contoso@example.org", "/reset/").await;
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
    redeem(app, "carla.contoso@example.org", "/reset/").await;
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
