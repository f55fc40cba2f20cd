//! Whose sign-in a partner may hold: what such a user does is the partner's doing too, what it sets and gives is
//! marked, and only an honest admin and a link sent after that take it out.

mod out;

use chrono::TimeDelta;
use entity::{session, states::Way};
use mandate::store::viewer;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use crate::support::{
    Actor, Link, NEW_PASSWORD, TestApp, both, give_role, grant, on, reason, record_verifies, with,
};

const NEWER: &str = "eleven loud herons drop teacups";
const UMA: &str = "uma@contoso.mandate.example";

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
            with(on(app, "uma").await, "contact", "mine@example.org"),
            "user { id }",
        )
        .await;
    Link::Contact.redeem_mailed(app, "mine@example.org").await;
    fiona
        .done("resetPassword", on(app, "uma").await, "user { id }")
        .await;
    Link::Reset.redeem_mailed(app, "mine@example.org").await;
}

async fn each_hand_is_read_once_however_many_roles_its_user_holds(app: &TestApp) {
    give_role(app, &app.sign_in("carla").await, "uma", "REPORTS_READER").await;
    takes_uma(app).await;
    app.sign_in_as(UMA, NEW_PASSWORD).await;
    let uma = app.db_user("uma").await;
    let db = &app.app.db;
    let session = session::Entity::find()
        .filter(session::Column::UserId.eq(uma))
        .order_by_desc(session::Column::Id);
    let session = session.one(db.read()).await.unwrap().unwrap().id;
    let caller = viewer::caller(db, session, uma, app.app.now()).await;
    let caller = caller.unwrap().unwrap();
    assert_eq!(caller.roles.iter().count(), 2);
    assert_eq!(caller.hands.0.len(), 2);
}

both!(each_hand_is_read_once_however_many_roles_its_user_holds);

async fn a_sign_in_that_a_delegate_took_launders_nothing(app: &TestApp) {
    takes_uma(app).await;
    assert_eq!(hands_of(app, "uma").await, ["CONTACT", "SECRET"]);
    let carla = app.sign_in("carla").await;
    let uma = app.sign_in_as(UMA, NEW_PASSWORD).await;
    // A new password while signed in washes nothing off.
    let own = json!({ "currentPassword": NEW_PASSWORD, "newPassword": NEWER });
    let changed = uma
        .done(
            "changeOwnPassword",
            own,
            "operation { authority hands { personId } }",
        )
        .await;
    let fiona_id = app.user("fiona").await;
    assert_eq!(
        changed["operation"],
        json!({ "authority": "MYSELF", "hands": [{ "personId": fiona_id }] })
    );
    // What the client asks of delegates it asks of her, and it is told.
    rules(app, json!({ "ticketRequired": true })).await;
    let input = json!({ "accountId": app.account("contoso").await, "displayName": "N", "signInName": "n", "contact": "n@example.org" });
    assert_eq!(
        uma.fails("addUser", input).await,
        "BAD_USER_INPUT/TICKET_REQUIRED"
    );
    app.mails().await;
    let added = add(app, &uma, "nina").await;
    let grant_id = grant(app).await["grantId"].clone();
    assert_eq!(
        added["operation"],
        json!({ "authority": "OWN", "grantId": grant_id, "hands": [{ "grantId": grant_id, "personId": fiona_id }] })
    );
    let mails = app.mails().await;
    assert!(
        mails
            .iter()
            .any(|mail| mail.to == "carla.contoso@example.org" && mail.text.contains("/hands")),
        "{mails:#?}"
    );
    // Nina, whom she reached, is in the same hands: enrolled, appointed by nobody, and out of consent.
    let nina = Link::Enrol.among(&mails, "nina@example.org");
    assert_eq!(Link::Enrol.redeem(app, &nina).await, "");
    let role = json!({ "accountId": app.account("contoso").await, "userId": added["user"]["id"], "role": "GLOBAL_ADMIN" });
    assert_eq!(
        carla.fails("assignAdminRole", role.clone()).await,
        "FAILED_PRECONDITION/SIGN_IN_BY_DELEGATE"
    );
    // With the grant ends what both may do, and only that.
    carla
        .done("endGrant", grant(app).await, "grant { state }")
        .await;
    let uma = app.sign_in_as(UMA, NEWER).await;
    let input = json!({ "accountId": app.account("contoso").await, "displayName": "O", "signInName": "o", "contact": "o@example.org", "ticket": "T-2" });
    assert_eq!(uma.fails("addUser", input).await, "FORBIDDEN/IN_HANDS");
    let seen = uma
        .data(
            "{ viewer { user { displayName } organization { name users { nodes { id } } } } }",
            Value::Null,
        )
        .await;
    assert_eq!(seen["viewer"]["organization"]["users"]["nodes"], json!([]));
    assert_eq!(
        carla.fails("assignAdminRole", role).await,
        "FAILED_PRECONDITION/SIGN_IN_BY_DELEGATE"
    );
    record_verifies(app).await;
}

