//! Documents: tokens, errors, questions about the schema, variables.

use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use crate::support::{TestApp, both};

/// The code of the first error of an answer, and its length.
async fn ask(app: &TestApp, query: &str) -> (String, usize) {
    let body = json!({ "query": query }).to_string();
    let (_, answer) = app.post(None, body).await;
    let json: Value = serde_json::from_str(&answer).unwrap();
    let code = json["errors"][0]["extensions"]["code"].as_str();
    (code.unwrap_or_default().to_owned(), answer.len())
}

async fn long_documents_are_not_parsed(app: &TestApp) {
    for query in [
        "a ".repeat(25_000),
        format!("{{ {} }}", "a ".repeat(5_000)),
        format!("{{ a(b: [{}]) }}", "1,".repeat(5_000)),
        "{".repeat(5_000),
        "\"a\" ".repeat(5_000),
        format!("query({}) {{ __typename }}", "$a:Int ".repeat(2_000)),
        format!(
            "{{ __typename }} {}",
            "fragment F on Query { a } ".repeat(700)
        ),
    ] {
        let (code, length) = ask(app, &query).await;
        assert_eq!(code, "QUERY_TOO_COMPLEX", "{}", &query[..40]);
        assert!(length < 1_000);
    }
    // Names and texts are one token, however long they are; what is ignored is none.
    let long = format!(
        "{{ {}: __typename # {}\n }}",
        "a".repeat(5_000),
        "b ".repeat(5_000)
    );
    assert_eq!(ask(app, &long).await.0, "");
}
both!(long_documents_are_not_parsed);

async fn a_thousand_faults_are_answered_with_a_hundred(app: &TestApp) {
    let query = format!("{{ {} }}", "a ".repeat(999));
    let (code, length) = ask(app, &query).await;
    assert_eq!(code, "GRAPHQL_VALIDATION_FAILED");
    assert!(length < 30_000, "{length}");
}
both!(a_thousand_faults_are_answered_with_a_hundred);

async fn questions_about_the_schema_are_bounded(app: &TestApp) {
    let aliased = |number: usize, what: &str| {
        let fields: Vec<_> = (0..number)
            .map(|place| format!("a{place}: {what}"))
            .collect();
        format!("{{ {} }}", fields.join(" "))
    };
    let in_schema = |number, what: &str| format!("{{ __schema {} }}", aliased(number, what));
    let questions: [(&str, &dyn Fn(usize) -> String); 7] = [
        ("schemas", &|number| {
            aliased(
                number,
                "__schema { types { name description fields { name } } }",
            )
        }),
        ("types", &|number| {
            in_schema(number, "types { description }")
        }),
        ("fields", &|number| {
            in_schema(
                number,
                "types { fields { name description args { name description } } }",
            )
        }),
        ("values", &|number| {
            in_schema(number, "types { enumValues { description } }")
        }),
        ("inputs", &|number| {
            in_schema(
                number,
                "types { inputFields { name type { name ofType { name } } } }",
            )
        }),
        ("one type", &|number| {
            aliased(
                number,
                "__type(name: \"Mutation\") { fields { name description args { description } } }",
            )
        }),
        ("reasons", &|number| {
            aliased(
                number,
                "__type(name: \"Reason\") { enumValues { name description } }",
            )
        }),
    ];
    for (name, question) in questions {
        // Whatever is still accepted has an answer of a bounded size.
        let mut most = 0;
        let mut refused = false;
        for number in [1, 2, 4, 8, 16, 32, 64, 98] {
            let (code, length) = ask(app, &question(number)).await;
            if code == "QUERY_TOO_COMPLEX" {
                refused = true;
                break;
            }
            assert_eq!(code, "", "{name} {number}");
            most = most.max(length);
        }
        assert!(most > 0, "{name}: not even once");
        assert!(most < 2_000_000, "{name}: {most} bytes");
        assert!(refused || most < 2_000_000, "{name}");
    }
    let round =
        "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }";
    assert_eq!(ask(app, round).await.0, "QUERY_TOO_COMPLEX");
    let round = "query { __schema { types { ...T } } } fragment T on __Type { possibleTypes { ...U } } fragment U on __Type { interfaces { ...V } } fragment V on __Type { possibleTypes { fields { name } } }";
    assert_eq!(ask(app, round).await.0, "QUERY_TOO_COMPLEX");
    // An answer that is kept is the one that was made.
    let query = "{ __type(name: \"Client\") { name fields { name } } }";
    let answers = [
        app.anonymous().data(query, Value::Null).await,
        app.anonymous().data(query, Value::Null).await,
    ];
    assert_eq!(answers[0], answers[1]);
    let named = |name: &str| json!({ "n": name });
    let query = "query($n: String!) { __type(name: $n) { name } }";
    for name in ["Client", "Grant"] {
        let answer = app.anonymous().data(query, named(name)).await;
        assert_eq!(answer["__type"]["name"], name);
    }
}
both!(questions_about_the_schema_are_bounded);

