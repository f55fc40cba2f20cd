//! Who is let in at the socket, and what it serves.

use std::time::Duration;

use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

use super::{Served, fast};
use crate::support::{TestApp, both};

async fn pages_elsewhere_connect_where_they_are_listed(app: &TestApp) {
    let app = &app
        .again(|config| config.http.allowed_origins = vec!["https://app.example.com".to_owned()])
        .await;
    let served = Served::start(app).await;
    let own = format!("http://{}", served.address);
    for origin in [None, Some(own.as_str()), Some("https://app.example.com")] {
        assert!(served.connect_from(origin).await.is_ok(), "{origin:?}");
    }
    for origin in [
        "http://app.example.com",
        "file://",
        &own.replace("http", "chrome-extension"),
        "https://evil.example",
        "null",
        "http://127.0.0.1",
    ] {
        assert_eq!(
            served.connect_from(Some(origin)).await.err(),
            Some(403),
            "{origin}"
        );
    }
    served.end(app).await;
}

both!(pages_elsewhere_connect_where_they_are_listed);

async fn a_close_has_a_reason_that_fits(app: &TestApp) {
    let app = &fast(app).await;
    let served = Served::start(app).await;
    let mut socket = served.connect().await;
    socket.send(json!({ "type": "x".repeat(200) })).await;
    let closed = tokio::time::timeout(Duration::from_secs(10), socket.0.next())
        .await
        .unwrap();
    let Some(Ok(Message::Close(Some(frame)))) = closed else {
        panic!("{closed:?}")
    };
    assert!((1..=123).contains(&frame.reason.len()), "{frame:?}");
    served.end(app).await;
}

both!(a_close_has_a_reason_that_fits);

async fn nobody_unknown_subscribes(app: &TestApp) {
    let app = &app
        .again(|config| {
            config.live.init_seconds = 1;
            config.live.look_millis = 50;
        })
        .await;
    let served = Served::start(app).await;
    // Not said in time; not said well; said nothing and asked.
    assert_eq!(served.connect().await.next().await["close"], 4408);
    let mut socket = served.connect().await;
    socket
        .send(json!({ "type": "connection_init", "payload": { "Authorization": "Bearer x" } }))
        .await;
    let mut last = socket.next().await;
    while last["close"].is_null() {
        last = socket.next().await;
    }
    assert_eq!(last["close"], 4401);
    let mut socket = served.connect().await;
    socket
        .subscribe("x", &app.account("contoso").await, Value::Null)
        .await;
    assert_eq!(socket.next().await["close"], 4401);
    let mut request = format!("ws://{}/graphql", served.address)
        .into_client_request()
        .unwrap();
    request
        .headers_mut()
        .insert("sec-websocket-protocol", "graphql-ws".parse().unwrap());
    assert!(connect_async(request).await.is_err());
    served.end(app).await;
}

both!(nobody_unknown_subscribes);

async fn the_socket_serves_subscriptions_and_nothing_else_does(app: &TestApp) {
    let app = &fast(app).await;
    let served = Served::start(app).await;
    let carla = app.sign_in("carla").await;
    let mut socket = served.of(&carla).await;
    for query in [
        "{ viewer { user { id } } }",
        "mutation { signOut { replayed } }",
        "subscription { a: operations(accountId: \"x\") { kind } b: operations(accountId: \"x\") { kind } }",
    ] {
        socket
            .send(json!({ "id": "q", "type": "subscribe", "payload": { "query": query } }))
            .await;
        assert_eq!(socket.ends("q").await, "SUBSCRIPTION_ONLY", "{query}");
        assert_eq!(socket.next().await["type"], "complete");
    }
    // Nor is a subscription served by POST.
    let answer = carla
        .run(
            "subscription($a: ID!) { operations(accountId: $a) { kind } }",
            json!({ "a": app.account("contoso").await }),
        )
        .await;
    assert!(answer["errors"].is_array(), "{answer}");
    served.end(app).await;
}

both!(the_socket_serves_subscriptions_and_nothing_else_does);
