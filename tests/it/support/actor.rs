//! Actors: the same call made as different people.

use serde_json::{Value, json};

use super::TestApp;

/// Someone who calls.
#[derive(Clone)]
pub struct Actor<'a> {
    /// Where.
    pub app: &'a TestApp,
    /// By which access token.
    pub token: Option<String>,
}

impl Actor<'_> {
    /// Runs a document.
    pub async fn run(&self, query: &str, variables: Value) -> Value {
        self.app.gql(self.token.as_deref(), query, variables).await
    }

    /// Runs a document and gives `data`; fails on any error.
    pub async fn data(&self, query: &str, variables: Value) -> Value {
        let answer = self.run(query, variables).await;
        assert!(answer.get("errors").is_none(), "{query}\n{answer:#}");
        answer["data"].clone()
    }

    /// Runs one mutation field with this input, selecting `selection`.
    pub async fn mutate(&self, field: &str, input: Value, selection: &str) -> Value {
        let kind = format!("{}{}Input", field[..1].to_uppercase(), &field[1..]);
        let query =
            format!("mutation($input: {kind}!) {{ {field}(input: $input) {{ {selection} }} }}");
        self.run(&query, json!({ "input": input })).await
    }

    /// Runs one mutation field that must succeed: its payload.
    pub async fn done(&self, field: &str, input: Value, selection: &str) -> Value {
        let answer = self.mutate(field, input, selection).await;
        assert!(answer.get("errors").is_none(), "{field}: {answer:#}");
        answer["data"][field].clone()
    }

    /// Runs one mutation field that must fail: its code and reason, as `CODE/REASON`.
    pub async fn fails(&self, field: &str, input: Value) -> String {
        let answer = self.mutate(field, input, "operation { id }").await;
        assert_eq!(answer["data"][field], Value::Null, "{field}: {answer:#}");
        reason(&answer)
    }

    /// Runs one mutation field that must fail and that shows no operation.
    pub async fn fails_flat(&self, field: &str, input: Value) -> String {
        let answer = self.mutate(field, input, "operationId").await;
        assert_eq!(answer["data"][field], Value::Null, "{field}: {answer:#}");
        reason(&answer)
    }

    /// Signs in.
    pub async fn sign_in(&self, name: &str, password: &str) -> Value {
        let input = json!({ "signInName": name, "password": password });
        self.mutate("signIn", input, "accessToken refreshToken expiresIn")
            .await
    }
}

/// Code and reason of the first error, as `CODE/REASON`; empty without one.
pub fn reason(answer: &Value) -> String {
    errors(answer).first().cloned().unwrap_or_default()
}

/// Code and reason of each error.
pub fn errors(answer: &Value) -> Vec<String> {
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    errors
        .iter()
        .map(|error| {
            let part = |name: &str| error["extensions"][name].as_str().unwrap_or_default();
            format!("{}/{}", part("code"), part("reason"))
                .trim_end_matches('/')
                .to_owned()
        })
        .collect()
}
