//! What is refused on the wire, and on the pages.

use axum::{
    body::Body,
    http::{Request, header},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::Table;
use crate::{
    live::Served,
    support::{Browser, TestApp},
};

/// What is on the wire after these bytes: the status, or that the connection was closed.
async fn wire(served: &Served, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(&served.address).await.unwrap();
    // It may be closed before all of it is taken.
    stream.write_all(bytes).await.ok();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok();
    let answer = String::from_utf8_lossy(&answer);
    let line = answer.lines().next().unwrap_or("closed without an answer");
    line.trim_start_matches("HTTP/1.1 ").to_owned()
}

fn post(head: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{head}content-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

pub async fn on_the_wire(app: &TestApp, table: &mut Table) {
    table.part("On the wire");
    let served = Served::start(app).await;
    let json = "content-type: application/json\r\n";
    let long = "a".repeat(app.app.config.http.body_limit + 1);
    let heads: String = (0..300).map(|n| format!("x{n}: y\r\n")).collect();
    for (what, bytes) in [
        ("bytes that are no HTTP", b"\x16\x03\x01\x02\x00\x01".to_vec()),
        ("an address of 100,000 bytes", format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(100_000)).into_bytes()),
        ("three hundred heads", format!("GET / HTTP/1.1\r\n{heads}\r\n").into_bytes()),
        ("a head with a line end in it", b"GET / HTTP/1.1\r\nhost: x\r\na: b\rc: d\r\n\r\n".to_vec()),
        ("length and chunks, as smugglers send", b"POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n".to_vec()),
        ("two lengths", b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\nabcde".to_vec()),
        ("a length below zero", b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n".to_vec()),
        ("a length that overflows", b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 18446744073709551617\r\n\r\n".to_vec()),
        ("a chunk whose length overflows", b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n".to_vec()),
        ("a body longer than the limit", post(json, &long)),
        ("a body that is a form", post("content-type: application/x-www-form-urlencoded\r\n", "query={__typename}")),
        ("a body that is plain text", post("content-type: text/plain\r\n", "{\"query\":\"{__typename}\"}")),
        ("a body of no type", post("", "{\"query\":\"{__typename}\"}")),
        ("a body of several parts", post("content-type: multipart/form-data; boundary=a\r\n", "--a--")),
        ("a method that nobody knows", b"BREW /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".to_vec()),
        ("a proxy's method", b"CONNECT evil.example:443 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".to_vec()),
        ("a path out of the folder", b"GET /graphiql/../../../etc/passwd HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".to_vec()),
        ("a path out of the folder, encoded", b"GET /graphiql/%2e%2e%2f%2e%2e%2fetc%2fpasswd HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".to_vec()),
        ("a path with a zero byte", b"GET /offers/%00 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".to_vec()),
        ("a path that is not UTF-8", b"GET /offers/%ff%fe HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".to_vec()),
        ("an upgrade to another protocol", b"GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade, close\r\nupgrade: h2c\r\n\r\n".to_vec()),
        ("a WebSocket of another protocol", b"GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-protocol: graphql-ws\r\n\r\n".to_vec()),
    ] {
        let answer = wire(&served, &bytes).await;
        assert!(!answer.starts_with('2'), "{what}: {answer}");
        table.row(what, &answer);
    }
    served.end(app).await;
}

/// The heading and the first sentence of a page.
fn told(page: &str) -> String {
    let between = |from: &str, to: &str| {
        let rest = page.split_once(from).map_or("", |(_, rest)| rest);
        rest.split_once(to).map_or("", |(text, _)| text).to_owned()
    };
    match between("role=\"alert\">", "<") {
        problem if problem.is_empty() => between("<h1>", "</h1>"),
        problem => problem,
    }
}

pub async fn on_pages(app: &TestApp, table: &mut Table) {
    table.part("On the pages");
    let mut browser = Browser::new(app);
    let secret = "a".repeat(43);
    for (what, path) in [
        ("a link that nobody sent", format!("/reset/{secret}")),
        ("a link that was cut off", "/reset/abc".to_owned()),
        ("a link that is SQL", "/reset/'%20OR%201=1".to_owned()),
        (
            "an offer that nobody made",
            format!("/offers/{}", "a".repeat(22)),
        ),
        (
            "an export that nobody asked for",
            format!("/exports/{secret}"),
        ),
        (
            "another server behind two slashes",
            "//evil.example/".to_owned(),
        ),
        ("a page for admins, by nobody", "/grants".to_owned()),
        (
            "a way on to another server",
            "/sign-in?next=//evil.example".to_owned(),
        ),
        (
            "a way on that is a script",
            "/sign-in?next=javascript:alert(1)".to_owned(),
        ),
    ] {
        let (status, page) = browser.get(&path).await;
        assert!(
            !page.contains("evil.example") && !page.contains("javascript:"),
            "{page}"
        );
        table.row(what, &format!("{} {}", status.as_u16(), told(&page)));
    }
    let fields = [
        ("signInName", "carla@contoso.mandate.example"),
        ("password", "wrong horse battery"),
    ];
    let (status, page) = browser.post("/sign-in", &fields).await;
    table.row(
        "a wrong password",
        &format!("{} {}", status.as_u16(), told(&page)),
    );
    for (what, name, value) in [
        ("a form of another site", "sec-fetch-site", "cross-site"),
        (
            "a form of another origin",
            header::ORIGIN.as_str(),
            "https://evil.example",
        ),
    ] {
        let request = Request::post("/sign-in")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let request = request
            .header(header::HOST, "localhost")
            .header(name, value);
        let (status, _, page) = app
            .send(request.body(Body::from("signInName=a&password=b")).unwrap())
            .await;
        table.row(what, &format!("{} {}", status.as_u16(), told(&page)));
    }
}