both!(a_sign_in_that_a_delegate_took_launders_nothing);

async fn a_shown_password_of_an_admin_is_the_technicians(app: &TestApp) {
    rules(
        app,
        json!({ "signInsDelegable": true, "passwordDeliveries": ["LINK", "SHOW_ONCE"] }),
    )
    .await;
    let shown = app
        .sign_in("liam")
        .await
        .done(
            "resetPassword",
            with(on(app, "paul").await, "delivery", "SHOW_ONCE"),
            "temporaryPassword",
        )
        .await;
    let paul = app
        .sign_in_as(
            "paul@contoso.mandate.example",
            shown["temporaryPassword"].as_str().unwrap(),
        )
        .await;
    let own = json!({ "currentPassword": shown["temporaryPassword"], "newPassword": NEW_PASSWORD });
    paul.done("changeOwnPassword", own, "user { id }").await;
    assert_eq!(hands_of(app, "paul").await, ["SECRET"]);
    let reset = paul
        .done(
            "resetPassword",
            on(app, "ivan").await,
            "operation { authority hands { personId } }",
        )
        .await;
    assert_eq!(
        reset["operation"],
        json!({ "authority": "OWN", "hands": [{ "personId": app.user("liam").await }] })
    );
    // Of a LIMITED technician no more than LIMITED is lent, whatever roles the user holds.
    app.db_hand("uma", Way::Secret, "liam").await;
    let carla = app.sign_in("carla").await;
    let mut lower = grant(app).await;
    lower["roleCap"] = json!("LIMITED");
    carla.done("lowerGrant", lower, "grant { state }").await;
    let uma = app.sign_in("uma").await;
    assert_eq!(
        uma.fails("blockSignIn", on(app, "ivan").await).await,
        "FORBIDDEN/IN_HANDS"
    );
    let answer = uma
        .mutate("resetPassword", on(app, "ivan").await, "user { id }")
        .await;
    // Permitted: only Ivan's open link is in the way.
    assert_eq!(reason(&answer), "FAILED_PRECONDITION/RESET_PENDING");
}

both!(a_shown_password_of_an_admin_is_the_technicians);

async fn nobody_in_hands_acts_in_another_account(app: &TestApp) {
    // Tailspin's technician, in the hands of Northwind by an earlier release: nothing in Tailspin's client.
    let tailspin = app.db_grant_to_tailspin().await;
    let query = "query($id: ID!) { client(id: $id) { id } }";
    let contoso = app.account("contoso").await;
    let domain = json!({ "accountId": contoso, "name": "tom.example" });
    let tom = app.sign_in("tom").await;
    tom.data(query, json!({ "id": contoso })).await;
    app.db_hand_under("tom", Way::Secret, "fiona", tailspin)
        .await;
    assert_eq!(tom.fails("addDomain", domain).await, "FORBIDDEN/IN_HANDS");
    assert_eq!(
        tom.data(query, json!({ "id": contoso })).await["client"],
        Value::Null
    );
    let offer =
        json!({ "accountId": app.account("tailspin").await, "roleCap": "FULL", "term": "P1Y" });
    assert_eq!(tom.fails("createOffer", offer).await, "FORBIDDEN/IN_HANDS");
}

both!(nobody_in_hands_acts_in_another_account);