async fn what_is_asked_about_the_schema_is_paid_for(app: &TestApp) {
    let requested = async |query: &str| {
        let answer = app.anonymous().run(query, Value::Null).await;
        answer["extensions"]["cost"]["requested"].as_u64().unwrap()
    };
    let small = requested("{ __type(name: \"Client\") { name } }").await;
    assert!(small < 10, "{small}");
    let asked =
        "{ __schema { types { name fields { name description args { name } type { name } } } } }";
    let large = requested(asked).await;
    assert!((200..1_000).contains(&large), "{large}");
    // From what is kept it costs the same, and is the same.
    assert_eq!(requested(asked).await, large);
}
both!(what_is_asked_about_the_schema_is_paid_for);

async fn values_count_at_every_place_where_they_are_used(app: &TestApp) {
    let many = vec!["a"; 100];
    let list = many.join("\" \"");
    let aliased = |number: usize, what: &str| {
        let fields = (0..number).map(|place| format!("a{place}: {what}"));
        fields.collect::<Vec<_>>().join(" ")
    };
    let nodes = "nodes(ids: $v) { id }";
    let refused = [
        (
            format!("query($v: [ID!]!) {{ {} }}", aliased(50, nodes)),
            json!({ "v": many }),
        ),
        (
            format!(
                "query($v: [ID!]! = [\"{list}\"]) {{ {} }}",
                aliased(50, nodes)
            ),
            Value::Null,
        ),
        (
            format!(
                "{{ {} }} fragment F on Query {{ nodes(ids: [\"{list}\"]) {{ id }} }}",
                "...F ".repeat(50)
            ),
            Value::Null,
        ),
        (
            "mutation($i: SignInInput!) { signIn(input: $i) { accessToken } }".to_owned(),
            json!({ "i": { "a": { "b": vec![1; 5_000] } } }),
        ),
    ];
    for (query, variables) in refused {
        let answer = app.anonymous().run(&query, variables).await;
        assert_eq!(
            answer["errors"][0]["extensions"]["code"],
            "QUERY_TOO_COMPLEX",
            "{}",
            &query[..60]
        );
    }
    let query = format!("query($v: [ID!]!) {{ {} }}", aliased(30, nodes));
    let carla = app.sign_in("carla").await;
    let answer = carla.run(&query, json!({ "v": many })).await;
    assert!(answer["data"]["a29"].is_array(), "{answer}");
}
both!(values_count_at_every_place_where_they_are_used);

async fn variables_are_coerced_first(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    for (query, variables) in [
        (
            "query($n: Int!) { grants(first: $n) { nodes { id } } }",
            json!({ "n": null }),
        ),
        (
            "query($n: Int!) { grants(first: $n) { nodes { id } } }",
            json!({}),
        ),
        (
            "query($i: ID!) { organization(id: $i) { name } }",
            json!({}),
        ),
        (
            "query A($i: ID!) { organization(id: $i) { name } } query B { __typename }",
            json!({}),
        ),
        (
            "mutation($i: AddDomainInput!) { addDomain(input: $i) { domain { id } } }",
            json!({ "i": null }),
        ),
        (
            "query($n: Int = 5) { grants(first: $n) { nodes { id } } }",
            json!({ "n": "five" }),
        ),
    ] {
        let name = query.contains("query A").then_some("A");
        let body = json!({ "query": query, "variables": variables, "operationName": name });
        let request = Request::post("/graphql")
            .header("content-type", "application/json")
            .header("accept", "application/graphql-response+json")
            .header(
                "authorization",
                format!("Bearer {}", carla.token.as_deref().unwrap()),
            );
        let request = request.body(Body::from(body.to_string())).unwrap();
        let (status, _, answer) = app.send(request).await;
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(status, 400, "{query}: {answer}");
        assert!(answer.get("data").is_none(), "{query}: {answer}");
    }
    let data = carla
        .data(
            "query($n: Int! = 5) { grants(first: $n) { nodes { id } } }",
            Value::Null,
        )
        .await;
    assert!(data["grants"]["nodes"].is_array());
}
both!(variables_are_coerced_first);
