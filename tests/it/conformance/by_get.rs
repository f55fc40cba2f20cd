//! Queries by GET, as urql asks of itself where the address is short enough; and nothing but queries.

use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use serde_json::{Value, json};

use super::NEW;
use crate::support::{Actor, TestApp, both};

const NAMED: &str = "query Named($id: ID!) { organization(id: $id) { name } } mutation Out { signOut { replayed } }";

async fn ask(actor: &Actor<'_>, parameters: &[(&str, &str)]) -> (StatusCode, HeaderMap, Value) {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    let token = format!("Bearer {}", actor.token.as_deref().unwrap());
    let request = Request::get(format!("/graphql?{query}"))
        .header(header::AUTHORIZATION, token)
        .header(header::ACCEPT, NEW);
    let request = request.body(Body::empty()).unwrap();
    let (status, headers, body) = actor.app.send(request).await;
    (status, headers, serde_json::from_str(&body).unwrap())
}

async fn a_query_is_read_by_get(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let (status, _, _) = ask(
        &carla,
        &[
            ("query", "{ viewer { user { id } } }"),
            ("operationName", ""),
            ("variables", ""),
        ],
    )
    .await;
    assert_eq!(status, StatusCode::OK);
    let variables = json!({ "id": app.account("contoso").await }).to_string();
    let (status, headers, answer) = ask(
        &carla,
        &[
            ("query", NAMED),
            ("operationName", "Named"),
            ("variables", &variables),
            ("extensions", ""),
        ],
    )
    .await;
    assert_eq!(
        (status, &answer["data"]),
        (
            StatusCode::OK,
            &json!({ "organization": { "name": "Contoso" } })
        )
    );
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
}

both!(a_query_is_read_by_get);

async fn nothing_is_done_by_get(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    for parameters in [
        &[("query", NAMED), ("operationName", "Out")][..],
        &[("query", "mutation { signOut { replayed } }")],
        &[(
            "query",
            "subscription { operations(accountId: \"x\") { id } }",
        )],
    ] {
        let (status, headers, answer) = ask(&carla, parameters).await;
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{answer}");
        assert_eq!(headers[header::ALLOW], "POST");
        assert!(answer.get("data").is_none());
    }
    // Still signed in.
    let query = "{ viewer { organization { name } } }";
    assert_eq!(ask(&carla, &[("query", query)]).await.0, StatusCode::OK);
    assert!(carla.data(query, Value::Null).await["viewer"]["organization"].is_object());
}

both!(nothing_is_done_by_get);

async fn what_is_no_query_is_the_clients_mistake(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    for parameters in [
        &[][..],
        &[
            ("query", "{ viewer { user { id } } }"),
            ("query", "mutation { signOut { replayed } }"),
        ],
        &[
            ("query", NAMED),
            ("operationName", "Named"),
            ("variables", "{"),
        ],
        &[("query", NAMED)],
        &[("query", NAMED), ("operationName", "Neither")],
    ] {
        let (status, _, answer) = ask(&carla, parameters).await;
        assert!(
            status.is_client_error() && answer.get("data").is_none(),
            "{status} {answer}"
        );
    }
    let query = "{ viewer { organization { name } } }";
    assert!(carla.data(query, Value::Null).await["viewer"]["organization"].is_object());
}

both!(what_is_no_query_is_the_clients_mistake);

// As some programs do at first.
async fn what_asks_for_another_protocol_is_a_query_still(app: &TestApp) {
    let request = Request::get("/graphql?query={__typename}").header(header::UPGRADE, "h2c");
    let (status, _, body) = app.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        body.starts_with("{\"data\":{\"__typename\":\"Query\"}"),
        "{body}"
    );
}

both!(what_asks_for_another_protocol_is_a_query_still);

async fn who_runs_the_server_can_do_without_it(app: &TestApp) {
    let app = &app.again(|config| config.http.queries_by_get = false).await;
    let carla = app.sign_in("carla").await;
    let (status, headers, answer) = ask(&carla, &[("query", "{ __typename }")]).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(headers[header::ALLOW], "POST");
    let said = answer["errors"][0]["message"].as_str().unwrap();
    assert!(said.contains("POST only"), "{answer}");
    app.app.db.close().await;
}

both!(who_runs_the_server_can_do_without_it);
