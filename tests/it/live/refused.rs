//! Who is let in at the socket, and what it serves.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{
        Message,
        client::IntoClientRequest,
        protocol::frame::{
            Frame,
            coding::{Data, OpCode},
        },
    },
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

async fn the_socket_serves_whatever_a_client_sends(app: &TestApp) {
    let app = &fast(app).await;
    let served = Served::start(app).await;
    let (carla, contoso) = (app.sign_in("carla").await, app.account("contoso").await);
    let mut socket = served.of(&carla).await;
    let ask = |id: &str, query: &str, variables: Value| json!({ "id": id, "type": "subscribe", "payload": { "query": query, "variables": variables } });
    // A query and a mutation: each is answered once.
    socket
        .send(ask("q", "{ viewer { user { signInName } } }", Value::Null))
        .await;
    let next = socket.next().await;
    let name = &next["payload"]["data"]["viewer"]["user"]["signInName"];
    assert_eq!(
        (&next["type"], name.as_str().unwrap()),
        (&json!("next"), "carla@contoso.mandate.example")
    );
    assert_eq!(
        socket.next().await,
        json!({ "type": "complete", "id": "q" })
    );
    let add = "mutation($i: AddDomainInput!) { addDomain(input: $i) { domain { name } } }";
    let input = json!({ "accountId": contoso, "name": "socket.example" });
    socket.send(ask("m", add, json!({ "i": input }))).await;
    let next = socket.next().await;
    assert_eq!(
        next["payload"]["data"]["addDomain"]["domain"]["name"],
        "socket.example"
    );
    assert_eq!(socket.next().await["type"], "complete");
    // A document that is refused: an error, and nothing after it.
    for query in [
        "subscription { nope }",
        "{ nope }",
        "{",
        "query($n: Int!) { grants(first: $n) { nodes { id } } }",
        "subscription { a: operations(accountId: \"x\") { kind } b: operations(accountId: \"x\") { kind } }",
    ] {
        socket.send(ask("e", query, Value::Null)).await;
        let error = socket.next().await;
        assert_eq!(
            (&error["type"], &error["id"]),
            (&json!("error"), &json!("e")),
            "{query}"
        );
        assert!(
            error["payload"][0]["extensions"]["code"].is_string(),
            "{error}"
        );
    }
    socket.settled().await;
    // A subscription is not served by POST.
    let answer = carla
        .run(
            "subscription($a: ID!) { operations(accountId: $a) { kind } }",
            json!({ "a": contoso }),
        )
        .await;
    assert!(answer["errors"].is_array(), "{answer}");
    served.end(app).await;
}

both!(the_socket_serves_whatever_a_client_sends);

async fn what_is_not_the_protocol_closes_with_its_code(app: &TestApp) {
    let app = &fast(app).await;
    let served = Served::start(app).await;
    let (carla, contoso) = (app.sign_in("carla").await, app.account("contoso").await);
    for text in [
        "not json",
        "[]",
        "{}",
        r#"{"type":"start"}"#,
        r#"{"type":"subscribe","payload":{"query":"{__typename}"}}"#,
        r#"{"type":"subscribe","id":"","payload":{"query":"{__typename}"}}"#,
        r#"{"type":"subscribe","id":"1","payload":{}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":"{__typename}","variables":[]}}"#,
        r#"{"type":"complete"}"#,
    ] {
        let mut socket = served.of(&carla).await;
        socket.0.send(Message::text(text)).await.unwrap();
        assert_eq!(socket.next().await["close"], 4400, "{text}");
    }
    // No text at all, or too much of it.
    let frame = Frame::message(vec![0xff, 0xfe], OpCode::Data(Data::Text), true);
    let long = Message::text("a".repeat(app.app.config.http.body_limit + 1));
    for message in [Message::Frame(frame), Message::binary(vec![1]), long] {
        let mut socket = served.of(&carla).await;
        socket.0.send(message).await.unwrap();
        assert_eq!(socket.next().await["close"], 4400);
    }
    let mut socket = served.of(&carla).await;
    socket.subscribe("1", &contoso, Value::Null).await;
    socket.subscribe("1", &contoso, Value::Null).await;
    assert_eq!(socket.next().await["close"], 4409);
    let mut socket = served.of(&carla).await;
    socket.send(json!({ "type": "connection_init" })).await;
    assert_eq!(socket.next().await["close"], 4429);
    served.end(app).await;
}

both!(what_is_not_the_protocol_closes_with_its_code);
