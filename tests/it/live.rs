//! Subscriptions over a real socket: what each side is told, decided at each event.

mod bounded;
mod ended;
mod refused;

use std::time::Duration;

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

use crate::support::{Actor, TestApp, both, on};

/// A server on loopback, and its address.
pub struct Served {
    pub address: String,
    stop: Stop,
    running: JoinHandle<()>,
}

impl Served {
    pub async fn start(app: &TestApp) -> Self {
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

    /// Stops serving, and closes the database that it had for itself.
    pub async fn end(self, app: &TestApp) {
        self.stop.ask();
        self.running.await.unwrap();
        app.app.db.close().await;
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

    /// A connection that is subscribed to all entries of an account that its user sees.
    async fn watch(&self, actor: &Actor<'_>, id: &str, account: &str) -> Socket {
        let mut socket = self.of(actor).await;
        socket.subscribe(id, account, Value::Null).await;
        socket.settled().await;
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

/// An act on the record of an account.
async fn add_domain(actor: &Actor<'_>, account: &str, name: &str) {
    let input = json!({ "accountId": account, "name": name });
    actor.done("addDomain", input, "domain { id }").await;
}

/// Fiona ends Dana's sessions and resets her password.
async fn revoke_and_reset(app: &TestApp, fiona: &Actor<'_>) {
    let dana = on(app, "dana").await;
    fiona
        .done("revokeSessions", dana.clone(), "user { id }")
        .await;
    fiona.done("resetPassword", dana, "user { id }").await;
}

async fn both_sides_are_told_what_a_delegate_does(app: &TestApp) {
    let app = &fast(app).await;
    let served = Served::start(app).await;
    let (carla, fiona, contoso) = (
        app.sign_in("carla").await,
        app.sign_in("fiona").await,
        app.account("contoso").await,
    );
    let mut client = served.watch(&carla, "all", &contoso).await;
    let mut partner = served.watch(&fiona, "hers", &contoso).await;
    let input = json!({ "accountId": contoso, "name": "live.example", "ticket": "L-1" });
    fiona.done("addDomain", input, "domain { id }").await;
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
    served.end(app).await;
}

both!(both_sides_are_told_what_a_delegate_does);

async fn a_partner_is_told_its_refusals_and_no_act_of_the_clients_own(app: &TestApp) {
    let app = &fast(app).await;
    let served = Served::start(app).await;
    let (carla, fiona, contoso) = (
        app.sign_in("carla").await,
        app.sign_in("fiona").await,
        app.account("contoso").await,
    );
    let mut client = served.watch(&carla, "all", &contoso).await;
    let mut partner = served.watch(&fiona, "hers", &contoso).await;
    add_domain(&carla, &contoso, "own.example").await;
    let device = json!({ "accountId": contoso, "name": "x" });
    fiona.fails("registerDevice", device).await;
    assert_eq!(client.entry("all").await["actor"]["name"], "Carla Client");
    assert_eq!(client.entry("all").await["outcome"], "REFUSED");
    assert_eq!(partner.entry("hers").await["kind"], "REGISTER_DEVICE");
    served.end(app).await;
}

both!(a_partner_is_told_its_refusals_and_no_act_of_the_clients_own);

async fn each_subscription_is_told_what_its_filter_names(app: &TestApp) {
    let app = &fast(app).await;
    let served = Served::start(app).await;
    let (fiona, contoso) = (app.sign_in("fiona").await, app.account("contoso").await);
    let mut partner = served.of(&fiona).await;
    partner.subscribe("hers", &contoso, Value::Null).await;
    partner
        .subscribe("resets", &contoso, json!({ "kinds": ["RESET_PASSWORD"] }))
        .await;
    partner.settled().await;
    revoke_and_reset(app, &fiona).await;
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
    served.end(app).await;
}

both!(each_subscription_is_told_what_its_filter_names);

async fn entries_come_in_the_order_of_the_chain_each_once(app: &TestApp) {
    let app = &fast(app).await;
    let served = Served::start(app).await;
    let (carla, fiona, contoso) = (
        app.sign_in("carla").await,
        app.sign_in("fiona").await,
        app.account("contoso").await,
    );
    let mut client = served.watch(&carla, "all", &contoso).await;
    revoke_and_reset(app, &fiona).await;
    let (a, b) = (
        client.entry("all").await["sequence"].as_i64().unwrap(),
        client.entry("all").await["sequence"].as_i64().unwrap(),
    );
    assert_eq!(a + 1, b);
    served.end(app).await;
}

both!(entries_come_in_the_order_of_the_chain_each_once);

async fn who_may_read_nothing_is_told_nothing_until_the_session_ends(app: &TestApp) {
    let app = &fast(app).await;
    let served = Served::start(app).await;
    let (carla, fiona, ivan, contoso) = (
        app.sign_in("carla").await,
        app.sign_in("fiona").await,
        app.sign_in("ivan").await,
        app.account("contoso").await,
    );
    let mut client = served.watch(&carla, "all", &contoso).await;
    let mut own = served.watch(&ivan, "mine", &contoso).await;
    add_domain(&carla, &contoso, "own.example").await;
    add_domain(&fiona, &contoso, "hers.example").await;
    for name in ["Carla Client", "Fiona Full"] {
        assert_eq!(client.entry("all").await["actor"]["name"], name);
    }
    ivan.data("mutation { signOut { replayed } }", Value::Null)
        .await;
    assert_eq!(own.ends("mine").await, "TOKEN_INVALID");
    served.end(app).await;
}

both!(who_may_read_nothing_is_told_nothing_until_the_session_ends);

async fn what_another_server_records_is_told(app: &TestApp) {
    let one = &fast(app).await;
    let other = &fast(app).await;
    let served = Served::start(one).await;
    let (carla, fiona, contoso) = (
        one.sign_in("carla").await,
        other.sign_in("fiona").await,
        one.account("contoso").await,
    );
    let mut socket = served.watch(&carla, "x", &contoso).await;
    add_domain(&fiona, &contoso, "other.example").await;
    assert_eq!(socket.entry("x").await["kind"], "ADD_DOMAIN");
    served.end(one).await;
    other.app.db.close().await;
}

both!(what_another_server_records_is_told);
