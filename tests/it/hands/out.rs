//! Ways out of a partner's hands.

use super::*;
use crate::support::take_role;

async fn a_contact_is_confirmed_by_an_honest_admin_and_a_later_link(app: &TestApp) {
    takes_uma(app).await;
    let (carla, fiona) = (app.sign_in("carla").await, app.sign_in("fiona").await);
    // Not by a delegate, not by who is in hands, and not by a link from before.
    let confirm = with(on(app, "uma").await, "contact", "mine@example.org");
    assert_eq!(
        fiona.fails("confirmContact", confirm.clone()).await,
        "FORBIDDEN/OWN_ONLY"
    );
    let uma = app.sign_in_as(UMA, NEW_PASSWORD).await;
    let nina = add(app, &uma, "nina").await["user"]["id"].clone();
    let of_nina = json!({ "accountId": app.account("contoso").await, "userId": nina, "contact": "nina@example.org" });
    assert_eq!(
        uma.fails("confirmContact", of_nina.clone()).await,
        "FORBIDDEN/IN_HANDS"
    );
    let before = Link::Enrol.mailed(app, "nina@example.org").await;
    carla.done("confirmContact", of_nina, "user { id }").await;
    assert_eq!(
        Link::Enrol.redeem(app, &before).await,
        "UNAUTHENTICATED/LINK_INVALID"
    );
    Link::Enrol.redeem_mailed(app, "nina@example.org").await;
    let query = "query($id: ID!) { organization(id: $id) { inHands { nodes { displayName } } } }";
    let listed = carla
        .data(query, json!({ "id": app.account("contoso").await }))
        .await;
    assert_eq!(
        listed["organization"]["inHands"]["nodes"],
        json!([{ "displayName": "Uma User-Admin" }, { "displayName": "Greta Guest" }])
    );
    // What was typed wrong, at a domain added under a grant, or is a second user's, is not confirmed.
    assert_eq!(
        carla
            .fails(
                "confirmContact",
                with(on(app, "uma").await, "contact", "yours@example.org")
            )
            .await,
        "CONFLICT/CONTACT_CHANGED"
    );
    fiona
        .done(
            "changeContact",
            with(on(app, "ivan").await, "contact", "ivan@contoso.example.com"),
            "user { id }",
        )
        .await;
    assert_eq!(
        carla
            .fails(
                "confirmContact",
                with(on(app, "ivan").await, "contact", "ivan@contoso.example.com")
            )
            .await,
        "FAILED_PRECONDITION/CONTACT_NOT_CONFIRMABLE"
    );
    fiona
        .done(
            "changeContact",
            with(
                on(app, "ivan").await,
                "contact",
                "hector.contoso@example.org",
            ),
            "user { id }",
        )
        .await;
    assert_eq!(
        carla
            .fails(
                "confirmContact",
                with(
                    on(app, "ivan").await,
                    "contact",
                    "hector.contoso@example.org"
                )
            )
            .await,
        "FAILED_PRECONDITION/CONTACT_NOT_CONFIRMABLE"
    );
    // A contact that was confirmed is changed by no delegate, once the client wants that again.
    rules(app, json!({ "signInsDelegable": false })).await;
    let nina = json!({ "accountId": app.account("contoso").await, "userId": nina, "contact": "mine@example.org" });
    assert_eq!(
        fiona.fails("changeContact", nina).await,
        "FORBIDDEN/CONTACT_GUARDED"
    );
    // Uma's exit by another contact: the link proves it, and a new password by a link ends the rest.
    carla
        .done(
            "changeContact",
            with(on(app, "uma").await, "contact", "uma@example.org"),
            "user { id }",
        )
        .await;
    Link::Contact.redeem_mailed(app, "uma@example.org").await;
    assert_eq!(hands_of(app, "uma").await, ["SECRET"]);
    uma.done(
        "updateProfile",
        with(on(app, "ivan").await, "jobTitle", "Clerk"),
        "user { id }",
    )
    .await;
    carla
        .done("resetPassword", on(app, "uma").await, "user { id }")
        .await;
    let reset = Link::Reset.mailed(app, "uma@example.org").await;
    assert_eq!(
        Link::Reset.redeem(app, &reset).await,
        "BAD_USER_INPUT/PASSWORD_WEAK"
    );
    assert_eq!(Link::Reset.redeem_by(app, &reset, NEWER).await, "");
    assert_eq!(hands_of(app, "uma").await, Vec::<String>::new());
    assert_eq!(
        reason(&uma.run("{ viewer { inHands } }", Value::Null).await),
        "UNAUTHENTICATED/TOKEN_INVALID"
    );
    record_verifies(app).await;
}

both!(a_contact_is_confirmed_by_an_honest_admin_and_a_later_link);

