//! Hostile inputs, one a row, with the refusal that each gets: a committed table. Nothing is written by any of them.

use std::fmt::Write;

use axum::{
    body::Body,
    http::{Request, header},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::{operation, organization, outbox, user};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    live::Served,
    support::{Actor, Browser, TestApp, both, grant, on, with},
};

/// A table with one row an input.
#[derive(Default)]
struct Table(String);

impl Table {
    fn part(&mut self, title: &str) {
        write!(self.0, "\n{title}\n").unwrap();
    }

    fn row(&mut self, what: &str, refusal: &str) {
        let line = refusal.lines().next().unwrap_or_default();
        let line: String = line.chars().take(150).collect();
        writeln!(self.0, "{what:<52} {}", line.trim()).unwrap();
    }
}

/// The first error of an answer: code, reason, message.
fn refusal(answer: &Value) -> String {
    let error = &answer["errors"][0];
    let part = |name: &str| error["extensions"][name].as_str().unwrap_or_default();
    let message = error["message"].as_str().unwrap_or("NOT REFUSED");
    format!("{} {} {message}", part("code"), part("reason"))
}

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

async fn on_the_wire(app: &TestApp, table: &mut Table) {
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

async fn in_bodies(app: &TestApp, table: &mut Table) {
    table.part("In the body of a request");
    for (what, body) in [
        ("nothing", String::new()),
        ("JSON cut off", r#"{"query":"{__typename}""#.to_owned()),
        ("a batch", r#"[{"query":"{__typename}"}]"#.to_owned()),
        ("null", "null".to_owned()),
        ("brackets in brackets", "[".repeat(50_000)),
        ("no query", r#"{"variables":{}}"#.to_owned()),
        ("a query that is a number", r#"{"query":1}"#.to_owned()),
        (
            "variables that are a list",
            r#"{"query":"{__typename}","variables":[]}"#.to_owned(),
        ),
        (
            "variables that are a text",
            r#"{"query":"{__typename}","variables":"{}"}"#.to_owned(),
        ),
        (
            "extensions that are a text",
            r#"{"query":"{__typename}","extensions":"x"}"#.to_owned(),
        ),
        (
            "a name that is a number",
            r#"{"query":"{__typename}","operationName":1}"#.to_owned(),
        ),
        (
            "a name of no operation",
            r#"{"query":"query A {__typename}","operationName":"B"}"#.to_owned(),
        ),
        (
            "half of a letter",
            r#"{"query":"{__typename} # \ud800"}"#.to_owned(),
        ),
        (
            "a stored query by its hash alone",
            r#"{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"a"}}}"#.to_owned(),
        ),
    ] {
        let (_, answer) = app.post(None, body).await;
        let answer: Value = serde_json::from_str(&answer).unwrap();
        table.row(what, &refusal(&answer));
    }
}

fn aliased(number: usize, what: &str) -> String {
    (0..number)
        .map(|place| format!("a{place}: {what} "))
        .collect()
}

async fn in_documents(app: &TestApp, table: &mut Table) {
    table.part("In a document");
    let bomb: String = (0..25)
        .map(|n| format!("fragment F{n} on Query {{ ...F{} ...F{} }} ", n + 1, n + 1))
        .collect();
    for (what, query) in [
        ("5,000 words", "a ".repeat(5_000)),
        ("5,000 brackets", "{".repeat(5_000)),
        ("60,000 characters", format!("{{ __typename }} #{}", "a".repeat(60_000))),
        ("fragments that double 25 times", format!("{{ ...F0 }} {bomb} fragment F25 on Query {{ __typename }}")),
        ("fragments in a circle", "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }".to_owned()),
        ("150 aliases", format!("{{ {} }}", aliased(150, "__typename"))),
        ("1,100 fields", format!("{{ {} }}", "__typename ".repeat(1_100))),
        ("nested 30 deep", format!("{{ viewer {} {} }}", "{ user ".repeat(30), "}".repeat(31))),
        ("ten directives on a field", format!("{{ __typename {} }}", "@skip(if: false) ".repeat(10))),
        ("99 schemas", format!("{{ {} }}", aliased(99, "__schema { types { name fields { name } } }"))),
        ("types of types of types", "{ __schema { types { fields { type { fields { type { name } } } } } } }".to_owned()),
        ("one mutation twice under one key", "mutation { signOut(input: {}) { replayed } signOut(input: {}) { replayed } }".to_owned()),
        ("two subscriptions at once", "subscription { a: operations(accountId: \"a\") { id } b: operations(accountId: \"a\") { id } }".to_owned()),
        ("a subscription by POST", "subscription { operations(accountId: \"a\") { id } }".to_owned()),
        ("a field that does not exist", "{ passwords }".to_owned()),
        ("a field of the schema of others", "{ _service { sdl } }".to_owned()),
        ("nothing of an object", "{ viewer }".to_owned()),
        ("two operations and no name", "query A { __typename } query B { __typename }".to_owned()),
        ("an operation alone in a fragment", "fragment A on Query { __typename }".to_owned()),
        ("a lone quote", "{ node(id: \"a) { id } }".to_owned()),
        ("a wrong escape", r#"{ node(id: "\x") { id } }"#.to_owned()),
        ("a zero byte", "{ node(id: \"a\\u0000\") { id } }".to_owned()),
    ] {
        let answer = app.anonymous().run(&query, Value::Null).await;
        table.row(what, &refusal(&answer));
    }
}

async fn in_variables(app: &TestApp, carla: &Actor<'_>, table: &mut Table) {
    table.part("In variables");
    let grants = "query($n: Int) { grants(first: $n) { nodes { id } } }";
    let node = "query($v: ID!) { node(id: $v) { id } }";
    let client = app.account("contoso").await;
    let forged = |text: &str| URL_SAFE_NO_PAD.encode(text);
    for (what, query, variables) in [
        ("a variable that is missing", node, json!({})),
        ("null where a value is needed", node, json!({ "v": null })),
        ("a list for an id", node, json!({ "v": ["a"] })),
        ("an object for an id", node, json!({ "v": { "or": 1 } })),
        (
            "a text for a number",
            grants,
            json!({ "n": "1; DROP TABLE operation" }),
        ),
        (
            "a number beyond 32 bits",
            grants,
            json!({ "n": 4_294_967_296_i64 }),
        ),
        ("a number below zero", grants, json!({ "n": -1 })),
        ("zero rows", grants, json!({ "n": 0 })),
        ("a million rows", grants, json!({ "n": 1_000_000 })),
        ("a half", grants, json!({ "n": 1.5 })),
        (
            "a cursor that was made up",
            "query($c: String) { grants(after: $c) { nodes { id } } }",
            json!({ "c": "' OR 1=1 --" }),
        ),
        (
            "a cursor of a zero byte",
            "query($c: String) { grants(after: $c) { nodes { id } } }",
            json!({ "c": "\u{0}" }),
        ),
        (
            "an enum value that does not exist",
            "query($s: [GrantState!]) { grants(filter: { states: $s }) { nodes { id } } }",
            json!({ "s": ["OPEN"] }),
        ),
        (
            "a time that is a day",
            "query($i: ID!, $t: DateTime!) { operations(accountId: $i, filter: { since: $t }) { nodes { id } } }",
            json!({ "i": client, "t": "2026-12-01" }),
        ),
        (
            "a field that the input has not",
            "mutation($i: SignInInput!) { signIn(input: $i) { accessToken } }",
            json!({ "i": { "signInName": "a", "password": "b", "role": "GLOBAL_ADMIN" } }),
        ),
        (
            "101 ids",
            "query($v: [ID!]!) { nodes(ids: $v) { id } }",
            json!({ "v": vec!["a"; 101] }),
        ),
        (
            "100 ids at fifty places",
            &format!(
                "query($v: [ID!]!) {{ {} }}",
                aliased(50, "nodes(ids: $v) { id }")
            ),
            json!({ "v": vec!["a"; 100] }),
        ),
    ] {
        let answer = carla.run(query, variables).await;
        table.row(what, &refusal(&answer));
    }
    // Ids that were made up are as those of things that are not there.
    for (what, id) in [
        ("an id that is no id", "a".to_owned()),
        (
            "an id of another kind",
            forged("Organization:00000000-0000-0000-0000-000000000000"),
        ),
        ("an id with SQL in it", forged("User:' OR '1'='1")),
        ("an id of 10,000 bytes", "a".repeat(10_000)),
        ("an id with a zero byte", "\u{0}".to_owned()),
        ("an id of another tenant", app.account("northwind").await),
    ] {
        let answer = carla.run(node, json!({ "v": id })).await;
        assert_eq!(answer["data"]["node"], Value::Null, "{what}: {answer}");
        let told = match answer["errors"].is_array() {
            true => refusal(&answer),
            false => "null, as of what is not there".to_owned(),
        };
        table.row(what, &told);
    }
}

/// Texts that no field of a kind takes: what, mutation, input.
async fn texts(app: &TestApp) -> Vec<(&'static str, &'static str, Value)> {
    let account = app.account("contoso").await;
    let add = json!({ "accountId": account, "signInName": "new.user", "displayName": "New User", "contact": "new@example.org" });
    let user = |name: &str, value: &str| with(add.clone(), name, value);
    let domain = |name: &str| json!({ "accountId": account, "name": name });
    let rename = |name: &str| json!({ "signInName": name });
    let name = async |value: &str| {
        with(
            on(app, "ivan").await,
            "signInName",
            rename(value)["signInName"].clone(),
        )
    };
    vec![
        (
            "a name that is empty",
            "addUser",
            user("displayName", " \u{200b} "),
        ),
        (
            "a name of 200 letters",
            "addUser",
            user("displayName", &"a".repeat(200)),
        ),
        (
            "a name with a line end",
            "addUser",
            user("displayName", "a\nb"),
        ),
        (
            "a name written from right to left",
            "addUser",
            user("displayName", "a\u{202e}nimda"),
        ),
        (
            "a name with a zero byte",
            "addUser",
            user("displayName", "a\u{0}b"),
        ),
        (
            "a name that is a link",
            "addUser",
            user("displayName", "Win at https://evil.example"),
        ),
        (
            "a name with hidden letters",
            "addUser",
            user("displayName", "a\u{e0041}b"),
        ),
        (
            "a note of 100,000 letters",
            "addUser",
            user("note", &"a".repeat(100_000)),
        ),
        (
            "a ticket with a control",
            "addUser",
            user("ticket", "a\u{7}b"),
        ),
        (
            "a key of 1,000 letters",
            "addUser",
            user("idempotencyKey", &"a".repeat(1_000)),
        ),
        (
            "two addresses in one",
            "addUser",
            user("contact", "a@example.org, b@example.org"),
        ),
        (
            "an address with a head of mail",
            "addUser",
            user("contact", "a@example.org\r\nBcc: b@example.org"),
        ),
        (
            "an address with a name",
            "addUser",
            user("contact", "Ann <ann@example.org>"),
        ),
        (
            "an address of two scripts",
            "addUser",
            user("contact", "\u{430}dmin@example.org"),
        ),
        (
            "an address without a domain",
            "addUser",
            user("contact", "ann@localhost"),
        ),
        (
            "an address in quotes",
            "addUser",
            user("contact", "\"a b\"@example.org"),
        ),
        (
            "a sign-in name of two scripts",
            "addUser",
            user("signInName", "c\u{430}rla"),
        ),
        (
            "a sign-in name with a slash",
            "addUser",
            user("signInName", "../carla"),
        ),
        (
            "a sign-in name at a domain of others",
            "addUser",
            user("signInName", "ann@northwind.mandate.example"),
        ),
        (
            "a sign-in name that is taken",
            "changeSignInName",
            name("CARLA").await,
        ),
        (
            "a domain that is an address",
            "addDomain",
            domain("192.0.2.1"),
        ),
        ("a domain that is a suffix", "addDomain", domain("co.uk")),
        (
            "a domain with a port",
            "addDomain",
            domain("example.org:8080"),
        ),
        (
            "a domain with a path",
            "addDomain",
            domain("https://example.org/a"),
        ),
        (
            "a domain of 300 letters",
            "addDomain",
            domain(&format!("{}.org", "a.".repeat(150))),
        ),
        (
            "a domain with a wildcard",
            "addDomain",
            domain("*.example.org"),
        ),
        (
            "the platform's own domain",
            "addDomain",
            domain("mandate.example"),
        ),
        (
            "a name below the platform's domain",
            "addDomain",
            domain("northwind.mandate.example"),
        ),
    ]
}

async fn in_fields(app: &TestApp, carla: &Actor<'_>, table: &mut Table) {
    table.part("In the fields of an operation");
    for (what, field, input) in texts(app).await {
        let answer = carla.mutate(field, input, "replayed").await;
        table.row(what, &refusal(&answer));
    }
    table.part("Where somebody else decides");
    let account = app.account("contoso").await;
    let carla_herself = app.user("carla").await;
    let (fiona, liam, tom, nora) = (
        app.sign_in("fiona").await,
        app.sign_in("liam").await,
        app.sign_in("tom").await,
        app.sign_in("nora").await,
    );
    let add = json!({ "accountId": account, "signInName": "new.user", "displayName": "New User", "contact": "new@example.org" });
    let reset = on(app, "ivan").await;
    let retire = json!({ "accountId": account, "deviceId": app.device().await });
    for (what, who, field, input) in [
        (
            "a delegate manages a device",
            &fiona,
            "retireDevice",
            retire,
        ),
        (
            "a LIMITED delegate adds a user",
            &liam,
            "addUser",
            add.clone(),
        ),
        (
            "a partner whose grant is over adds a user",
            &tom,
            "addUser",
            add.clone(),
        ),
        (
            "a partner's user without a role",
            &nora,
            "resetPassword",
            reset,
        ),
        (
            "a delegate ends the client's grant",
            &fiona,
            "endGrant",
            grant(app).await,
        ),
        (
            "a delegate deletes the client's admin",
            &fiona,
            "deleteUser",
            json!({ "accountId": account, "userId": carla_herself }),
        ),
        ("a stranger adds a user", &app.anonymous(), "addUser", add),
        (
            "an admin certifies its own organization",
            carla,
            "certifyPartner",
            json!({ "organizationId": account }),
        ),
        (
            "an admin deletes itself",
            carla,
            "deleteUser",
            on(app, "carla").await,
        ),
    ] {
        let answer = who.mutate(field, input, "replayed").await;
        table.row(what, &refusal(&answer));
    }
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

async fn on_pages(app: &TestApp, table: &mut Table) {
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

async fn rows(app: &TestApp) -> [u64; 4] {
    let db = app.app.db.read();
    [
        operation::Entity::find().count(db).await.unwrap(),
        organization::Entity::find().count(db).await.unwrap(),
        outbox::Entity::find().count(db).await.unwrap(),
        user::Entity::find().count(db).await.unwrap(),
    ]
}

async fn each_is_refused_as_the_table_says(app: &TestApp) {
    let app = &app.again(|config| config.http.idle_seconds = 1).await;
    let mut table = Table::default();
    let carla = app.sign_in("carla").await;
    in_bodies(app, &mut table).await;
    in_documents(app, &mut table).await;
    in_variables(app, &carla, &mut table).await;
    let before = rows(app).await;
    in_fields(app, &carla, &mut table).await;
    let after = rows(app).await;
    // The record says what was refused of those who are known; nothing else is there.
    assert_eq!(after[1..], before[1..]);
    on_pages(app, &mut table).await;
    on_the_wire(app, &mut table).await;
    assert!(!table.0.contains("NOT REFUSED"), "{}", table.0);
    assert!(!table.0.contains("INTERNAL"), "{}", table.0);
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "../matrix", omit_expression => true }, {
        insta::assert_snapshot!("hostile", table.0);
    });
}

both!(each_is_refused_as_the_table_says);
