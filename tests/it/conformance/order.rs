//! Fields stand in an answer where they stand in the query, failed ones included.

use serde_json::{Value, json};

use crate::support::{Actor, TestApp, both};

const BAD: &str = "operations(first: 0) { nodes { id } }";

/// The keys of the text of an answer, each as it comes, without those of its extensions.
fn keys(body: &str) -> Vec<String> {
    let mut keys = Vec::new();
    let mut rest = body.rsplit_once(",\"extensions\"").unwrap().0;
    while let Some((before, after)) = rest.split_once("\":") {
        keys.push(before.rsplit('"').next().unwrap().to_owned());
        rest = after;
    }
    keys
}

/// The keys of an answer's data, and the answer.
async fn ask(actor: &Actor<'_>, query: &str, operation: Option<&str>) -> (Vec<String>, Value) {
    let contoso = actor.app.account("contoso").await;
    let body =
        json!({ "query": query, "variables": { "id": contoso }, "operationName": operation });
    let (_, body) = actor
        .app
        .post(actor.token.as_deref(), body.to_string())
        .await;
    let answer: Value = serde_json::from_str(&body).unwrap();
    (keys(&body[body.find("\"data\":").unwrap()..]), answer)
}

async fn answers_are_in_the_order_of_the_query(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let token = carla.token.as_deref();
    let ask = async |query: &str| {
        let (_, body) = app.post(token, json!({ "query": query }).to_string()).await;
        keys(&body)
    };
    let query = "query { viewer { user { signInName ...F blocked } organization { name id } } z: __typename a: __typename } fragment F on User { id displayName }";
    assert_eq!(
        ask(query).await,
        [
            "data",
            "viewer",
            "user",
            "signInName",
            "id",
            "displayName",
            "blocked",
            "organization",
            "name",
            "id",
            "z",
            "a"
        ]
    );
    // Merged fields stand where they came first.
    let query = "{ viewer { user { id } } z: __typename viewer { organization { name } user { signInName id } } }";
    assert_eq!(
        ask(query).await,
        [
            "data",
            "viewer",
            "user",
            "id",
            "signInName",
            "organization",
            "name",
            "z"
        ]
    );
}

both!(answers_are_in_the_order_of_the_query);

async fn a_root_that_fails_keeps_its_place(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let query = "query($id: ID!) { z: __typename operations(accountId: $id, first: 0) { nodes { id } } a: __typename }";
    let (order, answer) = ask(&carla, query, None).await;
    assert_eq!(order, ["data", "z", "operations", "a"], "{answer}");
    // Where all fail, too.
    let query = "query($id: ID!) { z: operations(accountId: $id, first: 0) { nodes { id } } a: operations(accountId: $id, first: 0) { nodes { id } } }";
    let (order, answer) = ask(&carla, query, None).await;
    assert_eq!(order, ["data", "z", "a"], "{answer}");
}

both!(a_root_that_fails_keeps_its_place);

// Deep within fragments, first, in between and last; and the only one of its object.
async fn a_field_that_fails_deep_within_keeps_its_place(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    for (query, expected) in [
        (
            format!(
                "query($id: ID!) {{ organization(id: $id) {{ y: {BAD} name ...F }} b: __typename }} fragment F on Organization {{ id ... on Organization {{ x: {BAD} domains {{ nodes {{ name }} }} }} w: {BAD} }}"
            ),
            vec![
                "data",
                "organization",
                "y",
                "name",
                "id",
                "x",
                "domains",
                "nodes",
                "name",
                "w",
                "b",
            ],
        ),
        (
            format!("query($id: ID!) {{ organization(id: $id) {{ {BAD} }} b: __typename }}"),
            vec!["data", "organization", "operations", "b"],
        ),
    ] {
        let (mut order, answer) = ask(&carla, &query, None).await;
        order.dedup();
        assert!(answer["errors"].is_array());
        assert_eq!(order, expected, "{answer}");
    }
}

both!(a_field_that_fails_deep_within_keeps_its_place);

async fn of_several_operations_the_one_that_was_asked_for_is_in_order(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let query = format!(
        "query One {{ viewer {{ user {{ id }} }} }} query Two($id: ID!) {{ z: __typename organization(id: $id) {{ {BAD} id }} a: __typename }}"
    );
    let (order, answer) = ask(&carla, &query, Some("Two")).await;
    assert_eq!(
        order,
        ["data", "z", "organization", "operations", "id", "a"],
        "{answer}"
    );
}

both!(of_several_operations_the_one_that_was_asked_for_is_in_order);
