//! Answers are as the GraphQL and GraphQL-over-HTTP specifications say, failures included.

mod by_get;
mod order;

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

async fn every_answer_carries_a_request_id(app: &TestApp) {
    let (_, headers, _) = app.get("/healthz").await;
    assert_eq!(headers["x-request-id"].to_str().unwrap().len(), 32);
    let (status, _, body) = app.get("/readyz").await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "ready\n"));
}

both!(every_answer_carries_a_request_id);

async fn a_database_that_takes_no_writes_is_not_ready(app: &TestApp) {
    use sea_orm::{ConnectionTrait, DatabaseBackend};
    if app.app.db.backend() == DatabaseBackend::Sqlite {
        return;
    }
    let db = app.intruder().await;
    let turn = async |on: &str| {
        let sql = format!(
            "BEGIN READ WRITE; DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = {on}', current_database()); END $$; COMMIT"
        );
        db.execute_unprepared(&sql).await.unwrap();
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        db.execute_unprepared(end).await.unwrap();
    };
    assert_eq!(app.get("/readyz").await.0, 200);
    turn("on").await;
    assert_eq!(app.get("/readyz").await.0, 503);
    turn("off").await;
    let mut status = app.get("/readyz").await.0;
    for _ in 0..20 {
        // Connections that were ended are found one by one.
        if status == 200 {
            break;
        }
        status = app.get("/readyz").await.0;
    }
    assert_eq!(status, 200);
}

both!(a_database_that_takes_no_writes_is_not_ready);
