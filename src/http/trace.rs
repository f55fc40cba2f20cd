//! The span of each request, for the log and for traces.

use std::time::Duration;

use axum::{
    extract::MatchedPath,
    http::{Request, Response},
};
use opentelemetry::{global, trace::TraceContextExt};
use opentelemetry_http::HeaderExtractor;
use tower_http::{
    request_id::RequestId,
    trace::{DefaultOnResponse, OnResponse},
};
use tracing::{Level, Span, field};
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// A request's span: the route, never the address, which may contain the secret of a link.
pub(super) fn span<B>(request: &Request<B>) -> Span {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("none", MatchedPath::as_str);
    let id = request
        .extensions()
        .get::<RequestId>()
        .and_then(|id| id.header_value().to_str().ok())
        .unwrap_or_default();
    let span = tracing::info_span!(
        "request",
        otel.kind = "server",
        method = %request.method(),
        route,
        id,
        http.response.status_code = field::Empty,
    );
    // The trace that the caller began (W3C Trace Context).
    let caller =
        global::get_text_map_propagator(|from| from.extract(&HeaderExtractor(request.headers())));
    if caller.has_active_span() {
        // Where nothing is traced, there is no layer to tell it to.
        drop(span.set_parent(caller));
    }
    span
}

/// Notes the status, and logs it.
pub(super) fn answered<B>(response: &Response<B>, took: Duration, span: &Span) {
    span.record("http.response.status_code", response.status().as_u16());
    DefaultOnResponse::new()
        .level(Level::INFO)
        .on_response(response, took, span);
}
