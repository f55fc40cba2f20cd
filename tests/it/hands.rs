//! Whose sign-in a partner may hold: what such a user does is the partner's doing too, what it sets and gives is
//! marked, and only an honest admin and a link sent after that take it out.

use chrono::TimeDelta;
use entity::states::Way;
use serde_json::{Value, json};

use crate::support::{Actor, TestApp, both, reason, record_verifies};

const NEW: &str = "seven quiet otters carry umbrellas";
const NEWER: &str = "eleven loud herons drop teacups";
const UMA: &str = "uma@contoso.mandate.example";

async fn on(app: &TestApp, name: &str) -> Value {
    json!({ "accountId": app.account("contoso").await, "userId": app.user(name).await })
}

async fn with(app: &TestApp, name: &str, field: &str, value: &str) -> Value {
    let mut input = on(app, name).await;
    input[field] = json!(value);
    input
}

async fn grant(app: &TestApp) -> Value {
    json!({ "grantId": app.grant("northwind", "contoso").await })
}

async fn rules(app: &TestApp, rules: Value) {
    let mut input = rules;
    input["accountId"] = json!(app.account("contoso").await);
    app.sign_in("carla")
        .await
        .done("updateAccountRules", input, "__typename")
        .await;
}

async fn add(app: &TestApp, by: &Actor<'_>, name: &str) -> Value {
    let input = json!({ "accountId": app.account("contoso").await, "displayName": name, "signInName": name, "contact": format!("{name}@example.org"), "ticket": "T-1" });
    by.done(
        "addUser",
        input,
        "user { id } operation { authority grantId hands { grantId personId } }",
    )
    .await
}

async fn with_person(app: &TestApp, mut input: Value, name: &str) -> Value {
    input["personId"] = json!(app.user(name).await);
    input
}

/// The secret of the last link of this sort that was sent to an address.
async fn link(app: &TestApp, to: &str, path: &str) -> String {
    let mails = app.mails().await;
    let mut sent = mails.iter().rev().filter(|mail| mail.to == to);
    sent.find(|mail| mail.text.contains(path))
        .unwrap_or_else(|| panic!("{mails:#?}"))
        .secret()
}

async fn redeem(app: &TestApp, field: &str, secret: &str) -> String {
    redeem_by(app, field, secret, NEW).await
}

async fn redeem_by(app: &TestApp, field: &str, secret: &str, password: &str) -> String {
    let input = match field {
        "verifyContact" => json!({ "secret": secret }),
        _ => json!({ "secret": secret, "newPassword": password }),
    };
    reason(&app.anonymous().mutate(field, input, "operationId").await)
}

async fn hands_of(app: &TestApp, name: &str) -> Vec<String> {
    let query = "query($id: ID!) { node(id: $id) { ... on User { hands { way } } } }";
    let carla = app.sign_in("carla").await;
    let user = carla
        .data(query, json!({ "id": app.user(name).await }))
        .await;
    let hands = user["node"]["hands"].as_array().unwrap();
    hands
        .iter()
        .map(|hand| hand["way"].as_str().unwrap().to_owned())
        .collect()
}

/// Where the client lets them, Fiona sets Uma's contact, proves it, and chooses her password: she acts as Uma.
async fn takes_uma(app: &TestApp) {
    rules(app, json!({ "signInsDelegable": true })).await;
    let fiona = app.sign_in("fiona").await;
    fiona
        .done(
            "changeContact",
            with(app, "uma", "contact", "mine@example.org").await,
            "user { id }",
        )
        .await;
    let proof = link(app, "mine@example.org", "/contact/").await;
    assert_eq!(redeem(app, "verifyContact", &proof).await, "");
    fiona
        .done("resetPassword", on(app, "uma").await, "user { id }")
        .await;
    let reset = link(app, "mine@example.org", "/reset/").await;
    assert_eq!(redeem(app, "redeemReset", &reset).await, "");
}