async fn roles_that_delegates_took_come_back_by_one_mutation(app: &TestApp) {
    let (carla, fiona) = (app.sign_in("carla").await, app.sign_in("fiona").await);
    for (name, role) in [
        ("uma", "USER_ADMIN"),
        ("hector", "HELPDESK_ADMIN"),
        ("paul", "PASSWORD_ADMIN"),
    ] {
        take_role(app, &fiona, name, role).await;
    }
    // What a delegate gave and took was never the client's; of Hector the client has decided since.
    give_role(app, &fiona, "ivan", "USER_ADMIN").await;
    take_role(app, &fiona, "ivan", "USER_ADMIN").await;
    give_role(app, &carla, "hector", "HELPDESK_ADMIN").await;
    take_role(app, &carla, "hector", "HELPDESK_ADMIN").await;
    carla
        .done("endGrant", grant(app).await, "grant { state }")
        .await;
    assert_eq!(
        fiona.fails("giveBackRoles", grant(app).await).await,
        "FORBIDDEN/OWN_ONLY"
    );
    let back = carla
        .done(
            "giveBackRoles",
            grant(app).await,
            "operation { changes { name value } }",
        )
        .await;
    let change = &back["operation"]["changes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|change| change["name"] == "roles_given_back")
        .unwrap()["value"];
    let mut given: Vec<_> = change
        .as_str()
        .unwrap()
        .split(", ")
        .map(|one| one.split_once(':').unwrap().1)
        .collect();
    given.sort_unstable();
    assert_eq!(given, ["PASSWORD_ADMIN", "USER_ADMIN"]);
    let uma = app.sign_in("uma").await;
    assert_eq!(
        add(app, &uma, "nina").await["operation"]["authority"],
        "OWN"
    );
}

both!(roles_that_delegates_took_come_back_by_one_mutation);

async fn a_renewal_one_day_late_goes_on_with_the_same_grant(app: &TestApp) {
    let (carla, fiona) = (app.sign_in("carla").await, app.sign_in("fiona").await);
    give_role(app, &fiona, "ivan", "USER_ADMIN").await;
    add(app, &fiona, "nina").await;
    let enrolment = Link::Enrol.mailed(app, "nina@example.org").await;
    let id = grant(app).await["grantId"].clone();
    let mut shorten = grant(app).await;
    shorten["expiresAt"] = json!(app.app.now() + TimeDelta::days(1));
    carla.done("shortenGrant", shorten, "grant { state }").await;
    app.app.clock.advance(TimeDelta::days(2));
    let mails = app.mails().await;
    let told = mails
        .iter()
        .find(|mail| mail.to == "carla.contoso@example.org" && mail.subject.contains("pauses"))
        .unwrap();
    assert!(
        told.text.contains("the same grant goes on as it was") && told.text.contains("Nina")
            || told.text.contains("nina"),
        "{}",
        told.text
    );
    // Over, nothing has power; the next day the client accepts again.
    assert_eq!(
        Link::Enrol.redeem(app, &enrolment).await,
        "UNAUTHENTICATED/LINK_INVALID"
    );
    let (carla, ivan) = (app.sign_in("carla").await, app.sign_in("ivan").await);
    let input = json!({ "accountId": app.account("contoso").await, "displayName": "P", "signInName": "p", "contact": "p@example.org" });
    assert_eq!(
        ivan.fails("addUser", input.clone()).await,
        "FORBIDDEN/ROLE_GIVEN_BY_DELEGATE"
    );
    let (offer, revision) = app.db_offer("northwind").await;
    let accept = json!({ "token": offer.token, "revision": 1, "digest": revision.digest });
    let renewed = carla
        .done("acceptOffer", accept.clone(), "grant { id state }")
        .await;
    assert_eq!(renewed["grant"], json!({ "id": id, "state": "ACTIVE" }));
    ivan.done("addUser", input, "user { id }").await;
    assert_eq!(Link::Enrol.redeem(app, &enrolment).await, "");
    // The grace time over, it is closed for good, and the next acceptance makes another.
    let mut shorten = grant(app).await;
    shorten["expiresAt"] = json!(app.app.now() + TimeDelta::hours(1));
    carla.done("shortenGrant", shorten, "grant { state }").await;
    app.app.clock.advance(TimeDelta::days(31));
    app.mails().await;
    let carla = app.sign_in("carla").await;
    let query = "query($id: ID!) { grant(id: $id) { state endedBy end { rolesTaken { role } } } }";
    let closed = carla.data(query, json!({ "id": id })).await;
    assert_eq!(
        closed["grant"],
        json!({ "state": "ENDED", "endedBy": null, "end": { "rolesTaken": [{ "role": "USER_ADMIN" }] } })
    );
    let another = carla
        .done("acceptOffer", accept, "grant { id state }")
        .await;
    assert_ne!(another["grant"]["id"], id);
    assert_eq!(app.sign_in("ivan").await.fails("addUser", json!({ "accountId": app.account("contoso").await, "displayName": "R", "signInName": "r", "contact": "r@example.org" })).await, "FORBIDDEN/ROLE_REQUIRED");
    record_verifies(app).await;
}

both!(a_renewal_one_day_late_goes_on_with_the_same_grant);

async fn an_exit_with_fifty_employees_loses_none(app: &TestApp) {
    let (carla, fiona) = (app.sign_in("carla").await, app.sign_in("fiona").await);
    let contoso = app.account("contoso").await;
    app.mails().await;
    let row = |number: usize| json!({ "displayName": format!("Employee {number:02}"), "signInName": format!("e{number:02}"), "contact": format!("e{number:02}@example.org") });
    let input = json!({ "accountId": contoso, "users": (0..50).map(row).collect::<Vec<_>>() });
    fiona.done("addUsers", input, "rows { __typename }").await;
    // Forty-five enrol; the last of them is made an admin by the delegate.
    for mail in app
        .mails()
        .await
        .iter()
        .filter(|mail| mail.to.starts_with('e') && mail.to.as_str() < "e45")
    {
        assert_eq!(Link::Enrol.redeem(app, &mail.secret()).await, "");
    }
    let ids = "query($id: ID!) { organization(id: $id) { inHands(first: 100) { nodes { id displayName contact enrolled hands { way } } } } }";
    let list =
        carla.data(ids, json!({ "id": contoso })).await["organization"]["inHands"]["nodes"].clone();
    let list: Vec<Value> = list
        .as_array()
        .unwrap()
        .iter()
        .filter(|user| {
            user["displayName"]
                .as_str()
                .unwrap()
                .starts_with("Employee")
        })
        .cloned()
        .collect();
    assert_eq!(list.len(), 50);
    let admin = json!({ "accountId": contoso, "userId": list[44]["id"], "role": "USER_ADMIN" });
    fiona.done("assignAdminRole", admin, "user { id }").await;
    // The client confirms thirty while it ends nothing yet; they choose new passwords.
    for user in &list[..30] {
        let confirm =
            json!({ "accountId": contoso, "userId": user["id"], "contact": user["contact"] });
        carla.done("confirmContact", confirm, "user { id }").await;
    }
    for mail in app
        .mails()
        .await
        .iter()
        .filter(|mail| Link::Reset.is_in(mail))
    {
        assert_eq!(Link::Reset.redeem_by(app, &mail.secret(), NEWER).await, "");
    }
    // Then it ends the grant, and with it the sign-in of the admin that the delegate made.
    let mut end = grant(app).await;
    end["endSignInsOf"] = json!([list[44]["id"]]);
    let ended = carla.done("endGrant", end, "grant { end { rolesTaken { role } passwordsEnded { displayName } linksClosed { displayName } } leftBehind { inHands(first: 100) { nodes { displayName } } } }").await["grant"].clone();
    assert_eq!(
        ended["end"]["rolesTaken"],
        json!([{ "role": "USER_ADMIN" }])
    );
    assert_eq!(
        ended["end"]["passwordsEnded"],
        json!([{ "displayName": "Employee 44" }])
    );
    // Five never enrolled: their links were to contacts that the delegate set.
    assert_eq!(ended["end"]["linksClosed"].as_array().unwrap().len(), 5);
    assert_eq!(
        ended["leftBehind"]["inHands"]["nodes"]
            .as_array()
            .unwrap()
            .len(),
        21
    );
    let mails = app.mails().await;
    let told = mails
        .iter()
        .find(|mail| mail.to == "carla.contoso@example.org")
        .unwrap();
    assert!(
        told.text.contains("Employee 31")
            && told.text.contains("- and others")
            && !told.text.contains("Employee 01"),
        "{}",
        told.text
    );
    // Who was confirmed is the client's own; who was not keeps its sign-in, and reaches only itself.
    app.sign_in_as("e00@contoso.mandate.example", NEWER).await;
    app.sign_in_as("e40@contoso.mandate.example", NEW_PASSWORD)
        .await;
    let gone = app
        .anonymous()
        .sign_in("e44@contoso.mandate.example", NEW_PASSWORD)
        .await;
    assert_eq!(reason(&gone), "UNAUTHENTICATED/CREDENTIALS_INVALID");
    // Later it confirms the admin whose sign-in it ended: a link brings it back.
    let confirm =
        json!({ "accountId": contoso, "userId": list[44]["id"], "contact": list[44]["contact"] });
    carla.done("confirmContact", confirm, "user { id }").await;
    let reset = Link::Reset.mailed(app, "e44@example.org").await;
    assert_eq!(Link::Reset.redeem_by(app, &reset, NEWER).await, "");
    app.sign_in_as("e44@contoso.mandate.example", NEWER).await;
    record_verifies(app).await;
}

both!(an_exit_with_fifty_employees_loses_none);