async fn what_a_technician_prepared_waits_without_him(app: &TestApp) {
    let (carla, fiona, petra) = (
        app.sign_in("carla").await,
        app.sign_in("fiona").await,
        app.sign_in("petra").await,
    );
    add(app, &fiona, "nina").await;
    let enrolment = Link::Enrol.mailed(app, "nina@example.org").await;
    give_role(app, &fiona, "ivan", "USER_ADMIN").await;
    let ivan = app.sign_in("ivan").await;
    add(app, &ivan, "otto").await;
    let role =
        json!({ "accountId": app.account("northwind").await, "userId": app.user("fiona").await });
    petra
        .done("removeDelegatedRole", role.clone(), "user { id }")
        .await;
    // Neither her links nor the roles that she gave count, while her grant is active.
    assert_eq!(
        Link::Enrol.redeem(app, &enrolment).await,
        "UNAUTHENTICATED/LINK_INVALID"
    );
    let input = json!({ "accountId": app.account("contoso").await, "displayName": "P", "signInName": "p", "contact": "p@example.org" });
    assert_eq!(
        ivan.fails("addUser", input.clone()).await,
        "FORBIDDEN/ROLE_GIVEN_BY_DELEGATE"
    );
    // A colleague takes over what she left, and the partner closes it: each by one recorded act.
    let left = with_person(app, grant(app).await, "fiona").await;
    let waiting = "query($id: ID!) { grant(id: $id) { waiting { person users roles } } }";
    let id = json!({ "id": grant(app).await["grantId"] });
    // Greta, Nina and Otto; and Ivan's role.
    let listed = json!([{ "person": "Fiona Full", "users": 3, "roles": 1 }]);
    assert_eq!(
        petra.data(waiting, id.clone()).await["grant"]["waiting"],
        listed
    );
    assert_eq!(
        carla.data(waiting, id.clone()).await["grant"]["waiting"],
        listed
    );
    let liam = app.sign_in("liam").await;
    assert_eq!(
        liam.fails("takeOver", left.clone()).await,
        "FORBIDDEN/ROLE_LIMITED"
    );
    assert_eq!(
        petra.fails("takeOver", left.clone()).await,
        "FORBIDDEN/ROLE_REQUIRED"
    );
    let liams = json!({ "accountId": app.account("northwind").await, "userId": app.user("liam").await, "role": "FULL" });
    petra
        .done("assignDelegatedRole", liams, "user { id }")
        .await;
    liam.done(
        "takeOver",
        left.clone(),
        "operation { changes { name value } }",
    )
    .await;
    assert_eq!(petra.data(waiting, id).await["grant"]["waiting"], json!([]));
    let taken = add(app, &ivan, "rupert").await;
    assert_eq!(taken["operation"]["authority"], "GIVEN");
    let liams =
        json!({ "accountId": app.account("northwind").await, "userId": app.user("liam").await });
    petra
        .done("removeDelegatedRole", liams, "user { id }")
        .await;
    assert_eq!(
        ivan.fails("addUser", input.clone()).await,
        "FORBIDDEN/ROLE_GIVEN_BY_DELEGATE"
    );
    let closed = petra
        .done(
            "closePrepared",
            with_person(app, grant(app).await, "liam").await,
            "operation { changes { name value } }",
        )
        .await;
    assert!(closed.to_string().contains("USER_ADMIN"), "{closed}");
    assert_eq!(
        ivan.fails("addUser", input).await,
        "FORBIDDEN/ROLE_REQUIRED"
    );
    assert_eq!(
        Link::Enrol.redeem(app, &enrolment).await,
        "UNAUTHENTICATED/LINK_INVALID"
    );
}

both!(what_a_technician_prepared_waits_without_him);

async fn what_a_technician_prepared_comes_back_with_his_role(app: &TestApp) {
    let (carla, fiona, petra) = (
        app.sign_in("carla").await,
        app.sign_in("fiona").await,
        app.sign_in("petra").await,
    );
    let nina = add(app, &fiona, "nina").await["user"]["id"].clone();
    let enrolment = Link::Enrol.mailed(app, "nina@example.org").await;
    give_role(app, &fiona, "ivan", "USER_ADMIN").await;
    let ivan = app.sign_in("ivan").await;
    let role =
        json!({ "accountId": app.account("northwind").await, "userId": app.user("fiona").await });
    petra
        .done("removeDelegatedRole", role.clone(), "user { id }")
        .await;
    assert_eq!(
        Link::Enrol.redeem(app, &enrolment).await,
        "UNAUTHENTICATED/LINK_INVALID"
    );
    let mut again = role;
    again["role"] = json!("FULL");
    petra
        .done("assignDelegatedRole", again, "user { id }")
        .await;
    add(app, &ivan, "quentin").await;
    assert_eq!(Link::Enrol.redeem(app, &enrolment).await, "");
    // The client makes Nina its own.
    let confirm = json!({ "accountId": app.account("contoso").await, "userId": nina, "contact": "NINA@example.org" });
    carla.done("confirmContact", confirm, "user { id }").await;
    let reset = Link::Reset.mailed(app, "nina@example.org").await;
    assert_eq!(Link::Reset.redeem_by(app, &reset, NEWER).await, "");
    let admin = json!({ "accountId": app.account("contoso").await, "userId": nina, "role": "GLOBAL_ADMIN" });
    carla.done("assignAdminRole", admin, "user { id }").await;
}

both!(what_a_technician_prepared_comes_back_with_his_role);
