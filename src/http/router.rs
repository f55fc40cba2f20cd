//! Routes and what surrounds them: request ids, logs without addresses of links, limits, headers.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, Request, StatusCode, Uri, header, uri::PathAndQuery},
    middleware::{from_fn_with_state, map_request, map_response},
    routing::{get, post},
};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower_http::{
    catch_panic::CatchPanicLayer,
    limit::RequestBodyLimitLayer,
    request_id::{MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer},
    set_header::SetResponseHeaderLayer,
    timeout::TimeoutLayer,
    trace::TraceLayer,
};

use super::{
    compression, export, frame, grants_page, graphiql, graphql, hands_page, health,
    large::Large,
    link_page, live, me_page, metrics, offer_page, origin, page, partner_page,
    precheck::Precheck,
    record_keys, record_page, recovery_page, rules_page, sign_in_page, sign_up_page,
    state::{Http, Sockets, header},
    trace, unsubscribe_page, verify_page,
};
use crate::{app::App, graphql::schema};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Headers of answers that scripts of other origins may read.
const EXPOSED: [HeaderName; 5] = [
    REQUEST_ID,
    header::RETRY_AFTER,
    HeaderName::from_static("x-ratelimit-limit"),
    HeaderName::from_static("x-ratelimit-remaining"),
    HeaderName::from_static("x-ratelimit-reset"),
];

/// The service, which goes on until `stop`.
pub fn router(app: App, stop: CancellationToken) -> Router {
    let limits = &app.config.limits;
    let http = Http {
        schema: schema(limits),
        precheck: Arc::new(Precheck::new(limits)),
        schema_turn: Arc::new(Semaphore::new(1)),
        schema_answers: Arc::default(),
        large: Large::default(),
        sockets: Sockets::new(&app.config.live),
        stop,
        app: app.clone(),
    };
    // For a year, browsers come by TLS alone (RFC 6797).
    let strict = app.config.http.public_url.starts_with("https:");
    let body_limit = app.config.http.body_limit;
    let timeout = Duration::from_secs(app.config.http.timeout_seconds);
    // GraphQL reads its own body, so that one that is too large is answered as GraphQL.
    let api = Router::new().route("/graphql", post(graphql::handle).get(live::connect));
    let api = bounded(api, timeout)
        .layer(origin::cors(&app.config.http.allowed_origins, EXPOSED))
        .layer(from_fn_with_state(app.clone(), origin::listed));
    let links = Router::new()
        .route(
            "/sign-up/{secret}",
            get(sign_up_page::confirm).post(sign_up_page::complete),
        )
        .route(
            "/enrol/{secret}",
            get(link_page::enrol).post(link_page::enrol_post),
        )
        .route(
            "/reset/{secret}",
            get(link_page::reset).post(link_page::reset_post),
        )
        .route(
            "/contact/{secret}",
            get(link_page::contact).post(link_page::contact_post),
        )
        .route(
            "/recover/{secret}",
            get(recovery_page::recover).post(recovery_page::recover_post),
        )
        .route(
            "/recover/stop/{token}",
            get(recovery_page::stop).post(recovery_page::stop_post),
        )
        .layer(origin::own_forms())
        .layer(map_request(without_path));
    let pages = Router::new()
        .route(
            "/offers/{token}",
            get(offer_page::show).post(offer_page::answer),
        )
        .route(
            "/offers/{token}/sign-up",
            get(sign_up_page::show).post(sign_up_page::ask),
        )
        .route(
            "/sign-in",
            get(sign_in_page::show).post(sign_in_page::sign_in),
        )
        .route(
            "/sign-in/password",
            get(sign_in_page::choose_password).post(sign_in_page::change_password),
        )
        .route("/sign-out", post(sign_in_page::sign_out))
        .route("/grants", get(grants_page::list))
        .route(
            "/grants/{id}",
            get(grants_page::one::show).post(grants_page::act),
        )
        .route("/me", get(me_page::show).post(me_page::act))
        .route("/verify", get(verify_page::show).post(verify_page::check))
        .route("/hands", get(hands_page::list))
        .route("/hands/{id}", get(hands_page::back).post(hands_page::act))
        .route("/partner", get(partner_page::show).post(partner_page::make))
        .route(
            "/partner/offers/{id}",
            get(partner_page::offer::show).post(partner_page::offer::act),
        )
        .route("/partner/clients", get(partner_page::clients::list))
        .route(
            "/partner/people",
            get(partner_page::people::list).post(partner_page::people::set),
        )
        .route("/rules", get(rules_page::show).post(rules_page::set))
        .route("/record", get(record_page::show).post(record_page::export))
        .layer(origin::own_forms())
        .merge(links)
        // Mail programs post here, from any origin.
        .route(
            "/unsubscribe/{secret}",
            get(unsubscribe_page::show).post(unsubscribe_page::act),
        )
        .route("/exports/{secret}", get(export::download))
        .route("/notes/{token}", get(verify_page::note))
        .route("/logo", get(page::logo))
        .fallback(page::unknown)
        .layer(map_response(page::wait))
        .layer(from_fn_with_state(app.clone(), frame::read))
        .layer(header(header::CONTENT_SECURITY_POLICY, page::POLICY))
        .layer(header(header::CACHE_CONTROL, "no-store"))
        .layer(DefaultBodyLimit::max(body_limit))
        .layer(RequestBodyLimitLayer::new(body_limit));
    let pages = pages
        .route("/", get(me_page::first))
        .route("/style.css", get(page::style))
        .route("/graphiql", get(graphiql::page))
        .route("/graphiql/{file}", get(graphiql::file))
        .route(
            "/.well-known/mandate-record-keys.json",
            get(record_keys::show),
        )
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready));
    Router::new()
        .merge(api)
        .merge(bounded(pages, timeout))
        .with_state(http)
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::STRICT_TRANSPORT_SECURITY,
            strict.then(|| HeaderValue::from_static("max-age=31536000")),
        ))
        // Never a path, which may hold a secret. Without any referrer, browsers would send forms with
        // `Origin: null`, and no form could be told from that of another site.
        .layer(header(header::REFERRER_POLICY, "strict-origin"))
        .layer(compression::layer())
        .layer(from_fn_with_state(app.clone(), metrics::count))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(trace::span)
                .on_response(trace::answered),
        )
        .layer(SetRequestIdLayer::new(REQUEST_ID, NewRequestId(app)))
}

/// Answers in place of a handler that fails or takes too long.
fn bounded(router: Router<Http>, timeout: Duration) -> Router<Http> {
    let timeout = TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, timeout);
    router.layer(CatchPanicLayer::new()).layer(timeout)
}

/// Removes the path from a request that is already routed: the CSRF layer logs the addresses that it refuses,
/// and these may contain the secret of a link. The authority stays, since the layer compares it.
async fn without_path<B>(mut request: Request<B>) -> Request<B> {
    let mut parts = request.uri().clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::from_static("/"));
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
    request
}

/// Makes random request ids, for requests that came without one.
#[derive(Clone)]
struct NewRequestId(App);

impl MakeRequestId for NewRequestId {
    fn make_request_id<B>(&mut self, _: &Request<B>) -> Option<RequestId> {
        let id = hex::encode(self.0.rng.bytes::<16>());
        HeaderValue::from_str(&id).ok().map(RequestId::new)
    }
}
