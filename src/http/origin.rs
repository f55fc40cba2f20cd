//! Origins: which front ends elsewhere may call the API, and which forms are this server's own.

use std::time::Duration;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tower_http::{
    cors::{AllowHeaders, CorsLayer},
    csrf::{CsrfLayer, ProtectionError},
};

use super::{frame, page};
use crate::app::App;

/// How long a browser remembers the answer to a preflight: the most that Chromium keeps.
const REMEMBERED: Duration = Duration::from_secs(7200);

/// Lets scripts of these origins call, without cookies: a token is all that they bring.
pub fn cors(allowed: &[String], exposed: [HeaderName; 5]) -> CorsLayer {
    let origins = allowed.iter();
    let origins = origins.filter_map(|origin| HeaderValue::from_str(origin).ok());
    CorsLayer::new()
        .allow_origin(origins.collect::<Vec<_>>())
        .allow_methods([Method::GET, Method::POST])
        // Clients send headers of their own, for tracing and the like. None of them lets anyone in.
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(exposed)
        .max_age(REMEMBERED)
}

/// Refuses what only a browser sends for a page of another origin, if that origin is not listed: a preflight,
/// and a WebSocket, for which browsers send no preflight (RFC 6455, section 10.2).
pub async fn listed(State(app): State<App>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let asked = headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) || asks_socket(headers);
    if !asked || is_known(headers, &app.config.http.allowed_origins) {
        return next.run(request).await;
    }
    let text = "Pages of this origin may not call. The operator of this server lists the origins that \
                may in http.allowed_origins.\n";
    tracing::info!(origin = ?headers.get(header::ORIGIN), "An origin that is not listed was refused.");
    let vary = [(header::VARY, "origin")];
    (StatusCode::FORBIDDEN, vary, text).into_response()
}

/// Whether a request asks for a WebSocket (RFC 6455, section 4.2.1).
pub fn asks_socket(headers: &HeaderMap) -> bool {
    let upgrade = headers.get(header::UPGRADE).map(HeaderValue::as_bytes);
    upgrade.is_some_and(|name| name.eq_ignore_ascii_case(b"websocket"))
}

/// Whether a request comes from a program, from a page of this server, or from a listed origin.
fn is_known(headers: &HeaderMap, allowed: &[String]) -> bool {
    let text = |name| headers.get(name).map(HeaderValue::to_str);
    let Some(origin) = text(header::ORIGIN) else {
        return true;
    };
    let Ok(origin) = origin else {
        return false;
    };
    if allowed.iter().any(|one| one == origin) {
        return true;
    }
    // No script can set this header (Fetch Metadata Request Headers, section 2.3).
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, Ok("same-origin"));
    }
    let authority = origin
        .strip_prefix("http://")
        .or(origin.strip_prefix("https://"));
    let host = text(header::HOST).and_then(Result::ok);
    host.is_some() && authority == host
}

/// Refuses forms of other sites, even if the browser sends a cookie with them.
pub fn own_forms() -> CsrfLayer<fn(ProtectionError) -> Response> {
    CsrfLayer::new().with_rejection_response(foreign_form)
}

fn foreign_form(_: ProtectionError) -> Response {
    let w = frame::words();
    let text = ["text", "do", "proxy"].map(|part| w.say(&format!("foreign-form-{part}")));
    page::notice(StatusCode::FORBIDDEN, &w.say("foreign-form"), &text)
}
