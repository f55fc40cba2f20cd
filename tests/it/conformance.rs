//! Answers are as the GraphQL and GraphQL-over-HTTP specifications say, failures included.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::{Value, json};

use crate::support::{TestApp, both, errors};

async fn raw(app: &TestApp, kind: &str, accept: &str, body: &str) -> (StatusCode, Value) {
    let request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, kind)
        .header(header::ACCEPT, accept)
        .body(Body::from(body.to_owned()))
        .unwrap();
    let (status, headers, body) = app.send(request).await;
    let media = headers[header::CONTENT_TYPE].to_str().unwrap();
    if accept.contains("graphql-response") {
        assert!(
            media.starts_with("application/graphql-response+json"),
            "{media}"
        );
    } else {
        assert!(media.starts_with("application/json"), "{media}");
    }
    (status, serde_json::from_str(&body).unwrap())
}

const NEW: &str = "application/graphql-response+json";
const OLD: &str = "application/json";

/// The keys of a JSON text, each as it comes.
fn keys(body: &str) -> Vec<String> {
    let mut keys = Vec::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once("\":") {
        keys.push(before.rsplit('"').next().unwrap().to_owned());
        rest = after;
    }
    keys
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

async fn failed_fields_keep_their_place(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let token = carla.token.as_deref();
    let contoso = app.account("contoso").await;
    let ask = async |query: &str| {
        let body = json!({ "query": query, "variables": { "id": contoso } }).to_string();
        let (_, body) = app.post(token, body).await;
        let answer: Value = serde_json::from_str(&body).unwrap();
        let data = &body[body.find("\"data\":").unwrap()..];
        (keys(data), answer)
    };
    let (order, answer) = ask("query($id: ID!) { z: __typename operations(accountId: $id, first: 0) { nodes { id } } a: __typename }").await;
    assert_eq!(order, ["data", "z", "operations", "a"], "{answer}");
    // All fail, and one fails deep within fragments, first, in between and last.
    let (order, answer) = ask("query($id: ID!) { z: operations(accountId: $id, first: 0) { nodes { id } } a: operations(accountId: $id, first: 0) { nodes { id } } }").await;
    assert_eq!(order, ["data", "z", "a"], "{answer}");
    let bad = "operations(first: 0) { nodes { id } }";
    for (query, expected) in [
        (
            format!(
                "query($id: ID!) {{ organization(id: $id) {{ y: {bad} name ...F }} b: __typename }} fragment F on Organization {{ id ... on Organization {{ x: {bad} domains {{ nodes {{ name }} }} }} w: {bad} }}"
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
            format!("query($id: ID!) {{ organization(id: $id) {{ {bad} }} b: __typename }}"),
            vec!["data", "organization", "operations", "b"],
        ),
    ] {
        let (mut order, answer) = ask(&query).await;
        order.dedup();
        assert!(answer["errors"].is_array());
        assert_eq!(order, expected, "{answer}");
    }
    // Of several operations, the one that was asked for.
    let query = format!(
        "query One {{ viewer {{ user {{ id }} }} }} query Two($id: ID!) {{ z: __typename organization(id: $id) {{ {bad} id }} a: __typename }}"
    );
    let body = json!({ "query": query, "variables": { "id": contoso }, "operationName": "Two" })
        .to_string();
    let (_, body) = app.post(token, body).await;
    let data = &body[body.find("\"data\":").unwrap()..];
    assert_eq!(
        keys(data),
        ["data", "z", "organization", "operations", "id", "a"],
        "{body}"
    );
}

both!(failed_fields_keep_their_place);

async fn a_failed_field_is_null(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    let contoso = app.account("contoso").await;
    // A root that fails beside one that does not.
    let query = "query($id: ID!) { operations(accountId: $id, first: 0) { nodes { id } } viewer { user { signInName } } }";
    let answer = fiona.run(query, json!({ "id": contoso })).await;
    assert_eq!(answer["data"]["operations"], Value::Null);
    assert!(
        answer["data"]
            .as_object()
            .unwrap()
            .contains_key("operations"),
        "{answer}"
    );
    assert_eq!(
        answer["data"]["viewer"]["user"]["signInName"],
        "fiona@northwind.mandate.example"
    );
    assert_eq!(errors(&answer), ["BAD_USER_INPUT/INPUT_INVALID"]);

    // Nested, the only field of its object, and in a list.
    let query = "{ clients { nodes { operations(first: 0) { nodes { id } } } } }";
    let answer = fiona.run(query, Value::Null).await;
    let nodes = answer["data"]["clients"]["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), 3, "{answer}");
    for node in nodes {
        assert_eq!(*node, json!({ "operations": null }), "{answer}");
    }
    assert_eq!(errors(&answer).len(), 3);

    // A guard, and a second mutation that fails after a first that is done.
    let query = "mutation($id: ID!) {
            a: addDomain(input: { accountId: $id, name: \"one.example.net\" }) { domain { name } }
            b: addDomain(input: { accountId: $id, name: \"one.example.net\" }) { domain { name } }
            c: createOffer(input: { accountId: $id, roleCap: FULL, term: \"P1Y\" }) { offer { id } }
            d: certifyPartner(input: { organizationId: $id }) { organization { id } }
        }";
    let answer = fiona.run(query, json!({ "id": contoso })).await;
    assert_eq!(answer["data"]["a"]["domain"]["name"], "one.example.net");
    for key in ["b", "c", "d"] {
        assert_eq!(answer["data"].get(key), Some(&Value::Null), "{answer}");
    }
    assert_eq!(
        errors(&answer),
        [
            "CONFLICT/NAME_TAKEN",
            "FORBIDDEN/OWN_ONLY",
            "FORBIDDEN/ROLE_REQUIRED"
        ]
    );
}

both!(a_failed_field_is_null);

async fn a_request_error_has_no_data(app: &TestApp) {
    for (body, code) in [
        (json!({ "query": "{" }), "GRAPHQL_PARSE_FAILED"),
        (json!({ "query": "" }), "GRAPHQL_PARSE_FAILED"),
        (
            json!({ "query": "{ nothing }" }),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            json!({ "query": "{ node { id } }" }),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            json!({ "query": "{ node(id: 3.5) { id } }" }),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            json!({ "query": "query A { viewer { user { id } } } query B { viewer { user { id } } }" }),
            "GRAPHQL_VALIDATION_FAILED",
        ),
    ] {
        for (accept, wanted) in [(OLD, StatusCode::OK), (NEW, StatusCode::BAD_REQUEST)] {
            let (status, answer) = raw(app, "application/json", accept, &body.to_string()).await;
            assert_eq!(status, wanted, "{body}: {answer}");
            assert!(answer.get("data").is_none(), "{body}: {answer}");
            assert_eq!(errors(&answer), [code], "{body}: {answer}");
        }
    }
}

both!(a_request_error_has_no_data);

async fn a_body_that_is_no_request_is_answered_as_graphql(app: &TestApp) {
    let large = format!("{{\"query\":\"{}\"}}", " ".repeat(200_000));
    for (kind, body, status) in [
        (
            "text/plain",
            "{\"query\":\"{ viewer { user { id } } }\"}",
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ),
        (
            "multipart/form-data; boundary=x",
            "--x--",
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ),
        ("application/json", "", StatusCode::BAD_REQUEST),
        ("application/json", "not json", StatusCode::BAD_REQUEST),
        (
            "application/json",
            "[{\"query\":\"{ viewer { user { id } } }\"}]",
            StatusCode::BAD_REQUEST,
        ),
        (
            "application/json",
            "{\"query\": 3}",
            StatusCode::BAD_REQUEST,
        ),
        (
            "application/json",
            "{\"query\": \"{ viewer { user { id } } }\", \"variables\": 3}",
            StatusCode::BAD_REQUEST,
        ),
        (
            "application/json",
            "{\"query\": \"{ viewer { user { id } } }\", \"operationName\": 3}",
            StatusCode::BAD_REQUEST,
        ),
        (
            "application/json",
            large.as_str(),
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
    ] {
        let (got, answer) = raw(app, kind, OLD, body).await;
        assert_eq!(got, status, "{body:.40}: {answer}");
        assert_eq!(
            errors(&answer),
            ["GRAPHQL_PARSE_FAILED"],
            "{body:.40}: {answer}"
        );
    }
}

both!(a_body_that_is_no_request_is_answered_as_graphql);

async fn the_introspection_of_common_tools_is_answered(app: &TestApp) {
    // As deep as graphql-js asks: nine levels of `ofType`.
    let of_type = "ofType { kind name ".repeat(9) + &"}".repeat(9);
    let query = format!("query IntrospectionQuery {{ __schema {{
            queryType {{ name kind }} mutationType {{ name kind }} subscriptionType {{ name kind }}
            types {{ kind name description specifiedByURL
                fields(includeDeprecated: true) {{ name description args {{ ...InputValue }} type {{ ...TypeRef }} isDeprecated deprecationReason }}
                inputFields {{ ...InputValue }} interfaces {{ ...TypeRef }}
                enumValues(includeDeprecated: true) {{ name description isDeprecated deprecationReason }}
                possibleTypes {{ ...TypeRef }} }}
            directives {{ name description locations args {{ ...InputValue }} }} }} }}
            fragment InputValue on __InputValue {{ name description type {{ ...TypeRef }} defaultValue }}
            fragment TypeRef on __Type {{ kind name {of_type} }}");
    let data = app.anonymous().data(&query, Value::Null).await;
    assert!(data["__schema"]["types"].as_array().unwrap().len() > 50);
}

both!(the_introspection_of_common_tools_is_answered);

// As urql does of itself, where the address is short enough.
async fn queries_are_read_by_get_and_nothing_else_is(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let ask = async |parameters: &[(&str, &str)]| {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        let request = Request::get(format!("/graphql?{query}"))
            .header(
                header::AUTHORIZATION,
                format!("Bearer {}", carla.token.as_deref().unwrap()),
            )
            .header(header::ACCEPT, NEW);
        let (status, headers, body) = app.send(request.body(Body::empty()).unwrap()).await;
        (
            status,
            headers,
            serde_json::from_str::<Value>(&body).unwrap(),
        )
    };
    let contoso = app.account("contoso").await;
    let named = "query Named($id: ID!) { organization(id: $id) { name } } mutation Out { signOut { replayed } }";
    let variables = json!({ "id": contoso }).to_string();
    let (status, _, _) = ask(&[
        ("query", "{ viewer { user { id } } }"),
        ("operationName", ""),
        ("variables", ""),
    ])
    .await;
    assert_eq!(status, StatusCode::OK);
    let (status, headers, answer) = ask(&[
        ("query", named),
        ("operationName", "Named"),
        ("variables", &variables),
        ("extensions", ""),
    ])
    .await;
    assert_eq!(
        (status, answer),
        (
            StatusCode::OK,
            json!({ "data": { "organization": { "name": "Contoso" } } })
        )
    );
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    for parameters in [
        &[("query", named), ("operationName", "Out")][..],
        &[("query", "mutation { signOut { replayed } }")],
        &[(
            "query",
            "subscription { operations(accountId: \"x\") { id } }",
        )],
    ] {
        let (status, headers, answer) = ask(parameters).await;
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{answer}");
        assert_eq!(headers[header::ALLOW], "POST");
        assert!(answer.get("data").is_none());
    }
    for parameters in [
        &[][..],
        &[
            ("query", "{ viewer { user { id } } }"),
            ("query", "mutation { signOut { replayed } }"),
        ],
        &[
            ("query", named),
            ("operationName", "Named"),
            ("variables", "{"),
        ],
        &[("query", named)],
        &[("query", named), ("operationName", "Neither")],
    ] {
        let (status, _, answer) = ask(parameters).await;
        assert!(
            status.is_client_error() && answer.get("data").is_none(),
            "{status} {answer}"
        );
    }
    // What asks for another protocol, as some programs do at first, is a query still.
    let request = Request::get("/graphql?query={__typename}").header(header::UPGRADE, "h2c");
    let (status, _, body) = app.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(
        (status, body.as_str()),
        (StatusCode::OK, "{\"data\":{\"__typename\":\"Query\"}}")
    );
    // Still signed in.
    assert_eq!(
        ask(&[("query", "{ viewer { organization { name } } }")])
            .await
            .0,
        StatusCode::OK
    );
    assert!(
        carla
            .data("{ viewer { organization { name } } }", Value::Null)
            .await["viewer"]["organization"]
            .is_object()
    );
}

both!(queries_are_read_by_get_and_nothing_else_is);

async fn every_answer_carries_a_request_id(app: &TestApp) {
    let (_, headers, _) = app.get("/healthz").await;
    assert_eq!(headers["x-request-id"].to_str().unwrap().len(), 32);
    let (status, _, body) = app.get("/readyz").await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "ready\n"));
}

both!(every_answer_carries_a_request_id);
