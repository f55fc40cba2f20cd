//! Front ends elsewhere call where they are listed; forms come from this server's own pages.

use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use serde_json::{Value, json};

use crate::support::{TestApp, both};

const FRONT_END: &str = "https://app.example.com";

async fn listing(app: &TestApp) -> TestApp {
    app.again(|config| config.http.allowed_origins = vec![FRONT_END.to_owned()])
        .await
}

async fn preflight(app: &TestApp, origin: &str, asked: &str) -> (StatusCode, HeaderMap) {
    let request = Request::options("/graphql")
        .header(header::HOST, "mandate.example:8080")
        .header(header::ORIGIN, origin)
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
        .header(header::ACCESS_CONTROL_REQUEST_HEADERS, asked);
    let (status, headers, _) = app.send(request.body(Body::empty()).unwrap()).await;
    (status, headers)
}

fn text(headers: &HeaderMap, name: &str) -> String {
    let value = headers.get(name).map(|value| value.to_str().unwrap());
    value.unwrap_or_default().to_lowercase()
}

async fn post_form(app: &TestApp, host: &str, origin: &str) -> (StatusCode, HeaderMap, String) {
    let request = Request::post("/sign-in")
        .header(header::HOST, host)
        .header(header::ORIGIN, origin)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let form = "signInName=carla%40contoso.mandate.example&password=paper+lantern+harbor+42";
    app.send(request.body(Body::from(form)).unwrap()).await
}

async fn a_listed_front_end_calls_the_api(app: &TestApp) {
    let app = &listing(app).await;
    let (status, headers) = preflight(app, FRONT_END, "authorization,content-type").await;
    assert!(status.is_success(), "{status}");
    assert_eq!(text(&headers, "access-control-allow-origin"), FRONT_END);
    assert_eq!(text(&headers, "access-control-allow-methods"), "get,post");
    let allowed = text(&headers, "access-control-allow-headers");
    assert_eq!(allowed, "authorization,content-type");
    assert!(headers.get("access-control-allow-credentials").is_none());
    assert!(text(&headers, "vary").contains("origin"));

    let body = json!({ "query": "{ viewer { user { id } } }" }).to_string();
    let request = Request::post("/graphql")
        .header(header::ORIGIN, FRONT_END)
        .header(header::CONTENT_TYPE, "application/json");
    let (_, headers, answer) = app.send(request.body(Body::from(body)).unwrap()).await;
    assert_eq!(
        serde_json::from_str::<Value>(&answer).unwrap()["data"],
        json!({ "viewer": null })
    );
    assert_eq!(text(&headers, "access-control-allow-origin"), FRONT_END);
    assert_eq!(
        text(&headers, "access-control-expose-headers"),
        "x-request-id,retry-after,x-ratelimit-limit,x-ratelimit-remaining,x-ratelimit-reset"
    );
    assert!(headers.get("access-control-allow-credentials").is_none());
    assert!(!text(&headers, "x-request-id").is_empty());
    app.app.db.close().await;
}

both!(a_listed_front_end_calls_the_api);

async fn nobody_else_does(app: &TestApp) {
    let listing = &listing(app).await;
    for (app, origin) in [
        (app, FRONT_END),
        (listing, "https://app.example.com.evil.example"),
        (listing, "http://app.example.com"),
        (listing, "https://app.example.com:8443"),
        (listing, "null"),
    ] {
        let (status, headers) = preflight(app, origin, "content-type").await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{origin}");
        assert!(
            headers.get("access-control-allow-origin").is_none(),
            "{origin}"
        );
        assert_eq!(text(&headers, "vary"), "origin");
    }
    // A browser says that the page is another one, whatever the names.
    let request = Request::options("/graphql")
        .header(header::HOST, "mandate.lan")
        .header(header::ORIGIN, "https://mandate.lan")
        .header("sec-fetch-site", "cross-site")
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST");
    let (status, _, _) = app.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    // The pages, with their cookie, are for this server's own pages alone.
    let request = Request::get("/grants").header(header::ORIGIN, FRONT_END);
    let (_, headers, _) = listing.send(request.body(Body::empty()).unwrap()).await;
    assert!(headers.get("access-control-allow-origin").is_none());
    listing.app.db.close().await;
}

both!(nobody_else_does);

async fn forms_work_by_any_host_name(app: &TestApp) {
    let (status, headers, page) =
        post_form(app, "mandate.lan:8080", "http://mandate.lan:8080").await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{page}");
    assert!(headers.contains_key(header::SET_COOKIE));
    // Without a referrer at all, browsers say `Origin: null` with every form.
    let (_, headers, _) = app.get("/sign-in").await;
    assert_eq!(text(&headers, "referrer-policy"), "strict-origin");
}

both!(forms_work_by_any_host_name);

async fn a_form_that_is_refused_says_what_to_do(app: &TestApp) {
    for origin in ["null", "http://evil.example"] {
        let (status, headers, page) = post_form(app, "mandate.lan:8080", origin).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert!(!headers.contains_key(header::SET_COOKIE));
        assert!(
            page.contains("The form was not taken") && page.contains("Open the page here"),
            "{page}"
        );
    }
}

both!(a_form_that_is_refused_says_what_to_do);
