//! Every root field, called by nobody with valid arguments, refuses, but for a committed list.

use serde_json::Value;

use crate::{
    graph,
    support::{TestApp, both, reason},
};

/// Root fields that anyone may call: what a link, a token or a password opens, and the viewer.
const PUBLIC: &[&str] = &[
    "Mutation.completeSignUp",
    "Mutation.enrol",
    "Mutation.redeemRecovery",
    "Mutation.redeemReset",
    "Mutation.refreshSession",
    "Mutation.requestSignUp",
    "Mutation.signIn",
    "Mutation.stopRecoveryByLink",
    "Mutation.unsubscribe",
    "Mutation.verifyContact",
    "Query.errorCatalogue",
    "Query.offerByToken",
    "Query.viewer",
];

async fn every_root_field_asks_who_calls(app: &TestApp) {
    let schema = graph::introspect(app).await;
    let mut public = Vec::new();
    for (root, word) in [("Query", "query"), ("Mutation", "mutation")] {
        for field in graph::fields(&schema, root) {
            let name = field["name"].as_str().unwrap();
            let query = format!(
                "{word} {{ {name}{}{} }}",
                graph::arguments(&schema, &field),
                graph::selection(&field["type"]),
            );
            let answer = app.anonymous().run(&query, Value::Null).await;
            let why = reason(&answer);
            if why == "UNAUTHENTICATED/NOT_SIGNED_IN" {
                assert!(answer["data"][name].is_null(), "{name}: {answer}");
                assert!(answer["data"].get(name).is_some(), "{name}: {answer}");
                continue;
            }
            assert!(
                // Sign-up is for anyone, and the word is no address.
                why.is_empty() || why.starts_with("UNAUTHENTICATED/") || name == "requestSignUp",
                "{query}: {answer}"
            );
            public.push(format!("{root}.{name}"));
        }
    }
    public.sort();
    assert_eq!(public, PUBLIC);
}

both!(every_root_field_asks_who_calls);

async fn a_bad_token_is_refused_even_where_nobody_may(app: &TestApp) {
    for token in ["", "x", "a.b.c"] {
        let answer = app
            .with_token(token)
            .run("{ viewer { user { id } } }", Value::Null)
            .await;
        assert_eq!(reason(&answer), "UNAUTHENTICATED/TOKEN_INVALID", "{answer}");
    }
}

both!(a_bad_token_is_refused_even_where_nobody_may);
