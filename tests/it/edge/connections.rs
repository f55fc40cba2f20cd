//! Connections: heads that never end, silent peers, too many of one address.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use crate::{
    live::Served,
    support::{TestApp, both},
};

async fn connect(served: &Served) -> TcpStream {
    TcpStream::connect(&served.address).await.unwrap()
}

/// What comes until the connection is closed.
async fn rest(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut text));
    // A connection that is reset is closed too.
    drop(read.await.expect("it is closed in time"));
    String::from_utf8_lossy(&text).into_owned()
}

const HEALTH: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";

async fn silent_connections_end(app: &TestApp) {
    let app = &app
        .again(|config| {
            config.http.head_seconds = 1;
            config.http.idle_seconds = 3;
        })
        .await;
    let server = Served::start(app).await;
    let begun = Instant::now();
    let (mut half, mut silent, mut kept) = (
        connect(&server).await,
        connect(&server).await,
        connect(&server).await,
    );
    half.write_all(b"GET /healthz HTTP/1.1\r\nhost:")
        .await
        .unwrap();
    kept.write_all(HEALTH).await.unwrap();
    rest(&mut half).await;
    let head = begun.elapsed();
    assert!(head < Duration::from_millis(2_900), "{head:?}");
    rest(&mut silent).await;
    assert!(rest(&mut kept).await.contains("200 OK"));
    let idle = begun.elapsed();
    assert!(idle > Duration::from_millis(2_900), "{idle:?}");
    // One byte at a time is no way to go on.
    let mut slow = connect(&server).await;
    let begun = Instant::now();
    for byte in HEALTH.iter().cycle() {
        if slow.write_all(&[*byte]).await.is_err() || begun.elapsed() > Duration::from_secs(6) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    server.end(app).await;
}
both!(silent_connections_end);

async fn a_request_may_take_its_time(app: &TestApp) {
    let app = &app
        .again(|config| {
            config.http.head_seconds = 1;
            config.http.idle_seconds = 1;
            config.http.stalled_seconds = 1;
        })
        .await;
    let server = Served::start(app).await;
    let mut stream = connect(&server).await;
    let head = b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: 26\r\n\r\n";
    stream.write_all(head).await.unwrap();
    tokio::time::sleep(Duration::from_millis(3_000)).await;
    stream
        .write_all(b"{\"query\":\"{__typename }\" }")
        .await
        .unwrap();
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    server.end(app).await;
}
both!(a_request_may_take_its_time);

async fn one_address_does_not_take_every_place(app: &TestApp) {
    let app = &app
        .again(|config| config.http.connections_per_address = 5)
        .await;
    let server = Served::start(app).await;
    let mut held = Vec::new();
    for _ in 0..5 {
        let mut stream = connect(&server).await;
        stream.write_all(HEALTH).await.unwrap();
        let mut answer = [0; 15];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200 OK");
        held.push(stream);
    }
    let refused = rest(&mut connect(&server).await).await;
    assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
    assert!(refused.contains("retry-after"), "{refused}");
    held.pop();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut stream = connect(&server).await;
    stream.write_all(HEALTH).await.unwrap();
    let mut answer = [0; 15];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    server.end(app).await;
}
both!(one_address_does_not_take_every_place);

/// A connection from an address of its own.
async fn from(served: &Served, number: u8) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket
        .bind(format!("127.9.0.{number}:0").parse().unwrap())
        .unwrap();
    let connected = socket.connect(served.address.parse().unwrap());
    connected.await.unwrap()
}

async fn places_are_kept_for_who_was_signed_in(app: &TestApp) {
    let app = &app.again(|config| config.http.connections = 16).await;
    let server = Served::start(app).await;
    let carla = app.sign_in("carla").await;
    let ask = async |token: &str| {
        let body = "{\"query\":\"{ __typename }\"}";
        let request = format!(
            "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nconnection: close\r\nauthorization: \
             Bearer {token}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = connect(&server).await;
        stream.write_all(request.as_bytes()).await.unwrap();
        rest(&mut stream).await
    };
    let crowd = async || {
        let mut held = Vec::new();
        for number in 1..=14 {
            held.push(from(&server, number).await);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        held
    };
    let token = carla.token.as_deref().unwrap();
    // Whoever claims to be signed in is a stranger still.
    assert!(ask("no.good.token").await.starts_with("HTTP/1.1"));
    let held = crowd().await;
    assert!(ask(token).await.starts_with("HTTP/1.1 503"));
    drop(held);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(ask(token).await.starts_with("HTTP/1.1 200"));
    let _held = crowd().await;
    let refused = rest(&mut from(&server, 99).await).await;
    assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
    assert!(ask(token).await.starts_with("HTTP/1.1 200"));
    server.end(app).await;
}
both!(places_are_kept_for_who_was_signed_in);

async fn a_stop_does_not_wait_for_the_silent(app: &TestApp) {
    let app = &app.again(|_| {}).await;
    let server = Served::start(app).await;
    let (mut silent, mut half, mut kept) = (
        connect(&server).await,
        connect(&server).await,
        connect(&server).await,
    );
    half.write_all(b"GET /healthz HTTP/1.1\r\n").await.unwrap();
    kept.write_all(HEALTH).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let begun = Instant::now();
    server.end(app).await;
    assert!(
        begun.elapsed() < Duration::from_secs(3),
        "{:?}",
        begun.elapsed()
    );
    rest(&mut silent).await;
    rest(&mut half).await;
    assert!(rest(&mut kept).await.contains("200 OK"));
}
both!(a_stop_does_not_wait_for_the_silent);