both! {
    async fn a_sign_in_that_a_delegate_took_launders_nothing(app: TestApp) {
        takes_uma(app).await;
        assert_eq!(hands_of(app, "uma").await, ["CONTACT", "SECRET"]);
        let carla = app.sign_in("carla").await;
        let uma = app.sign_in_as(UMA, NEW).await;
        // A new password while signed in washes nothing off.
        let own = json!({ "currentPassword": NEW, "newPassword": NEWER });
        let changed = uma.done("changeOwnPassword", own, "operation { authority hands { personId } }").await;
        let fiona_id = app.user("fiona").await;
        assert_eq!(changed["operation"], json!({ "authority": "MYSELF", "hands": [{ "personId": fiona_id }] }));
        // What the client asks of delegates it asks of her, and it is told.
        rules(app, json!({ "ticketRequired": true })).await;
        let input = json!({ "accountId": app.account("contoso").await, "displayName": "N", "signInName": "n", "contact": "n@example.org" });
        assert_eq!(uma.fails("addUser", input).await, "BAD_USER_INPUT/TICKET_REQUIRED");
        app.mails().await;
        let added = add(app, &uma, "nina").await;
        let grant_id = grant(app).await["grantId"].clone();
        assert_eq!(added["operation"], json!({ "authority": "OWN", "grantId": grant_id, "hands": [{ "grantId": grant_id, "personId": fiona_id }] }));
        let mails = app.mails().await;
        assert!(mails.iter().any(|mail| mail.to == "carla.contoso@example.org" && mail.text.contains("/hands")), "{mails:#?}");
        // Nina, whom she reached, is in the same hands: enrolled, appointed by nobody, and out of consent.
        let nina = mails.iter().find(|mail| mail.to == "nina@example.org").unwrap().secret();
        assert_eq!(redeem(app, "enrol", &nina).await, "");
        let role = json!({ "accountId": app.account("contoso").await, "userId": added["user"]["id"], "role": "GLOBAL_ADMIN" });
        assert_eq!(carla.fails("assignAdminRole", role.clone()).await, "FAILED_PRECONDITION/SIGN_IN_BY_DELEGATE");
        // With the grant ends what both may do, and only that.
        carla.done("endGrant", grant(app).await, "grant { state }").await;
        let uma = app.sign_in_as(UMA, NEWER).await;
        let input = json!({ "accountId": app.account("contoso").await, "displayName": "O", "signInName": "o", "contact": "o@example.org", "ticket": "T-2" });
        assert_eq!(uma.fails("addUser", input).await, "FORBIDDEN/IN_HANDS");
        let seen = uma.data("{ viewer { user { displayName } organization { name users { nodes { id } } } } }", Value::Null).await;
        assert_eq!(seen["viewer"]["organization"]["users"]["nodes"], json!([]));
        assert_eq!(carla.fails("assignAdminRole", role).await, "FAILED_PRECONDITION/SIGN_IN_BY_DELEGATE");
        record_verifies(app).await;
    }

    async fn a_shown_password_of_an_admin_is_the_technicians(app: TestApp) {
        rules(app, json!({ "signInsDelegable": true, "passwordDeliveries": ["LINK", "SHOW_ONCE"] })).await;
        let shown = app.sign_in("liam").await.done("resetPassword", with(app, "paul", "delivery", "SHOW_ONCE").await, "temporaryPassword").await;
        let paul = app.sign_in_as("paul@contoso.mandate.example", shown["temporaryPassword"].as_str().unwrap()).await;
        let own = json!({ "currentPassword": shown["temporaryPassword"], "newPassword": NEW });
        paul.done("changeOwnPassword", own, "user { id }").await;
        assert_eq!(hands_of(app, "paul").await, ["SECRET"]);
        let reset = paul.done("resetPassword", on(app, "ivan").await, "operation { authority hands { personId } }").await;
        assert_eq!(reset["operation"], json!({ "authority": "OWN", "hands": [{ "personId": app.user("liam").await }] }));
        // Of a LIMITED technician no more than LIMITED is lent, whatever roles the user holds.
        app.db_hand("uma", Way::Secret, "liam").await;
        let carla = app.sign_in("carla").await;
        let mut lower = grant(app).await;
        lower["roleCap"] = json!("LIMITED");
        carla.done("lowerGrant", lower, "grant { state }").await;
        let uma = app.sign_in("uma").await;
        assert_eq!(uma.fails("blockSignIn", on(app, "ivan").await).await, "FORBIDDEN/IN_HANDS");
        let answer = uma.mutate("resetPassword", on(app, "ivan").await, "user { id }").await;
        // Permitted: only Ivan's open link is in the way.
        assert_eq!(reason(&answer), "FAILED_PRECONDITION/RESET_PENDING");
    }

    async fn nobody_in_hands_acts_in_another_account(app: TestApp) {
        // Tailspin's technician, in the hands of Northwind by an earlier release: nothing in Tailspin's client.
        let tailspin = app.db_grant_to_tailspin().await;
        let query = "query($id: ID!) { client(id: $id) { id } }";
        let contoso = app.account("contoso").await;
        let domain = json!({ "accountId": contoso, "name": "tom.example" });
        let tom = app.sign_in("tom").await;
        tom.data(query, json!({ "id": contoso })).await;
        app.db_hand_under("tom", Way::Secret, "fiona", tailspin).await;
        assert_eq!(tom.fails("addDomain", domain).await, "FORBIDDEN/IN_HANDS");
        assert_eq!(tom.data(query, json!({ "id": contoso })).await["client"], Value::Null);
        let offer = json!({ "accountId": app.account("tailspin").await, "roleCap": "FULL", "term": "P1Y" });
        assert_eq!(tom.fails("createOffer", offer).await, "FORBIDDEN/IN_HANDS");
    }

    async fn what_a_technician_prepared_waits_without_him(app: TestApp) {
        let (carla, fiona, petra) = (app.sign_in("carla").await, app.sign_in("fiona").await, app.sign_in("petra").await);
        add(app, &fiona, "nina").await;
        let enrolment = link(app, "nina@example.org", "/enrol/").await;
        fiona.done("assignAdminRole", with(app, "ivan", "role", "USER_ADMIN").await, "user { id }").await;
        let ivan = app.sign_in("ivan").await;
        add(app, &ivan, "otto").await;
        let role = json!({ "accountId": app.account("northwind").await, "userId": app.user("fiona").await });
        petra.done("removeDelegatedRole", role.clone(), "user { id }").await;
        // Neither her links nor the roles that she gave count, while her grant is active.
        assert_eq!(redeem(app, "enrol", &enrolment).await, "UNAUTHENTICATED/LINK_INVALID");
        let input = json!({ "accountId": app.account("contoso").await, "displayName": "P", "signInName": "p", "contact": "p@example.org" });
        assert_eq!(ivan.fails("addUser", input.clone()).await, "FORBIDDEN/ROLE_GIVEN_BY_DELEGATE");
        // A colleague takes over what she left, and the partner closes it: each by one recorded act.
        let left = with_person(app, grant(app).await, "fiona").await;
        let waiting = "query($id: ID!) { grant(id: $id) { waiting { person users roles } } }";
        let id = json!({ "id": grant(app).await["grantId"] });
        // Greta, Nina and Otto; and Ivan's role.
        let listed = json!([{ "person": "Fiona Full", "users": 3, "roles": 1 }]);
        assert_eq!(petra.data(waiting, id.clone()).await["grant"]["waiting"], listed);
        assert_eq!(carla.data(waiting, id.clone()).await["grant"]["waiting"], listed);
        let liam = app.sign_in("liam").await;
        assert_eq!(liam.fails("takeOver", left.clone()).await, "FORBIDDEN/ROLE_LIMITED");
        assert_eq!(petra.fails("takeOver", left.clone()).await, "FORBIDDEN/ROLE_REQUIRED");
        let liams = json!({ "accountId": app.account("northwind").await, "userId": app.user("liam").await, "role": "FULL" });
        petra.done("assignDelegatedRole", liams, "user { id }").await;
        liam.done("takeOver", left.clone(), "operation { changes { name value } }").await;
        assert_eq!(petra.data(waiting, id).await["grant"]["waiting"], json!([]));
        let taken = add(app, &ivan, "rupert").await;
        assert_eq!(taken["operation"]["authority"], "GIVEN");
        let liams = json!({ "accountId": app.account("northwind").await, "userId": app.user("liam").await });
        petra.done("removeDelegatedRole", liams, "user { id }").await;
        assert_eq!(ivan.fails("addUser", input.clone()).await, "FORBIDDEN/ROLE_GIVEN_BY_DELEGATE");
        let closed = petra.done("closePrepared", with_person(app, grant(app).await, "liam").await, "operation { changes { name value } }").await;
        assert!(closed.to_string().contains("USER_ADMIN"), "{closed}");
        assert_eq!(ivan.fails("addUser", input).await, "FORBIDDEN/ROLE_REQUIRED");
        assert_eq!(redeem(app, "enrol", &enrolment).await, "UNAUTHENTICATED/LINK_INVALID");
    }

    async fn what_a_technician_prepared_comes_back_with_his_role(app: TestApp) {
        let (carla, fiona, petra) = (app.sign_in("carla").await, app.sign_in("fiona").await, app.sign_in("petra").await);
        let nina = add(app, &fiona, "nina").await["user"]["id"].clone();
        let enrolment = link(app, "nina@example.org", "/enrol/").await;
        fiona.done("assignAdminRole", with(app, "ivan", "role", "USER_ADMIN").await, "user { id }").await;
        let ivan = app.sign_in("ivan").await;
        let role = json!({ "accountId": app.account("northwind").await, "userId": app.user("fiona").await });
        petra.done("removeDelegatedRole", role.clone(), "user { id }").await;
        assert_eq!(redeem(app, "enrol", &enrolment).await, "UNAUTHENTICATED/LINK_INVALID");
        let mut again = role;
        again["role"] = json!("FULL");
        petra.done("assignDelegatedRole", again, "user { id }").await;
        add(app, &ivan, "quentin").await;
        assert_eq!(redeem(app, "enrol", &enrolment).await, "");
        // The client makes Nina its own.
        let confirm = json!({ "accountId": app.account("contoso").await, "userId": nina, "contact": "NINA@example.org" });
        carla.done("confirmContact", confirm, "user { id }").await;
        let reset = link(app, "nina@example.org", "/reset/").await;
        assert_eq!(redeem_by(app, "redeemReset", &reset, NEWER).await, "");
        let admin = json!({ "accountId": app.account("contoso").await, "userId": nina, "role": "GLOBAL_ADMIN" });
        carla.done("assignAdminRole", admin, "user { id }").await;
    }

    async fn a_contact_is_confirmed_by_an_honest_admin_and_a_later_link(app: TestApp) {
        takes_uma(app).await;
        let (carla, fiona) = (app.sign_in("carla").await, app.sign_in("fiona").await);
        // Not by a delegate, not by who is in hands, and not by a link from before.
        let confirm = with(app, "uma", "contact", "mine@example.org").await;
        assert_eq!(fiona.fails("confirmContact", confirm.clone()).await, "FORBIDDEN/OWN_ONLY");
        let uma = app.sign_in_as(UMA, NEW).await;
        let nina = add(app, &uma, "nina").await["user"]["id"].clone();
        let of_nina = json!({ "accountId": app.account("contoso").await, "userId": nina, "contact": "nina@example.org" });
        assert_eq!(uma.fails("confirmContact", of_nina.clone()).await, "FORBIDDEN/IN_HANDS");
        let before = link(app, "nina@example.org", "/enrol/").await;
        carla.done("confirmContact", of_nina, "user { id }").await;
        assert_eq!(redeem(app, "enrol", &before).await, "UNAUTHENTICATED/LINK_INVALID");
        let after = link(app, "nina@example.org", "/enrol/").await;
        assert_eq!(redeem(app, "enrol", &after).await, "");
        let query = "query($id: ID!) { organization(id: $id) { inHands { nodes { displayName } } } }";
        let listed = carla.data(query, json!({ "id": app.account("contoso").await })).await;
        assert_eq!(listed["organization"]["inHands"]["nodes"], json!([{ "displayName": "Uma User-Admin" }, { "displayName": "Greta Guest" }]));
        // What was typed wrong, at a domain added under a grant, or is a second user's, is not confirmed.
        assert_eq!(carla.fails("confirmContact", with(app, "uma", "contact", "yours@example.org").await).await, "CONFLICT/CONTACT_CHANGED");
        fiona.done("changeContact", with(app, "ivan", "contact", "ivan@contoso.example.com").await, "user { id }").await;
        assert_eq!(carla.fails("confirmContact", with(app, "ivan", "contact", "ivan@contoso.example.com").await).await, "FAILED_PRECONDITION/CONTACT_NOT_CONFIRMABLE");
        fiona.done("changeContact", with(app, "ivan", "contact", "hector.contoso@example.org").await, "user { id }").await;
        assert_eq!(carla.fails("confirmContact", with(app, "ivan", "contact", "hector.contoso@example.org").await).await, "FAILED_PRECONDITION/CONTACT_NOT_CONFIRMABLE");
        // A contact that was confirmed is changed by no delegate, once the client wants that again.
        rules(app, json!({ "signInsDelegable": false })).await;
        let nina = json!({ "accountId": app.account("contoso").await, "userId": nina, "contact": "mine@example.org" });
        assert_eq!(fiona.fails("changeContact", nina).await, "FORBIDDEN/CONTACT_GUARDED");
        // Uma's exit by another contact: the link proves it, and a new password by a link ends the rest.
        carla.done("changeContact", with(app, "uma", "contact", "uma@example.org").await, "user { id }").await;
        let proof = link(app, "uma@example.org", "/contact/").await;
        assert_eq!(redeem(app, "verifyContact", &proof).await, "");
        assert_eq!(hands_of(app, "uma").await, ["SECRET"]);
        uma.done("updateProfile", with(app, "ivan", "jobTitle", "Clerk").await, "user { id }").await;
        carla.done("resetPassword", on(app, "uma").await, "user { id }").await;
        let reset = link(app, "uma@example.org", "/reset/").await;
        assert_eq!(redeem(app, "redeemReset", &reset).await, "BAD_USER_INPUT/PASSWORD_WEAK");
        assert_eq!(redeem_by(app, "redeemReset", &reset, NEWER).await, "");
        assert_eq!(hands_of(app, "uma").await, Vec::<String>::new());
        assert_eq!(reason(&uma.run("{ viewer { inHands } }", Value::Null).await), "UNAUTHENTICATED/TOKEN_INVALID");
        record_verifies(app).await;
    }

    async fn roles_that_delegates_took_come_back_by_one_mutation(app: TestApp) {
        let (carla, fiona) = (app.sign_in("carla").await, app.sign_in("fiona").await);
        for (name, role) in [("uma", "USER_ADMIN"), ("hector", "HELPDESK_ADMIN"), ("paul", "PASSWORD_ADMIN")] {
            fiona.done("removeAdminRole", with(app, name, "role", role).await, "user { id }").await;
        }
        // What a delegate gave and took was never the client's; of Hector the client has decided since.
        fiona.done("assignAdminRole", with(app, "ivan", "role", "USER_ADMIN").await, "user { id }").await;
        fiona.done("removeAdminRole", with(app, "ivan", "role", "USER_ADMIN").await, "user { id }").await;
        carla.done("assignAdminRole", with(app, "hector", "role", "HELPDESK_ADMIN").await, "user { id }").await;
        carla.done("removeAdminRole", with(app, "hector", "role", "HELPDESK_ADMIN").await, "user { id }").await;
        carla.done("endGrant", grant(app).await, "grant { state }").await;
        assert_eq!(fiona.fails("giveBackRoles", grant(app).await).await, "FORBIDDEN/OWN_ONLY");
        let back = carla.done("giveBackRoles", grant(app).await, "operation { changes { name value } }").await;
        let change = &back["operation"]["changes"].as_array().unwrap().iter().find(|change| change["name"] == "roles_given_back").unwrap()["value"];
        let mut given: Vec<_> = change.as_str().unwrap().split(", ").map(|one| one.split_once(':').unwrap().1).collect();
        given.sort_unstable();
        assert_eq!(given, ["PASSWORD_ADMIN", "USER_ADMIN"]);
        let uma = app.sign_in("uma").await;
        assert_eq!(add(app, &uma, "nina").await["operation"]["authority"], "OWN");
    }

    async fn a_renewal_one_day_late_goes_on_with_the_same_grant(app: TestApp) {
        let (carla, fiona) = (app.sign_in("carla").await, app.sign_in("fiona").await);
        fiona.done("assignAdminRole", with(app, "ivan", "role", "USER_ADMIN").await, "user { id }").await;
        add(app, &fiona, "nina").await;
        let enrolment = link(app, "nina@example.org", "/enrol/").await;
        let id = grant(app).await["grantId"].clone();
        let mut shorten = grant(app).await;
        shorten["expiresAt"] = json!(app.app.now() + TimeDelta::days(1));
        carla.done("shortenGrant", shorten, "grant { state }").await;
        app.app.clock.advance(TimeDelta::days(2));
        let mails = app.mails().await;
        let told = mails.iter().find(|mail| mail.to == "carla.contoso@example.org" && mail.subject.contains("pauses")).unwrap();
        assert!(told.text.contains("the same grant goes on as it was") && told.text.contains("Nina") || told.text.contains("nina"), "{}", told.text);
        // Over, nothing has power; the next day the client accepts again.
        assert_eq!(redeem(app, "enrol", &enrolment).await, "UNAUTHENTICATED/LINK_INVALID");
        let (carla, ivan) = (app.sign_in("carla").await, app.sign_in("ivan").await);
        let input = json!({ "accountId": app.account("contoso").await, "displayName": "P", "signInName": "p", "contact": "p@example.org" });
        assert_eq!(ivan.fails("addUser", input.clone()).await, "FORBIDDEN/ROLE_GIVEN_BY_DELEGATE");
        let (offer, revision) = app.db_offer("northwind").await;
        let accept = json!({ "token": offer.token, "revision": 1, "digest": revision.digest });
        let renewed = carla.done("acceptOffer", accept.clone(), "grant { id state }").await;
        assert_eq!(renewed["grant"], json!({ "id": id, "state": "ACTIVE" }));
        ivan.done("addUser", input, "user { id }").await;
        assert_eq!(redeem(app, "enrol", &enrolment).await, "");
        // The grace time over, it is closed for good, and the next acceptance makes another.
        let mut shorten = grant(app).await;
        shorten["expiresAt"] = json!(app.app.now() + TimeDelta::hours(1));
        carla.done("shortenGrant", shorten, "grant { state }").await;
        app.app.clock.advance(TimeDelta::days(31));
        app.mails().await;
        let carla = app.sign_in("carla").await;
        let query = "query($id: ID!) { grant(id: $id) { state endedBy end { rolesTaken { role } } } }";
        let closed = carla.data(query, json!({ "id": id })).await;
        assert_eq!(closed["grant"], json!({ "state": "ENDED", "endedBy": null, "end": { "rolesTaken": [{ "role": "USER_ADMIN" }] } }));
        let another = carla.done("acceptOffer", accept, "grant { id state }").await;
        assert_ne!(another["grant"]["id"], id);
        assert_eq!(app.sign_in("ivan").await.fails("addUser", json!({ "accountId": app.account("contoso").await, "displayName": "R", "signInName": "r", "contact": "r@example.org" })).await, "FORBIDDEN/ROLE_REQUIRED");
        record_verifies(app).await;
    }

    async fn an_exit_with_fifty_employees_loses_none(app: TestApp) {
        let (carla, fiona) = (app.sign_in("carla").await, app.sign_in("fiona").await);
        let contoso = app.account("contoso").await;
        app.mails().await;
        let row = |number: usize| json!({ "displayName": format!("Employee {number:02}"), "signInName": format!("e{number:02}"), "contact": format!("e{number:02}@example.org") });
        let input = json!({ "accountId": contoso, "users": (0..50).map(row).collect::<Vec<_>>() });
        fiona.done("addUsers", input, "rows { __typename }").await;
        // Forty-five enrol; the last of them is made an admin by the delegate.
        for mail in app.mails().await.iter().filter(|mail| mail.to.starts_with('e') && mail.to.as_str() < "e45") {
            assert_eq!(redeem(app, "enrol", &mail.secret()).await, "");
        }
        let ids = "query($id: ID!) { organization(id: $id) { inHands(first: 100) { nodes { id displayName contact enrolled hands { way } } } } }";
        let list = carla.data(ids, json!({ "id": contoso })).await["organization"]["inHands"]["nodes"].clone();
        let list: Vec<Value> = list.as_array().unwrap().iter().filter(|user| user["displayName"].as_str().unwrap().starts_with("Employee")).cloned().collect();
        assert_eq!(list.len(), 50);
        let admin = json!({ "accountId": contoso, "userId": list[44]["id"], "role": "USER_ADMIN" });
        fiona.done("assignAdminRole", admin, "user { id }").await;
        // The client confirms thirty while it ends nothing yet; they choose new passwords.
        for user in &list[..30] {
            let confirm = json!({ "accountId": contoso, "userId": user["id"], "contact": user["contact"] });
            carla.done("confirmContact", confirm, "user { id }").await;
        }
        for mail in app.mails().await.iter().filter(|mail| mail.text.contains("/reset/")) {
            assert_eq!(redeem_by(app, "redeemReset", &mail.secret(), NEWER).await, "");
        }
        // Then it ends the grant, and with it the sign-in of the admin that the delegate made.
        let mut end = grant(app).await;
        end["endSignInsOf"] = json!([list[44]["id"]]);
        let ended = carla.done("endGrant", end, "grant { end { rolesTaken { role } passwordsEnded { displayName } linksClosed { displayName } } leftBehind { inHands(first: 100) { nodes { displayName } } } }").await["grant"].clone();
        assert_eq!(ended["end"]["rolesTaken"], json!([{ "role": "USER_ADMIN" }]));
        assert_eq!(ended["end"]["passwordsEnded"], json!([{ "displayName": "Employee 44" }]));
        // Five never enrolled: their links were to contacts that the delegate set.
        assert_eq!(ended["end"]["linksClosed"].as_array().unwrap().len(), 5);
        assert_eq!(ended["leftBehind"]["inHands"]["nodes"].as_array().unwrap().len(), 21);
        let mails = app.mails().await;
        let told = mails.iter().find(|mail| mail.to == "carla.contoso@example.org").unwrap();
        assert!(told.text.contains("Employee 31") && told.text.contains("- and others") && !told.text.contains("Employee 01"), "{}", told.text);
        // Who was confirmed is the client's own; who was not keeps its sign-in, and reaches only itself.
        app.sign_in_as("e00@contoso.mandate.example", NEWER).await;
        app.sign_in_as("e40@contoso.mandate.example", NEW).await;
        let gone = app.anonymous().sign_in("e44@contoso.mandate.example", NEW).await;
        assert_eq!(reason(&gone), "UNAUTHENTICATED/CREDENTIALS_INVALID");
        // Later it confirms the admin whose sign-in it ended: a link brings it back.
        let confirm = json!({ "accountId": contoso, "userId": list[44]["id"], "contact": list[44]["contact"] });
        carla.done("confirmContact", confirm, "user { id }").await;
        let reset = link(app, "e44@example.org", "/reset/").await;
        assert_eq!(redeem_by(app, "redeemReset", &reset, NEWER).await, "");
        app.sign_in_as("e44@contoso.mandate.example", NEWER).await;
        record_verifies(app).await;
    }
}
