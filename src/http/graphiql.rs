//! GraphiQL from embedded files: it works with the network cut.

use axum::{
    Extension,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};

use super::{compression::Open, segment::Segment};

const PAGE: &str = include_str!("graphiql/page.html");

/// GraphiQL's own policy: its scripts and styles come from this server, and it connects only to this server.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// The page.
pub async fn page() -> Response {
    ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(PAGE)).into_response()
}

/// A file of the page.
pub async fn file(Segment(name): Segment<String>) -> Response {
    const SCRIPT: &str = "text/javascript; charset=utf-8";
    let (kind, bytes): (_, &'static [u8]) = match name.as_str() {
        "graphiql.min.js" => (SCRIPT, include_bytes!("graphiql/graphiql.min.js")),
        "react.production.min.js" => (SCRIPT, include_bytes!("graphiql/react.production.min.js")),
        "react-dom.production.min.js" => (
            SCRIPT,
            include_bytes!("graphiql/react-dom.production.min.js"),
        ),
        "start.js" => (SCRIPT, include_bytes!("graphiql/start.js")),
        "graphiql.min.css" => (
            "text/css; charset=utf-8",
            include_bytes!("graphiql/graphiql.min.css"),
        ),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "max-age=86400"),
    ];
    (Extension(Open), headers, bytes).into_response()
}
