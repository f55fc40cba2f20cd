//! Subscriptions over a real socket: decided at each event, ended with the token or the grant,
//! bounded.

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::{SinkExt, StreamExt};
use mandate::{http, stop::Stop};
use serde_json::{Value, json};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{self, Message, client::IntoClientRequest},
};
use tokio_util::sync::CancellationToken;

use crate::support::{Actor, TestApp, both};

/// A server on loopback, and its address.
struct Served {
    address: String,
    stop: Stop,
    running: JoinHandle<anyhow::Result<()>>,
}

impl Served {
    async fn start(app: &TestApp) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let stop = Stop::new(CancellationToken::new(), Duration::from_secs(20));
        let running = tokio::spawn(http::serve(app.app.clone(), listener, stop.clone()));
        Self {
            address,
            stop,
            running,
        }
    }

    async fn end(self) {
        self.stop.ask();
        self.running.await.unwrap().unwrap();
    }

    async fn connect(&self) -> Socket {
        self.connect_from(None).await.unwrap()
    }

    /// A connection that a page of this origin opens; the status where it is refused.
    async fn connect_from(&self, origin: Option<&str>) -> Result<Socket, u16> {
        let mut request = format!("ws://{}/graphql", self.address)
            .into_client_request()
            .unwrap();
        if let Some(origin) = origin {
            let origin = origin.parse().unwrap();
            request.headers_mut().insert("origin", origin);
        }
        request.headers_mut().insert(
            "sec-websocket-protocol",
            "graphql-transport-ws".parse().unwrap(),
        );
        let (socket, response) = match connect_async(request).await {
            Ok(connected) => connected,
            Err(tungstenite::Error::Http(refused)) => return Err(refused.status().as_u16()),
            Err(error) => panic!("{error}"),
        };
        assert_eq!(
            response.headers()["sec-websocket-protocol"],
            "graphql-transport-ws"
        );
        Ok(Socket(socket))
    }

    /// A connection that has said who it is.
    async fn of(&self, actor: &Actor<'_>) -> Socket {
        let mut socket = self.connect().await;
        let token = format!("Bearer {}", actor.token.as_deref().unwrap());
        socket
            .send(json!({ "type": "connection_init", "payload": { "Authorization": token } }))
            .await;
        assert_eq!(socket.next().await["type"], "connection_ack");
        socket
    }
}

struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    async fn send(&mut self, message: Value) {
        self.0
            .send(Message::text(message.to_string()))
            .await
            .unwrap();
    }

    /// The next message; a close as `{ "close": code }`.
    async fn next(&mut self) -> Value {
        loop {
            let message = tokio::time::timeout(Duration::from_secs(10), self.0.next())
                .await
                .expect("a message in time");
            match message {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
                Some(Ok(Message::Close(frame))) => {
                    return json!({ "close": frame.map(|frame| u16::from(frame.code)) });
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return json!({ "close": error.to_string() }),
                None => return json!({ "close": null }),
            }
        }
    }

    async fn subscribe(&mut self, id: &str, account: &str, filter: Value) {
        let query = "subscription($account: ID!, $filter: OperationFilter) { operations(accountId: $account, filter: $filter) { kind outcome ticket sequence actor { name } organization { name } } }";
        let payload =
            json!({ "query": query, "variables": { "account": account, "filter": filter } });
        self.send(json!({ "id": id, "type": "subscribe", "payload": payload }))
            .await;
    }

    /// The next entry of a subscription.
    async fn entry(&mut self, id: &str) -> Value {
        let message = self.next().await;
        assert_eq!(
            (&message["type"], &message["id"]),
            (&json!("next"), &json!(id)),
            "{message}"
        );
        message["payload"]["data"]["operations"].clone()
    }

    /// The reason of the error that a subscription ends with.
    async fn ends(&mut self, id: &str) -> String {
        let message = self.next().await;
        assert_eq!(message["id"], id, "{message}");
        let errors = match message["type"].as_str() {
            Some("next") => message["payload"]["errors"].clone(),
            _ => message["payload"].clone(),
        };
        errors[0]["extensions"]["reason"]
            .as_str()
            .unwrap_or_else(|| panic!("{message}"))
            .to_owned()
    }

    /// Waits until the server has taken up what was sent.
    async fn settled(&mut self) {
        self.send(json!({ "type": "ping" })).await;
        assert_eq!(self.next().await["type"], "pong");
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
}

async fn fast(app: &TestApp) -> TestApp {
    app.again(|config| config.live.look_millis = 50).await
}

async fn each_side_is_told_what_it_may_see(app: &TestApp) {
    let app = &fast(app).await;
    let served = Served::start(app).await;
    let (carla, fiona, ivan, contoso) = (
        app.sign_in("carla").await,
        app.sign_in("fiona").await,
        app.sign_in("ivan").await,
        app.account("contoso").await,
    );
    let (mut client, mut partner, mut own) = (
        served.of(&carla).await,
        served.of(&fiona).await,
        served.of(&ivan).await,
    );
    client.subscribe("all", &contoso, Value::Null).await;
    partner.subscribe("hers", &contoso, Value::Null).await;
    partner
        .subscribe("resets", &contoso, json!({ "kinds": ["RESET_PASSWORD"] }))
        .await;
    own.subscribe("mine", &contoso, Value::Null).await;
    for socket in [&mut client, &mut partner, &mut own] {
        socket.settled().await;
    }
    fiona
        .done(
            "addDomain",
            json!({ "accountId": contoso, "name": "live.example", "ticket": "L-1" }),
            "domain { id }",
        )
        .await;
    let entry = client.entry("all").await;
    assert_eq!(
        (
            &entry["kind"],
            &entry["ticket"],
            &entry["actor"]["name"],
            &entry["organization"]["name"]
        ),
        (
            &json!("ADD_DOMAIN"),
            &json!("L-1"),
            &json!("Fiona Full"),
            &json!("Contoso")
        )
    );
    assert_eq!(partner.entry("hers").await["kind"], "ADD_DOMAIN");
    // The client's own acts are not the partner's to see; refusals are told too.
    carla
        .done(
            "addDomain",
            json!({ "accountId": contoso, "name": "own.example" }),
            "domain { id }",
        )
        .await;
    fiona
        .fails(
            "registerDevice",
            json!({ "accountId": contoso, "name": "x" }),
        )
        .await;
    assert_eq!(client.entry("all").await["actor"]["name"], "Carla Client");
    assert_eq!(client.entry("all").await["outcome"], "REFUSED");
    assert_eq!(partner.entry("hers").await["kind"], "REGISTER_DEVICE");
    fiona
        .done(
            "revokeSessions",
            json!({ "accountId": contoso, "userId": app.user("dana").await }),
            "user { id }",
        )
        .await;
    fiona
        .done(
            "resetPassword",
            json!({ "accountId": contoso, "userId": app.user("dana").await }),
            "user { id }",
        )
        .await;
    let mut told = [
        partner.next().await,
        partner.next().await,
        partner.next().await,
    ];
    told.sort_by_key(|message| message["id"].as_str().unwrap().to_owned());
    let kinds: Vec<_> = told
        .iter()
        .map(|message| {
            (
                message["id"].as_str().unwrap(),
                message["payload"]["data"]["operations"]["kind"]
                    .as_str()
                    .unwrap(),
            )
        })
        .collect();
    assert_eq!(
        kinds,
        [
            ("hers", "REVOKE_SESSIONS"),
            ("hers", "RESET_PASSWORD"),
            ("resets", "RESET_PASSWORD")
        ]
    );
    // In the order of the chain, each once.
    let (a, b) = (
        client.entry("all").await["sequence"].as_i64().unwrap(),
        client.entry("all").await["sequence"].as_i64().unwrap(),
    );
    assert_eq!(a + 1, b);
    ivan.data("mutation { signOut { replayed } }", Value::Null)
        .await;
    assert_eq!(own.ends("mine").await, "TOKEN_INVALID");
    served.end().await;
    app.app.db.close().await;
}

both!(each_side_is_told_what_it_may_see);

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
    served.end().await;
    app.app.db.close().await;
}

