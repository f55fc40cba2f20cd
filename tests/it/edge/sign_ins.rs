//! Sign-ins: strangers who try a name keep nobody out who signed in from where it is before; whoever hangs up leaves the
//! queue.

use std::{net::SocketAddr, time::Duration};

use axum::{body::Body, extract::ConnectInfo, http::Request};
use mandate::{auth::password::Crowd, cli::DEMO_PASSWORD};
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::{
    live::Served,
    support::{TestApp, both, on, reason},
};

const IVAN: &str = "ivan@contoso.mandate.example";
const TOO_MANY: &str = "RATE_LIMITED/TOO_MANY_REQUESTS";

fn body(name: &str, password: &str) -> String {
    let query = "mutation($i: SignInInput!) { signIn(input: $i) { accessToken } }";
    let input = json!({ "signInName": name, "password": password });
    json!({ "query": query, "variables": { "i": input } }).to_string()
}

/// Signs in from an address.
async fn from(app: &TestApp, address: &str, password: &str) -> Value {
    let peer: SocketAddr = format!("{address}:4711").parse().unwrap();
    let request = Request::post("/graphql")
        .header("content-type", "application/json")
        .extension(ConnectInfo(peer))
        .body(Body::from(body(IVAN, password)))
        .unwrap();
    let (_, _, answer) = app.send(request).await;
    serde_json::from_str(&answer).unwrap()
}

fn is_in(answer: &Value) -> bool {
    answer["data"]["signIn"]["accessToken"].is_string()
}

/// A server at which Ivan signed in from one place, and strangers have tried his name until they are slowed down.
async fn tried(app: &TestApp) -> TestApp {
    let app = app
        .again(|config| config.auth.attempts_per_minute = 10)
        .await;
    assert!(is_in(&from(&app, "192.0.2.1", DEMO_PASSWORD).await));
    let mut refused = 0;
    for number in 0..120 {
        let place = format!("198.51.100.{}", number % 60);
        let answer = from(&app, &place, "wrong horse battery").await;
        refused += usize::from(reason(&answer) == TOO_MANY);
    }
    assert!(refused > 0, "strangers are slowed down");
    app
}

async fn strangers_lock_nobody_out(app: &TestApp) {
    let app = &tried(app).await;
    let stranger = from(app, "203.0.113.9", DEMO_PASSWORD).await;
    assert_eq!(reason(&stranger), TOO_MANY);
    // Where Ivan signed in before, he still does.
    assert!(is_in(&from(app, "192.0.2.1", DEMO_PASSWORD).await));
    // Much later that place is as any other.
    app.app.clock.advance(chrono::TimeDelta::days(91));
    let later = from(app, "192.0.2.1", DEMO_PASSWORD).await;
    assert_eq!(reason(&later), TOO_MANY);
    app.app.db.close().await;
}

both!(strangers_lock_nobody_out);

async fn a_place_where_somebody_else_may_have_signed_in_is_forgotten(app: &TestApp) {
    let app = &tried(app).await;
    let carla = app.sign_in("carla").await;
    let ivan = on(app, "ivan").await;
    carla.done("revokeSessions", ivan, "replayed").await;
    let answer = from(app, "192.0.2.1", DEMO_PASSWORD).await;
    assert_eq!(reason(&answer), TOO_MANY);
    app.app.db.close().await;
}

both!(a_place_where_somebody_else_may_have_signed_in_is_forgotten);

async fn whoever_hangs_up_leaves_the_queue(app: &TestApp) {
    let app = app
        .again(|config| {
            config.auth.argon2_parallel = 1;
            // Some tenths of a second each.
            config.auth.argon2_memory_kib = 65_536;
            config.auth.argon2_passes = 2;
            config.auth.attempts_per_minute = 10_000;
        })
        .await;
    let served = Served::start(&app).await;
    let text = body("nobody@nowhere.example", "wrong horse battery");
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        text.len()
    );
    let mut open = Vec::new();
    for _ in 0..40 {
        let mut stream = TcpStream::connect(&served.address).await.unwrap();
        stream
            .write_all(format!("{head}{text}").as_bytes())
            .await
            .unwrap();
        open.push(stream);
    }
    let waiting = || app.app.hasher.waiting(Crowd::Strangers);
    for _ in 0..100 {
        if waiting() > 20 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(waiting() > 20, "{}", waiting());
    drop(open);
    // All but what is being hashed are gone at once; who is signed in has a queue of its own anyway.
    for _ in 0..50 {
        if waiting() <= 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(waiting() <= 2, "{}", waiting());
    assert_eq!(app.app.hasher.waiting(Crowd::Known), 0);
    served.end(&app).await;
}

both!(whoever_hangs_up_leaves_the_queue);
