//! `schema.graphql` is what the server serves, every part of it is described, and every mutation
//! says who may.

use std::path::Path;

use mandate::{
    config::Config,
    domain::kind::OperationKind,
    graphql::{schema, sdl},
};
use serde_json::Value;

use crate::{graph, support::TestApp};

#[test]
fn is_committed() {
    let now = sdl(&schema(&Config::load(None).unwrap().limits));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &now).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == now,
        "schema.graphql is not what the server serves: UPDATE=1 rewrites it"
    );
}

/// Types that the engine itself brings.
fn foreign(name: &str) -> bool {
    name.starts_with("__") || matches!(name, "String" | "Int" | "Float" | "Boolean" | "ID")
}

#[tokio::test]
async fn everything_is_described() {
    let app = TestApp::sqlite().await;
    let schema = graph::introspect(&app).await;
    let mut bare = Vec::new();
    let described = |of: &Value| {
        of["description"]
            .as_str()
            .is_some_and(|text| !text.is_empty())
    };
    for ty in schema["types"].as_array().unwrap() {
        let name = ty["name"].as_str().unwrap();
        if foreign(name) {
            continue;
        }
        if !described(ty) {
            bare.push(name.to_owned());
        }
        for part in ["fields", "inputFields", "enumValues"] {
            for field in ty[part].as_array().into_iter().flatten() {
                let field_name = field["name"].as_str().unwrap();
                if !described(field) {
                    bare.push(format!("{name}.{field_name}"));
                }
                for argument in field["args"].as_array().into_iter().flatten() {
                    // What a mutation takes is described by its own input type.
                    let own = argument["name"] == "input";
                    if !own && !described(argument) {
                        bare.push(format!("{name}.{field_name}({})", argument["name"]));
                    }
                }
            }
        }
    }
    assert!(bare.is_empty(), "without a description: {bare:#?}");
    app.finish().await;
}

#[tokio::test]
async fn mutations_say_who_may() {
    let app = TestApp::sqlite().await;
    let schema = graph::introspect(&app).await;
    let fields = graph::fields(&schema, "Mutation");
    for kind in OperationKind::ALL {
        let spec = kind.spec();
        if spec.requirement == mandate::domain::kind::Requirement::System {
            continue;
        }
        let name = graph::camel(kind.name());
        let field = fields.iter().find(|field| field["name"] == name.as_str());
        let field = field.unwrap_or_else(|| panic!("{name}: the kind has no mutation"));
        let description = field["description"].as_str().unwrap();
        assert!(
            description.contains(&kind.least()),
            "{name}: {description} / {}",
            kind.least()
        );
    }
    app.finish().await;
}

#[tokio::test]
async fn roots_are_nullable() {
    let app = TestApp::sqlite().await;
    let schema = graph::introspect(&app).await;
    for root in ["Query", "Mutation"] {
        for field in graph::fields(&schema, root) {
            assert_ne!(
                field["type"]["kind"], "NON_NULL",
                "{root}.{}",
                field["name"]
            );
        }
    }
    app.finish().await;
}
