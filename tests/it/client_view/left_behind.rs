//! What a partner left behind: taken back with the grant, listed, and cleaned up.

use serde_json::{Value, json};

use crate::support::{
    Actor, Link, NEW_PASSWORD, TestApp, both, grant, on, reason, record_verifies, with,
};

const WILLA: &str = "willa@contoso.mandate.example";
const LEFT: &str = "leftBehind { usersAdded { nodes { displayName } } passwordsSet { nodes { displayName hands { way person active partner { name } } } } contactsSet { nodes { displayName } } inHands { nodes { displayName } } rolesGiven { role } domainsAdded { nodes { name } } changes { nodes { kind targetName } } }";

/// Fiona adds Willa, makes her an admin, resets Ivan, and changes Greta's contact; Willa and Ivan choose passwords,
/// and Willa signs in.
async fn prepared(app: &TestApp) -> Actor<'_> {
    let (carla, fiona, contoso) = (
        app.sign_in("carla").await,
        app.sign_in("fiona").await,
        app.account("contoso").await,
    );
    app.mails().await;
    let new = json!({ "accountId": contoso, "displayName": "Willa", "signInName": "willa", "contact": "willa@example.org" });
    let willa = fiona.done("addUser", new, "user { id }").await["user"]["id"].clone();
    let role = json!({ "accountId": contoso, "userId": willa, "role": "USER_ADMIN" });
    fiona.done("assignAdminRole", role, "user { id }").await;
    fiona
        .done("resetPassword", on(app, "ivan").await, "user { id }")
        .await;
    let rules = json!({ "accountId": contoso, "signInsDelegable": true });
    carla.done("updateAccountRules", rules, "__typename").await;
    let greta = with(on(app, "greta").await, "contact", "greta@example.org");
    fiona.done("changeContact", greta, "user { id }").await;
    let mails = app.mails().await;
    for (link, to) in [
        (Link::Enrol, "willa@example.org"),
        (Link::Reset, "ivan.contoso@example.org"),
    ] {
        assert_eq!(link.redeem(app, &link.among(&mails, to)).await, "", "{to}");
    }
    app.sign_in_as(WILLA, NEW_PASSWORD).await
}

async fn end(app: &TestApp, selection: &str) -> Value {
    let carla = app.sign_in("carla").await;
    let ended = carla.done("endGrant", grant(app).await, selection).await;
    ended["grant"].clone()
}

fn names(list: &Value) -> Vec<&str> {
    let users = list["nodes"].as_array().unwrap().iter();
    users
        .map(|user| user["displayName"].as_str().unwrap())
        .collect()
}

async fn the_end_takes_roles_and_closes_links_in_the_same_act(app: &TestApp) {
    prepared(app).await;
    let ended = end(app, "grant { state end { rolesTaken { role user { displayName } } passwordsEnded { displayName } linksSent { displayName } linksClosed { displayName } } }").await;
    // Roles that delegates gave, and links to contacts that they set.
    assert_eq!(
        ended["end"],
        json!({
            "rolesTaken": [{ "role": "USER_ADMIN", "user": { "displayName": "Willa" } }],
            "passwordsEnded": [], "linksSent": [], "linksClosed": [{ "displayName": "Greta Guest" }],
        })
    );
}

both!(the_end_takes_roles_and_closes_links_in_the_same_act);

async fn what_a_partner_left_behind_is_listed(app: &TestApp) {
    prepared(app).await;
    let ended = end(app, &format!("grant {{ {LEFT} }}")).await;
    let left = &ended["leftBehind"];
    assert_eq!(names(&left["usersAdded"]), ["Greta Guest", "Willa"]);
    let by = |way: &str| json!({ "way": way, "person": "Fiona Full", "active": false, "partner": { "name": "Northwind Support" } });
    assert_eq!(
        left["passwordsSet"]["nodes"],
        json!([{ "displayName": "Willa", "hands": [by("CONTACT"), by("SECRET")] }])
    );
    assert_eq!(names(&left["contactsSet"]), ["Greta Guest", "Willa"]);
    assert_eq!(names(&left["inHands"]), ["Greta Guest", "Willa"]);
    assert_eq!(
        (&left["rolesGiven"], &left["changes"]["nodes"]),
        (&json!([]), &json!([]))
    );
    assert_eq!(
        left["domainsAdded"]["nodes"],
        json!([{ "name": "contoso.example.com" }])
    );
}

both!(what_a_partner_left_behind_is_listed);

async fn a_partner_neither_sees_what_it_left_behind_nor_cleans_it_up(app: &TestApp) {
    prepared(app).await;
    end(app, "grant { state }").await;
    let fiona = app.sign_in("fiona").await;
    let query = format!("query($id: ID!) {{ grant(id: $id) {{ {LEFT} }} }}");
    let id = app.grant("northwind", "contoso").await;
    assert_eq!(
        fiona.data(&query, json!({ "id": id })).await["grant"]["leftBehind"],
        Value::Null
    );
    assert_eq!(
        fiona.fails("cleanUpGrant", grant(app).await).await,
        "FORBIDDEN/OWN_ONLY"
    );
}

both!(a_partner_neither_sees_what_it_left_behind_nor_cleans_it_up);

async fn the_clean_up_ends_what_a_delegate_knew(app: &TestApp) {
    let willas = prepared(app).await;
    end(app, "grant { state }").await;
    let carla = app.sign_in("carla").await;
    // Willa keeps her sign-in, and reaches herself alone, until the client cleans up.
    willas.data("{ viewer { user { id } } }", Value::Null).await;
    app.mails().await;
    let done = carla
        .done(
            "cleanUpGrant",
            grant(app).await,
            "operation { changes { name value } }",
        )
        .await;
    let changes = done["operation"]["changes"].as_array().unwrap();
    let change = |name: &str| {
        changes
            .iter()
            .find(|change| change["name"] == name)
            .unwrap()["value"]
            .as_str()
            .unwrap()
    };
    assert_eq!(
        (
            change("roles_taken"),
            change("passwords_ended").split(", ").count(),
            change("links_sent")
        ),
        ("", 1, "")
    );
    // Her contact is the delegate's: no link goes there.
    assert_eq!(app.mails().await.len(), 0);
    assert_eq!(
        reason(&willas.run("{ viewer { user { id } } }", Value::Null).await),
        "UNAUTHENTICATED/TOKEN_INVALID"
    );
    let answer = app.anonymous().sign_in(WILLA, NEW_PASSWORD).await;
    assert_eq!(reason(&answer), "UNAUTHENTICATED/CREDENTIALS_INVALID");
    record_verifies(app).await;
}

both!(the_clean_up_ends_what_a_delegate_knew);
