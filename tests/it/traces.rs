//! Traces reach a collector of OpenTelemetry, go on with the caller's, and hold nothing of a tenant.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, body::Bytes, extract::State, routing::post};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest, common::v1::any_value::Value as Attribute,
    trace::v1::Span,
};
use prost::Message;
use serde_json::json;

use crate::{
    stopping,
    support::{TestApp, both, free_address},
};

type Taken = Arc<Mutex<Vec<Bytes>>>;

/// A collector, and what it took.
async fn collector() -> (String, Taken) {
    let taken = Taken::default();
    let take = async |State(taken): State<Taken>, body: Bytes| taken.lock().unwrap().push(body);
    let router = Router::new()
        .route("/v1/traces", post(take))
        .with_state(taken.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (address, taken)
}

fn spans(taken: &Taken) -> Vec<Span> {
    let batches = taken.lock().unwrap().clone();
    let batches = batches
        .into_iter()
        .map(|body| ExportTraceServiceRequest::decode(body).unwrap());
    let resources = batches.flat_map(|batch| batch.resource_spans);
    let scopes = resources.flat_map(|resource| resource.scope_spans);
    scopes.flat_map(|scope| scope.spans).collect()
}

fn attribute(span: &Span, name: &str) -> String {
    let found = span.attributes.iter().find(|one| one.key == name);
    match found.and_then(|one| one.value.clone()?.value) {
        Some(Attribute::StringValue(text)) => text,
        Some(Attribute::IntValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    }
}

async fn requests_operations_and_mails_are_traced_without_a_word_of_a_tenant(app: &TestApp) {
    let (address, taken) = collector().await;
    let dir = tempfile::tempdir().unwrap();
    let here = free_address().to_string();
    let child = stopping::program(app, "smtp://127.0.0.1:9", dir.path())
        .args(["serve", "--demo"])
        .env("MANDATE__HTTP__BIND", &here)
        .env("MANDATE__MAIL__TRANSPORT", "file")
        .env("MANDATE__TRACES__ENDPOINT", &address)
        .spawn()
        .unwrap();
    let client = reqwest::Client::new();
    let url = format!("http://{here}/graphql");
    let sign_in = json!({ "query": "mutation { signIn(input: { signInName: \"carla@contoso.mandate.example\", password: \"nothing that works\" }) { expiresIn } }" });
    let (trace, parent) = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");
    let mut answered = false;
    for _ in 0..200 {
        let request = client.post(&url).json(&sign_in);
        let request = request.header("traceparent", format!("00-{trace}-{parent}-01"));
        if request.send().await.is_ok() {
            answered = true;
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(answered);
    stopping::stop(child).await;
    let spans = spans(&taken);
    let of = |name: &str| {
        spans
            .iter()
            .find(|span| span.name == name && hex::encode(&span.trace_id) == trace)
    };
    let all: Vec<_> = spans
        .iter()
        .map(|span| (&span.name, hex::encode(&span.trace_id)))
        .collect();
    let request = of("request").unwrap_or_else(|| panic!("{all:?}"));
    assert_eq!(hex::encode(&request.parent_span_id), parent);
    assert_eq!(
        ["method", "route", "http.response.status_code"].map(|name| attribute(request, name)),
        ["POST", "/graphql", "200"]
    );
    let operation = of("operation").unwrap();
    assert_eq!(operation.parent_span_id, request.span_id);
    assert_eq!(attribute(operation, "kind"), "SIGN_IN");
    assert_eq!(of("prepare").unwrap().parent_span_id, operation.span_id);
    for body in taken.lock().unwrap().iter() {
        let text = String::from_utf8_lossy(body);
        for word in ["carla", "contoso", "nothing that works", "example"] {
            assert!(!text.contains(word), "{word}: {text}");
        }
    }
}

both!(requests_operations_and_mails_are_traced_without_a_word_of_a_tenant);

async fn a_collector_that_is_down_costs_no_request(app: &TestApp) {
    let dir = tempfile::tempdir().unwrap();
    let here = free_address().to_string();
    let child = stopping::program(app, "smtp://127.0.0.1:9", dir.path())
        .args(["serve", "--demo"])
        .env("MANDATE__HTTP__BIND", &here)
        .env("MANDATE__MAIL__TRANSPORT", "file")
        .env(
            "MANDATE__TRACES__ENDPOINT",
            format!("http://{}", free_address()),
        )
        .spawn()
        .unwrap();
    let mut status = None;
    for _ in 0..200 {
        if let Ok(answer) = reqwest::get(format!("http://{here}/readyz")).await {
            status = Some(answer.status());
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(status.unwrap(), 200);
    stopping::stop(child).await;
}

both!(a_collector_that_is_down_costs_no_request);