both!(pages_elsewhere_connect_where_they_are_listed);

async fn a_close_has_a_reason_that_fits(app: &TestApp) {
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
    served.end().await;
}

both!(a_close_has_a_reason_that_fits);

async fn it_ends_with_the_grant(app: &TestApp) {
    let app = &fast(app).await;
    let served = Served::start(app).await;
    let (carla, fiona, contoso) = (
        app.sign_in("carla").await,
        app.sign_in("fiona").await,
        app.account("contoso").await,
    );
    let mut partner = served.of(&fiona).await;
    partner.subscribe("one", &contoso, Value::Null).await;
    partner.settled().await;
    let grant = json!({ "grantId": app.grant("northwind", "contoso").await });
    carla
        .done("holdGrant", grant.clone(), "grant { state }")
        .await;
    assert_eq!(partner.ends("one").await, "GRANT_HELD");
    assert_eq!(partner.next().await["type"], "complete");
    partner.subscribe("two", &contoso, Value::Null).await;
    assert_eq!(partner.ends("two").await, "GRANT_HELD");
    partner.next().await;
    carla
        .done("liftGrant", grant.clone(), "grant { state }")
        .await;
    partner.subscribe("three", &contoso, Value::Null).await;
    partner.settled().await;
    // Its term ends without any event.
    carla
        .done(
            "shortenGrant",
            json!({ "grantId": grant["grantId"], "expiresAt": "2026-11-24T12:05:00Z" }),
            "grant { state }",
        )
        .await;
    app.app.clock.advance(TimeDelta::minutes(5));
    assert_eq!(partner.ends("three").await, "GRANT_EXPIRED");
    partner.next().await;
    // A stranger's account does not exist.
    partner
        .subscribe("four", &app.account("fabrikam").await, Value::Null)
        .await;
    assert_eq!(partner.ends("four").await, "NO_SUCH_THING");
    served.end().await;
    app.app.db.close().await;
}

both!(it_ends_with_the_grant);

async fn it_ends_with_the_partners_certification_and_the_own_role(app: &TestApp) {
    let app = &fast(app).await;
    let served = Served::start(app).await;
    let (petra, fiona, liam, contoso) = (
        app.sign_in("petra").await,
        app.sign_in("fiona").await,
        app.sign_in("liam").await,
        app.account("contoso").await,
    );
    let (mut fionas, mut liams) = (served.of(&fiona).await, served.of(&liam).await);
    fionas.subscribe("f", &contoso, Value::Null).await;
    liams.subscribe("l", &contoso, Value::Null).await;
    fionas.settled().await;
    liams.settled().await;
    let take =
        json!({ "accountId": app.account("northwind").await, "userId": app.user("liam").await });
    petra.done("removeDelegatedRole", take, "user { id }").await;
    assert_eq!(liams.ends("l").await, "NO_SUCH_THING");
    let suspend = json!({ "organizationId": app.account("northwind").await, "message": "Why." });
    app.sign_in("olivia")
        .await
        .done("suspendCertification", suspend, "organization { id }")
        .await;
    assert_eq!(fionas.ends("f").await, "GRANT_HELD");
    served.end().await;
    app.app.db.close().await;
}

both!(it_ends_with_the_partners_certification_and_the_own_role);

async fn a_connection_closes_with_its_token_and_with_the_server(app: &TestApp) {
    let app = &fast(app).await;
    let served = Served::start(app).await;
    let carla = app.sign_in("carla").await;
    let mut socket = served.of(&carla).await;
    app.app.clock.advance(TimeDelta::minutes(10));
    assert_eq!(socket.next().await["close"], 4401);
    let carla = app.sign_in("carla").await;
    let mut socket = served.of(&carla).await;
    served.end().await;
    assert_eq!(socket.next().await["close"], 1001);
    app.app.db.close().await;
}

