//! What the partner, and the user itself, see of a sign-in that someone of the partner may hold.

use axum::http::StatusCode;
use entity::states::Way;
use serde_json::{Value, json};

use crate::support::{Actor, Browser, TestApp, both};

const OWN: &str = "query($filter: OperationFilter) { delegatedOperations(filter: $filter) { nodes { kind actor { name } } } }";
const HELD: &str = "query($filter: OperationFilter) { operationsInHands(filter: $filter) { nodes { id kind outcome grantId actor { name } organization { name } hands { grantId } } } }";

async fn held(actor: &Actor<'_>, filter: Value) -> Vec<Value> {
    let data = actor.data(HELD, json!({ "filter": filter })).await;
    data["operationsInHands"]["nodes"]
        .as_array()
        .cloned()
        .unwrap_or_default()
}

async fn adds(app: &TestApp, by: &Actor<'_>, name: &str) {
    let input = json!({ "accountId": app.account("contoso").await, "displayName": name, "signInName": name, "contact": format!("{name}@example.org") });
    by.done("addUser", input, "user { id }").await;
}

async fn the_partner_sees_what_users_in_its_hands_do_while_the_grant_is_active(app: &TestApp) {
    // Uma is in the hands of two partners.
    app.db_hand("uma", Way::Contact, "fiona").await;
    let tailspin = app.db_grant_to_tailspin().await;
    app.db_hand_under("uma", Way::Contact, "tom", tailspin)
        .await;
    let uma = app.sign_in("uma").await;
    adds(app, &uma, "nina").await;
    app.sign_in("hector").await;
    let northwind = app.grant("northwind", "contoso").await;
    let liam = app.sign_in("liam").await;
    let seen = held(&liam, json!({})).await;
    let kinds: Vec<_> = seen
        .iter()
        .map(|entry| entry["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["ADD_USER", "SIGN_IN"]);
    // Of the other partner's grant it is shown nothing.
    assert_eq!(
        seen[0],
        json!({ "id": seen[0]["id"], "kind": "ADD_USER", "outcome": "DONE", "grantId": northwind, "actor": { "name": "Uma User-Admin" }, "organization": { "name": "Contoso" }, "hands": [{ "grantId": northwind }] })
    );
    assert!(
        liam.data(OWN, json!({ "filter": { "kinds": ["ADD_USER"] } }))
            .await["delegatedOperations"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .all(|entry| entry["actor"]["name"] != "Uma User-Admin")
    );
    let other = app.sign_in("tom").await;
    let seen_there = held(&other, json!({ "kinds": ["ADD_USER"] })).await;
    assert_eq!(
        (seen_there.len(), &seen_there[0]["grantId"]),
        (1, &Value::Null)
    );
    let theirs = seen_there[0]["hands"].as_array().unwrap();
    assert_eq!(theirs.len(), 1);
    assert_ne!(theirs[0]["grantId"], northwind);
    // The filter by grant finds both of an entry's grants.
    assert_eq!(
        held(&other, json!({ "grantId": theirs[0]["grantId"] }))
            .await
            .len(),
        2
    );
    let carla = app.sign_in("carla").await;
    let record = "query($id: ID!, $filter: OperationFilter) { organization(id: $id) { operations(filter: $filter) { nodes { kind hands { grantId } } } } }";
    for grant in [&northwind, theirs[0]["grantId"].as_str().unwrap()] {
        let filter =
            json!({ "grantId": grant, "kinds": ["ADD_USER"], "actorId": app.user("uma").await });
        let variables = json!({ "id": app.account("contoso").await, "filter": filter });
        let entries =
            carla.data(record, variables).await["organization"]["operations"]["nodes"].clone();
        assert_eq!(entries[0]["hands"].as_array().unwrap().len(), 2, "{grant}");
    }
    // One entry is found by its id as in the list; nobody else finds it.
    let node = "query($id: ID!) { node(id: $id) { ... on Operation { kind hands { grantId } } } }";
    let id = json!({ "id": seen[0]["id"] });
    let one = liam.data(node, id.clone()).await;
    assert_eq!(
        one["node"],
        json!({ "kind": "ADD_USER", "hands": [{ "grantId": northwind }] })
    );
    for nobody in ["nora", "ursula", "adam"] {
        let actor = app.sign_in(nobody).await;
        assert!(
            actor.data(node, id.clone()).await["node"].is_null(),
            "{nobody}"
        );
        assert!(held(&actor, json!({})).await.is_empty(), "{nobody}");
    }
    // While the grant is held, and once it has ended, it sees nothing of it any more.
    let grant = json!({ "grantId": northwind });
    carla.done("holdGrant", grant.clone(), "grant { id }").await;
    assert!(held(&liam, json!({})).await.is_empty());
    assert!(liam.data(node, id.clone()).await["node"].is_null());
    carla.done("liftGrant", grant.clone(), "grant { id }").await;
    assert_eq!(held(&liam, json!({})).await.len(), 2);
    let suspend = json!({ "organizationId": app.account("northwind").await, "message": "Why." });
    app.sign_in("olivia")
        .await
        .done("suspendCertification", suspend, "organization { id }")
        .await;
    assert!(held(&liam, json!({})).await.is_empty());
    carla.done("endGrant", grant, "grant { id }").await;
    assert!(held(&liam, json!({})).await.is_empty());
}

both!(the_partner_sees_what_users_in_its_hands_do_while_the_grant_is_active);

async fn the_user_is_told_who_may_hold_its_sign_in(app: &TestApp) {
    let mut ivan = Browser::of(app, "ivan").await;
    // Who administers nothing comes to a page of its own.
    let (status, page) = ivan.get("/").await;
    assert!(
        status == StatusCode::OK && page.contains("Your sign-in"),
        "{page}"
    );
    let (status, page) = ivan.get("/me").await;
    assert!(
        status == StatusCode::OK && page.contains("ivan.contoso@example.org"),
        "{page}"
    );
    assert!(!page.contains("may hold"), "{page}");
    app.db_hand("ivan", Way::Contact, "fiona").await;
    let (_, page) = ivan.get("/me").await;
    assert!(
        page.contains("Ivan Ordinary, whose sign-in Northwind Support may hold"),
        "{page}"
    );
    assert!(
        page.contains(
            "Fiona Full (fiona@northwind.mandate.example, Northwind Support) set the contact on"
        ),
        "{page}"
    );
    // Pages say it wherever somebody is signed in.
    app.db_hand("carla", Way::Contact, "fiona").await;
    let mut carla = Browser::of(app, "carla").await;
    let offer = app.db_offer("northwind").await.0;
    let (_, page) = carla.get(&format!("/offers/{}", offer.token)).await;
    assert!(
        page.contains("Carla Client, whose sign-in Northwind Support may hold"),
        "{page}"
    );
    let mut nobody = Browser::new(app);
    assert!(nobody.get("/me").await.1.contains("Sign in"));
}

both!(the_user_is_told_who_may_hold_its_sign_in);
