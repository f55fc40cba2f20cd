//! What requests cost, whose address they come from, and what a guess at a name tells.

use std::time::{Duration, Instant};

use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode},
};
use entity::user;
use sea_orm::{EntityTrait, sea_query::Expr};
use serde_json::{Value, json};

use crate::support::{Actor, TestApp, both, on};

async fn post(actor: &Actor<'_>, app: &TestApp, query: &str) -> (StatusCode, HeaderMap, Value) {
    let body = json!({ "query": query }).to_string();
    let mut request = Request::post("/graphql").header("content-type", "application/json");
    if let Some(token) = &actor.token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let (status, headers, answer) = app.send(request.body(Body::from(body)).unwrap()).await;
    (status, headers, serde_json::from_str(&answer).unwrap())
}

fn cost(answer: &Value) -> u64 {
    answer["extensions"]["cost"]["requested"].as_u64().unwrap()
}

async fn answers_say_what_they_cost(app: &TestApp) {
    let fiona = app.sign_in("fiona").await;
    let costs = [
        "{ __typename }",
        "{ clients(first: 2) { nodes { name } } }",
        "{ clients(first: 50) { nodes { name } } }",
        "{ clients(first: 50, orderBy: NAME) { nodes { name } } }",
        "{ clients(first: 50, filter: { search: \"con\" }) { nodes { name } } }",
        "{ clients(first: 50) { nodes { name operations(first: 10) { nodes { at } } } } }",
    ];
    let mut last = 0;
    for query in costs {
        let (_, headers, answer) = post(&fiona, app, query).await;
        assert!(cost(&answer) > last, "{query}: {answer}");
        last = cost(&answer);
        for name in [
            "x-ratelimit-limit",
            "x-ratelimit-remaining",
            "x-ratelimit-reset",
        ] {
            assert!(headers.contains_key(name), "{name}");
        }
    }
}
both!(answers_say_what_they_cost);

async fn who_spends_too_much_waits(app: &TestApp) {
    let app = &app
        .again(|config| config.limits.operations_per_minute = 30)
        .await;
    let (fiona, carla) = (app.sign_in("fiona").await, app.sign_in("carla").await);
    let query = "{ clients(first: 50, filter: { search: \"con\" }) { nodes { name } } }";
    let mut answers = 0;
    let (status, headers, answer) = loop {
        let (status, headers, answer) = post(&fiona, app, query).await;
        if status != StatusCode::OK {
            break (status, headers, answer);
        }
        answers += 1;
        assert!(answers < 20, "nothing was refused");
    };
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    let extensions = &answer["errors"][0]["extensions"];
    assert_eq!(extensions["reason"], "TOO_MANY_REQUESTS");
    let wait: u64 = headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert_eq!(extensions["retryAfter"], wait);
    assert!((1..=60).contains(&wait));
    // Others have their own.
    assert_eq!(post(&carla, app, "{ __typename }").await.0, StatusCode::OK);
    // Who is unknown is not even read, once nothing is left.
    let nobody = app.anonymous();
    let mut tries = 0;
    while post(&nobody, app, "{ nope }").await.0 != StatusCode::TOO_MANY_REQUESTS {
        tries += 1;
        assert!(tries < 60, "strangers are read for ever");
    }
    // What grows back while this machine is slow is soon spent again.
    let mut refused = false;
    for _ in 0..5 {
        refused |= post(&nobody, app, "{").await.0 == StatusCode::TOO_MANY_REQUESTS;
    }
    assert!(refused);
    app.app.db.close().await;
}
both!(who_spends_too_much_waits);

