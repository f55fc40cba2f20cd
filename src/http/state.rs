//! What every handler is given, and the layer that sets a header for many of them.

use std::sync::Arc;

use axum::{
    extract::FromRef,
    http::{HeaderName, HeaderValue},
};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower_http::set_header::SetResponseHeaderLayer;

use super::precheck::Precheck;
use crate::{app::App, graphql::Schema};

/// What handlers are given.
#[derive(Clone)]
pub struct Http {
    /// The application.
    pub app: App,
    pub schema: Schema,
    /// The check of documents.
    pub precheck: Arc<Precheck>,
    /// Room for connections of subscribers.
    pub connections: Arc<Semaphore>,
    /// Cancelled when the server stops.
    pub stop: CancellationToken,
}

impl FromRef<Http> for App {
    fn from_ref(http: &Http) -> Self {
        http.app.clone()
    }
}

/// A layer that sets a header of responses that do not have it yet.
pub fn header(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}
