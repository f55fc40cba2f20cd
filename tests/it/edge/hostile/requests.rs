//! What is refused in bodies, documents and variables.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{Table, refusal};
use crate::support::{Actor, TestApp};

pub async fn in_bodies(app: &TestApp, table: &mut Table) {
    table.part("In the body of a request");
    for (what, body) in [
        ("nothing", String::new()),
        ("JSON cut off", r#"{"query":"{__typename}""#.to_owned()),
        ("a batch", r#"[{"query":"{__typename}"}]"#.to_owned()),
        ("null", "null".to_owned()),
        ("brackets in brackets", "[".repeat(50_000)),
        ("no query", r#"{"variables":{}}"#.to_owned()),
        ("a query that is a number", r#"{"query":1}"#.to_owned()),
        (
            "variables that are a list",
            r#"{"query":"{__typename}","variables":[]}"#.to_owned(),
        ),
        (
            "variables that are a text",
            r#"{"query":"{__typename}","variables":"{}"}"#.to_owned(),
        ),
        (
            "extensions that are a text",
            r#"{"query":"{__typename}","extensions":"x"}"#.to_owned(),
        ),
        (
            "a name that is a number",
            r#"{"query":"{__typename}","operationName":1}"#.to_owned(),
        ),
        (
            "a name of no operation",
            r#"{"query":"query A {__typename}","operationName":"B"}"#.to_owned(),
        ),
        (
            "half of a letter",
            r#"{"query":"{__typename} # \ud800"}"#.to_owned(),
        ),
        (
            "a stored query by its hash alone",
            r#"{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"a"}}}"#.to_owned(),
        ),
    ] {
        let (_, answer) = app.post(None, body).await;
        let answer: Value = serde_json::from_str(&answer).unwrap();
        table.row(what, &refusal(&answer));
    }
}

fn aliased(number: usize, what: &str) -> String {
    (0..number)
        .map(|place| format!("a{place}: {what} "))
        .collect()
}

pub async fn in_documents(app: &TestApp, table: &mut Table) {
    table.part("In a document");
    let bomb: String = (0..25)
        .map(|n| format!("fragment F{n} on Query {{ ...F{} ...F{} }} ", n + 1, n + 1))
        .collect();
    for (what, query) in [
        ("5,000 words", "a ".repeat(5_000)),
        ("5,000 brackets", "{".repeat(5_000)),
        ("60,000 characters", format!("{{ __typename }} #{}", "a".repeat(60_000))),
        ("fragments that double 25 times", format!("{{ ...F0 }} {bomb} fragment F25 on Query {{ __typename }}")),
        ("fragments in a circle", "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }".to_owned()),
        ("150 aliases", format!("{{ {} }}", aliased(150, "__typename"))),
        ("1,100 fields", format!("{{ {} }}", "__typename ".repeat(1_100))),
        ("nested 30 deep", format!("{{ viewer {} {} }}", "{ user ".repeat(30), "}".repeat(31))),
        ("ten directives on a field", format!("{{ __typename {} }}", "@skip(if: false) ".repeat(10))),
        ("99 schemas", format!("{{ {} }}", aliased(99, "__schema { types { name fields { name } } }"))),
        ("types of types of types", "{ __schema { types { fields { type { fields { type { name } } } } } } }".to_owned()),
        ("one mutation twice under one key", "mutation { signOut(input: {}) { replayed } signOut(input: {}) { replayed } }".to_owned()),
        ("two subscriptions at once", "subscription { a: operations(accountId: \"a\") { id } b: operations(accountId: \"a\") { id } }".to_owned()),
        ("a subscription by POST", "subscription { operations(accountId: \"a\") { id } }".to_owned()),
        ("a field that does not exist", "{ passwords }".to_owned()),
        ("a field of the schema of others", "{ _service { sdl } }".to_owned()),
        ("nothing of an object", "{ viewer }".to_owned()),
        ("two operations and no name", "query A { __typename } query B { __typename }".to_owned()),
        ("an operation alone in a fragment", "fragment A on Query { __typename }".to_owned()),
        ("a lone quote", "{ node(id: \"a) { id } }".to_owned()),
        ("a wrong escape", r#"{ node(id: "\x") { id } }"#.to_owned()),
        ("a zero byte", "{ node(id: \"a\\u0000\") { id } }".to_owned()),
    ] {
        let answer = app.anonymous().run(&query, Value::Null).await;
        table.row(what, &refusal(&answer));
    }
}

pub async fn in_variables(app: &TestApp, carla: &Actor<'_>, table: &mut Table) {
    table.part("In variables");
    let grants = "query($n: Int) { grants(first: $n) { nodes { id } } }";
    let node = "query($v: ID!) { node(id: $v) { id } }";
    let client = app.account("contoso").await;
    let forged = |text: &str| URL_SAFE_NO_PAD.encode(text);
    for (what, query, variables) in [
        ("a variable that is missing", node, json!({})),
        ("null where a value is needed", node, json!({ "v": null })),
        ("a list for an id", node, json!({ "v": ["a"] })),
        ("an object for an id", node, json!({ "v": { "or": 1 } })),
        (
            "a text for a number",
            grants,
            json!({ "n": "1; DROP TABLE operation" }),
        ),
        (
            "a number beyond 32 bits",
            grants,
            json!({ "n": 4_294_967_296_i64 }),
        ),
        ("a number below zero", grants, json!({ "n": -1 })),
        ("zero rows", grants, json!({ "n": 0 })),
        ("a million rows", grants, json!({ "n": 1_000_000 })),
        ("a half", grants, json!({ "n": 1.5 })),
        (
            "a cursor that was made up",
            "query($c: String) { grants(after: $c) { nodes { id } } }",
            json!({ "c": "' OR 1=1 --" }),
        ),
        (
            "a cursor of a zero byte",
            "query($c: String) { grants(after: $c) { nodes { id } } }",
            json!({ "c": "\u{0}" }),
        ),
        (
            "an enum value that does not exist",
            "query($s: [GrantState!]) { grants(filter: { states: $s }) { nodes { id } } }",
            json!({ "s": ["OPEN"] }),
        ),
        (
            "a time that is a day",
            "query($i: ID!, $t: DateTime!) { operations(accountId: $i, filter: { since: $t }) { nodes { id } } }",
            json!({ "i": client, "t": "2026-12-01" }),
        ),
        (
            "a field that the input has not",
            "mutation($i: SignInInput!) { signIn(input: $i) { accessToken } }",
            json!({ "i": { "signInName": "a", "password": "b", "role": "GLOBAL_ADMIN" } }),
        ),
        (
            "101 ids",
            "query($v: [ID!]!) { nodes(ids: $v) { id } }",
            json!({ "v": vec!["a"; 101] }),
        ),
        (
            "100 ids at fifty places",
            &format!(
                "query($v: [ID!]!) {{ {} }}",
                aliased(50, "nodes(ids: $v) { id }")
            ),
            json!({ "v": vec!["a"; 100] }),
        ),
    ] {
        let answer = carla.run(query, variables).await;
        table.row(what, &refusal(&answer));
    }
    // Ids that were made up are as those of things that are not there.
    for (what, id) in [
        ("an id that is no id", "a".to_owned()),
        (
            "an id of another kind",
            forged("Organization:00000000-0000-0000-0000-000000000000"),
        ),
        ("an id with SQL in it", forged("User:' OR '1'='1")),
        ("an id of 10,000 bytes", "a".repeat(10_000)),
        ("an id with a zero byte", "\u{0}".to_owned()),
        ("an id of another tenant", app.account("northwind").await),
    ] {
        let answer = carla.run(node, json!({ "v": id })).await;
        assert_eq!(answer["data"]["node"], Value::Null, "{what}: {answer}");
        let told = match answer["errors"].is_array() {
            true => refusal(&answer),
            false => "null, as of what is not there".to_owned(),
        };
        table.row(what, &told);
    }
}