both!(a_connection_closes_with_its_token_and_with_the_server);

async fn nobody_unknown_subscribes_and_nothing_else_is_served(app: &TestApp) {
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
    served.end().await;
    app.app.db.close().await;
}

both!(nobody_unknown_subscribes_and_nothing_else_is_served);

async fn subscriptions_are_bounded(app: &TestApp) {
    let app = &app
        .again(|config| {
            config.live.subscriptions_per_connection = 2;
            config.live.subscriptions = 3;
            config.live.connections = 2;
        })
        .await;
    let served = Served::start(app).await;
    let (carla, contoso) = (app.sign_in("carla").await, app.account("contoso").await);
    let mut first = served.of(&carla).await;
    for id in ["1", "2", "3"] {
        first.subscribe(id, &contoso, Value::Null).await;
    }
    assert_eq!(first.ends("3").await, "TOO_MANY_SUBSCRIPTIONS");
    assert_eq!(first.next().await["type"], "complete");
    let mut second = served.of(&carla).await;
    second.subscribe("4", &contoso, Value::Null).await;
    second.settled().await;
    second.subscribe("5", &contoso, Value::Null).await;
    assert_eq!(second.ends("5").await, "TOO_MANY_SUBSCRIPTIONS");
    second.next().await;
    // One that ends makes room.
    first.send(json!({ "id": "1", "type": "complete" })).await;
    assert_eq!(first.next().await["type"], "complete");
    first.settled().await;
    second.subscribe("6", &contoso, Value::Null).await;
    second.settled().await;
    let request = format!("ws://{}/graphql", served.address);
    let mut request = request.into_client_request().unwrap();
    request.headers_mut().insert(
        "sec-websocket-protocol",
        "graphql-transport-ws".parse().unwrap(),
    );
    assert!(connect_async(request.clone()).await.is_err());
    drop(first);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(connect_async(request).await.is_ok());
    served.end().await;
    app.app.db.close().await;
}

both!(subscriptions_are_bounded);

async fn one_user_does_not_take_every_place(app: &TestApp) {
    let app = &app
        .again(|config| config.live.subscriptions_per_user = 1)
        .await;
    let served = Served::start(app).await;
    let contoso = app.account("contoso").await;
    let mut carla = served.of(&app.sign_in("carla").await).await;
    carla.subscribe("1", &contoso, Value::Null).await;
    carla.settled().await;
    carla.subscribe("2", &contoso, Value::Null).await;
    assert_eq!(carla.ends("2").await, "TOO_MANY_SUBSCRIPTIONS");
    let mut fiona = served.of(&app.sign_in("fiona").await).await;
    fiona.subscribe("1", &contoso, Value::Null).await;
    fiona.settled().await;
    served.end().await;
    app.app.db.close().await;
}

both!(one_user_does_not_take_every_place);

async fn what_another_server_records_is_told(app: &TestApp) {
    let one = &fast(app).await;
    let other = &fast(app).await;
    let served = Served::start(one).await;
    let (carla, fiona, contoso) = (
        one.sign_in("carla").await,
        other.sign_in("fiona").await,
        one.account("contoso").await,
    );
    let mut socket = served.of(&carla).await;
    socket.subscribe("x", &contoso, Value::Null).await;
    socket.settled().await;
    fiona
        .done(
            "addDomain",
            json!({ "accountId": contoso, "name": "other.example" }),
            "domain { id }",
        )
        .await;
    assert_eq!(socket.entry("x").await["kind"], "ADD_DOMAIN");
    served.end().await;
    one.app.db.close().await;
    other.app.db.close().await;
}

both!(what_another_server_records_is_told);