async fn the_address_is_the_one_that_proxies_name(app: &TestApp) {
    let app = &app
        .again(|config| {
            config.auth.attempts_per_minute = 1;
            config.http.behind_proxy = true;
            config.http.proxies = vec!["10.0.0.0/8".parse().unwrap()];
        })
        .await;
    let standard = &app
        .again(|config| config.http.forwarded = mandate::config::Forwarded::Standard)
        .await;
    let attempt = async |app: &TestApp, name: &str, said: &str| {
        let query = "mutation($n: String!) { signIn(input: { signInName: $n, password: \"wrong wrong wrong\" }) { expiresIn } }";
        let body = json!({ "query": query, "variables": { "n": "carla@contoso.mandate.example" } });
        let request = Request::post("/graphql")
            .header("content-type", "application/json")
            .header(name, said)
            .body(Body::from(body.to_string()))
            .unwrap();
        let (_, headers, answer) = app.send(request).await;
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let limited = answer["errors"][0]["extensions"]["code"] == "RATE_LIMITED";
        assert_eq!(limited, headers.contains_key("retry-after"), "{answer}");
        limited
    };
    let header = "x-forwarded-for";
    // Each of these is another client, and the second time the same.
    let clients = [
        ["192.0.2.1", "192.0.2.1:4711"],
        ["192.0.2.2:80", "1.2.3.4, 192.0.2.2"],
        ["2001:db8:1::1", "[2001:db8:1::ffff]:4711"],
        ["[2001:db8:2::1]", "2001:db8:2::2"],
        ["192.0.2.3, 10.1.2.3", "192.0.2.3,10.0.0.1:99, 10.0.0.2"],
        ["::ffff:192.0.2.4", "192.0.2.4"],
    ];
    for [first, second] in clients {
        assert!(!attempt(app, header, first).await, "{first}");
        assert!(attempt(app, header, second).await, "{second}");
    }
    // What the client itself wrote before it counts for nothing, and the other header neither.
    assert!(!attempt(app, header, "192.0.2.9, 192.0.2.10").await);
    assert!(attempt(app, header, "192.0.2.11, 192.0.2.10").await);
    let header = "forwarded";
    for [first, second] in [
        [
            "for=192.0.2.1",
            "For=\"192.0.2.1:4711\";proto=https;by=203.0.113.43",
        ],
        [
            "for=\"[2001:db8:3::1]:4711\"",
            "for=1.2.3.4, proto=http;for=\"[2001:db8:3::2]\"",
        ],
    ] {
        assert!(!attempt(standard, header, first).await, "{first}");
        assert!(attempt(standard, header, second).await, "{second}");
    }
    app.app.db.close().await;
    standard.app.db.close().await;
}
both!(the_address_is_the_one_that_proxies_name);

async fn names_do_not_tell_themselves_by_time(app: &TestApp) {
    // As costly as needed to stand out.
    let slow = &app
        .again(|config| config.auth.argon2_memory_kib = 16_384)
        .await;
    let carla = app.sign_in("carla").await;
    let dana = on(app, "dana").await;
    carla.done("deleteUser", dana, "user { id }").await;
    let uma = on(app, "uma").await;
    carla.done("blockSignIn", uma, "user { id }").await;
    let hash = slow
        .app
        .hasher
        .hash(&"right right right right".into(), &slow.app.rng)
        .await
        .unwrap();
    let db = app.intruder().await;
    user::Entity::update_many()
        .col_expr(user::Column::PasswordHash, Expr::value(hash))
        .exec(&db)
        .await
        .unwrap();
    let time = async |name: &str| {
        let mut times = Vec::new();
        for _ in 0..9 {
            let begun = Instant::now();
            let name = format!("{name}@contoso.mandate.example");
            slow.anonymous()
                .sign_in(&name, "wrong wrong wrong wrong")
                .await;
            times.push(begun.elapsed());
        }
        // Whatever else runs makes it slower, never faster.
        times.into_iter().min().unwrap()
    };
    let names = ["nobody", "dana", "uma", "carla"];
    let mut fastest: Vec<(Duration, &str)> = Vec::new();
    for name in names {
        fastest.push((time(name).await, name));
    }
    let (least, most) = (fastest.iter().min().unwrap(), fastest.iter().max().unwrap());
    assert!(most.0 < least.0 * 3, "{fastest:?}");
    slow.app.db.close().await;
}
both!(names_do_not_tell_themselves_by_time);
