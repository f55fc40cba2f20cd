//! Reads the schema by introspection, and makes valid arguments for any field.

use mandate::domain::values::id::GlobalId;
use serde_json::Value;

use crate::support::TestApp;

const INTROSPECTION: &str = "
query {
  __schema {
    types {
      kind name description
      fields(includeDeprecated: true) {
        name description
        args { name description defaultValue type { ...T } }
        type { ...T }
      }
      inputFields { name description defaultValue type { ...T } }
      enumValues { name description }
      possibleTypes { name }
    }
  }
}
fragment T on __Type {
  kind name
  ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } }
}";

/// The schema.
pub async fn introspect(app: &TestApp) -> Value {
    let answer = app.anonymous().data(INTROSPECTION, Value::Null).await;
    answer["__schema"].clone()
}

/// A type of the schema.
pub fn ty<'a>(schema: &'a Value, name: &str) -> &'a Value {
    let types = schema["types"].as_array().unwrap();
    types
        .iter()
        .find(|ty| ty["name"] == name)
        .unwrap_or_else(|| panic!("no type {name}"))
}

/// The fields of a type.
pub fn fields(schema: &Value, name: &str) -> Vec<Value> {
    ty(schema, name)["fields"]
        .as_array()
        .cloned()
        .unwrap_or_default()
}

/// The named type within lists and non-nulls.
pub fn named(of: &Value) -> &Value {
    if of["ofType"].is_null() {
        of
    } else {
        named(&of["ofType"])
    }
}

/// `RESET_PASSWORD` as `resetPassword`.
pub fn camel(name: &str) -> String {
    let mut words = name.split('_').map(str::to_lowercase);
    let first = words.next().unwrap_or_default();
    words.fold(first, |text, word| {
        text + &word[..1].to_uppercase() + &word[1..]
    })
}

/// A literal that is valid for a type, as an argument.
pub fn literal(schema: &Value, of: &Value) -> String {
    match of["kind"].as_str().unwrap() {
        "NON_NULL" => literal(schema, &of["ofType"]),
        "LIST" => format!("[{}]", literal(schema, &of["ofType"])),
        "ENUM" => {
            let values = ty(schema, of["name"].as_str().unwrap());
            values["enumValues"][0]["name"].as_str().unwrap().to_owned()
        }
        "INPUT_OBJECT" => {
            let input = ty(schema, of["name"].as_str().unwrap());
            let fields = input["inputFields"].as_array().unwrap().iter();
            let fields = fields
                .filter(|field| field["type"]["kind"] == "NON_NULL")
                .filter(|field| field["defaultValue"].is_null())
                .map(|field| {
                    let name = field["name"].as_str().unwrap();
                    format!("{name}: {}", literal(schema, &field["type"]))
                });
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
        _ => match of["name"].as_str().unwrap() {
            "ID" => format!(
                "\"{}\"",
                GlobalId::Organization(uuid::Uuid::from_u128(1).into()).encode()
            ),
            "Int" => "1".to_owned(),
            "Boolean" => "true".to_owned(),
            "DateTime" => "\"2026-11-24T12:00:00Z\"".to_owned(),
            "Duration" => "\"P1Y\"".to_owned(),
            _ => "\"word\"".to_owned(),
        },
    }
}

/// The arguments that a field must have, in brackets; empty when it needs none.
pub fn arguments(schema: &Value, field: &Value) -> String {
    let arguments: Vec<String> = field["args"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|argument| argument["type"]["kind"] == "NON_NULL")
        .map(|argument| {
            let name = argument["name"].as_str().unwrap();
            format!("{name}: {}", literal(schema, &argument["type"]))
        })
        .collect();
    if arguments.is_empty() {
        String::new()
    } else {
        format!("({})", arguments.join(", "))
    }
}

/// What to select of a type; empty for a leaf.
pub fn selection(of: &Value) -> &'static str {
    match named(of)["kind"].as_str().unwrap() {
        "OBJECT" | "INTERFACE" | "UNION" => " { __typename }",
        _ => "",
    }
}
