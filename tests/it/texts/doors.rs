//! Paths, forms and tokens with what no database holds in them.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::json;

use crate::support::{Browser, TestApp, both};

/// A path segment with what it may not hold percent-encoded.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            byte if byte.is_ascii_alphanumeric() || b"-_".contains(&byte) => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

async fn a_token_that_cannot_be_is_as_one_that_is_not(app: &TestApp) {
    let ursula = app.sign_in("ursula").await;
    let (offer, revision) = app.db_offer("northwind").await;
    let input = |token: &str| json!({ "token": token, "revision": 1, "digest": revision.digest });
    let query = "query($token: String!) { offerByToken(token: $token) { partner { name } } }";
    let mut answers = Vec::new();
    for token in [
        "a\u{0}b",
        "never-given",
        "é",
        &"x".repeat(10_000),
        &format!("{}\u{0}", offer.token),
    ] {
        let accept = ursula
            .mutate("acceptOffer", input(token), "grant { id }")
            .await;
        let seen = app.anonymous().run(query, json!({ "token": token })).await;
        assert_eq!(seen["data"], json!({ "offerByToken": null }));
        assert!(seen.get("errors").is_none());
        let (status, _, page) = app.get(&format!("/offers/{}", escaped(token))).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        answers.push((accept, page));
    }
    for (place, answer) in answers.iter().enumerate() {
        assert_eq!(*answer, answers[0], "{place}");
    }
}

both!(a_token_that_cannot_be_is_as_one_that_is_not);

async fn every_path_is_answered(app: &TestApp) {
    for part in ["a%00b", "%00", "%ff", "%c3%28", "..%2f..%2fetc", "%0d%0ax"] {
        for path in [
            "offers/{}",
            "offers/{}/sign-up",
            "sign-up/{}",
            "enrol/{}",
            "reset/{}",
            "contact/{}",
            "grants/{}",
            "unsubscribe/{}",
            "exports/{}",
            "graphiql/{}",
            "{}",
        ] {
            let path = format!("/{}", path.replace("{}", part));
            for method in ["GET", "POST"] {
                let request = Request::builder()
                    .method(method)
                    .uri(&path)
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(Body::from(
                        "answer=accept&revision=1&digest=x&password=x&newPassword=x&action=end",
                    ));
                let (status, _, page) = app.send(request.unwrap()).await;
                assert!(
                    !status.is_server_error(),
                    "{method} {path}: {status} {page}"
                );
                if method == "GET" && part == "%ff" {
                    assert!(
                        status == StatusCode::NOT_FOUND && page.contains("<h1"),
                        "{path}: {status} {page}"
                    );
                }
            }
        }
    }
}

both!(every_path_is_answered);

async fn every_field_of_a_form_is_answered(app: &TestApp) {
    let (offer, revision) = app.db_offer("northwind").await;
    let purchase = format!("/offers/{}", offer.token);
    let forms: [(&str, &[(&str, &str)]); 6] = [
        (
            "/sign-in",
            &[
                ("signInName", "carla@contoso.mandate.example"),
                ("password", "x"),
                ("next", "/grants"),
            ],
        ),
        (
            "/sign-in/password",
            &[
                ("currentPassword", "x"),
                ("newPassword", "x"),
                ("next", "/grants"),
                ("password", "x"),
            ],
        ),
        (
            &purchase,
            &[
                ("revision", "1"),
                ("digest", &revision.digest),
                ("answer", "accept"),
                ("roleCap", "LIMITED"),
                ("term", "P1M"),
                ("plan", "x"),
                ("seats", "1"),
                ("reply", "Why."),
                ("password", "x"),
            ],
        ),
        (
            &format!("{purchase}/sign-up"),
            &[
                ("organizationName", "Blue Lamp"),
                ("slug", "lamp"),
                ("adminName", "Berta"),
                ("adminSignInName", "berta"),
                ("contact", "b@example.org"),
            ],
        ),
        ("/enrol/unknown", &[("newPassword", "x"), ("password", "x")]),
        ("/grants/unknown", &[("action", "end")]),
    ];
    for (path, fields) in forms {
        for place in 0..fields.len() {
            let mut fields = fields.to_vec();
            fields[place].1 = "a\u{0}b";
            let mut browser = Browser::of(app, "ursula").await;
            let (status, page) = browser.post(path, &fields).await;
            assert!(
                !status.is_server_error(),
                "{path} {fields:?}: {status} {page}"
            );
        }
    }
}

both!(every_field_of_a_form_is_answered);
