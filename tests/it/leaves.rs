//! Objects whose leaves are resolved at once answer as they do field by field.

use serde_json::{Value, json};

use crate::{
    graph,
    support::{TestApp, both},
};

/// An object, how a query comes to some of them, and a field that is no leaf.
const OBJECTS: [(&str, &str, &str); 3] = [
    (
        "Operation",
        "clients(first: 5) { nodes { operations(first: 5) { nodes { # } } } }",
        "organization { name }",
    ),
    (
        "Grant",
        "clients(first: 5) { nodes { grant { # } } }",
        "partner { name }",
    ),
    (
        "User",
        "clients(first: 5) { nodes { users(first: 5) { nodes { # } } } }",
        "adminRoles",
    ),
];

/// Numbers that look random, the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % most
    }
}

/// Some of the fields, written in the ways that a document has for it; and the fragments that it uses.
fn selection(object: &str, fields: &[String], numbers: &mut Numbers) -> (String, String) {
    let (mut text, mut fragments) = (String::new(), String::new());
    for number in 0..=numbers.below(6) {
        let field = &fields[numbers.below(fields.len() as u64) as usize];
        let part = match numbers.below(9) {
            0 => format!("a{number}: {field}"),
            1 => "__typename".to_owned(),
            2 => format!("... on {object} {{ {field} }}"),
            3 => format!("... {{ b{number}: {field} }}"),
            4 => format!("... on Node {{ id c{number}: __typename }}"),
            5 => format!("d{number}: {field} @include(if: $yes)"),
            6 => format!("e{number}: {field} @skip(if: $yes)"),
            7 => {
                fragments += &format!(" fragment F{number} on {object} {{ f{number}: {field} }}");
                format!("...F{number}")
            }
            _ => field.clone(),
        };
        text += &format!(" {part}");
    }
    (text, fragments)
}

/// The answer without the fields of this name, at any depth.
fn without(answer: Value, name: &str) -> Value {
    match answer {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(field, _)| field != name)
            .map(|(field, value)| (field, without(value, name)))
            .collect(),
        Value::Array(items) => items.into_iter().map(|item| without(item, name)).collect(),
        value => value,
    }
}

async fn leaves_are_what_the_fields_are(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    for name in ["nina", "nora"] {
        let user = json!({
            "accountId": app.account("contoso").await, "displayName": name, "signInName": name,
            "contact": format!("{name}@mail.example"),
        });
        fiona.done("addUser", user, "operation { id }").await;
    }
    let schema = graph::introspect(app).await;
    let own = fiona
        .data("{ viewer { organization { id } } }", Value::Null)
        .await;
    let variables = json!({ "id": own["viewer"]["organization"]["id"], "yes": true });
    let mut numbers = Numbers(7);
    for (object, way, other) in OBJECTS {
        let fields = graph::fields(&schema, object);
        let fields = fields.iter().filter(|field| {
            let kind = graph::ty(
                &schema,
                graph::named(&field["type"])["name"].as_str().unwrap(),
            );
            ["SCALAR", "ENUM"].contains(&kind["kind"].as_str().unwrap())
        });
        let fields = fields.map(|field| field["name"].as_str().unwrap().to_owned());
        let fields: Vec<String> = fields.collect();
        let mut seen = 0;
        for _ in 0..60 {
            let (selection, fragments) = selection(object, &fields, &mut numbers);
            let ask = async |selection: &str| {
                let head = "query($id: ID!, $yes: Boolean!)";
                let used = "used: organization(id: $id) { id @include(if: $yes) }";
                let body = way.replace('#', selection);
                let query = format!("{head} {{ {used} {body} }}{fragments}");
                fiona.data(&query, variables.clone()).await
            };
            let at_once = ask(&selection).await;
            let by_field = ask(&format!("{selection} other: {other}")).await;
            seen += at_once.to_string().len();
            assert_eq!(
                without(at_once, "other").to_string(),
                without(by_field, "other").to_string(),
                "{object}: {selection}"
            );
        }
        assert!(seen > 5_000, "{object}: hardly anything was asked for");
    }
}
both!(leaves_are_what_the_fields_are);
