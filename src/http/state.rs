//! What every handler is given, and the layer that sets a header for many of them.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_graphql::Value;
use axum::{
    extract::FromRef,
    http::{HeaderName, HeaderValue},
};
use entity::ids::UserId;
use lru::LruCache;
use serde_json::value::RawValue;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower_http::set_header::SetResponseHeaderLayer;

use super::{large::Large, precheck::Precheck};
use crate::{app::App, config::LiveConfig, graphql::Schema, places::Places};

/// What handlers are given.
#[derive(Clone)]
pub struct Http {
    /// The application.
    pub app: App,
    pub schema: Schema,
    /// The check of documents.
    pub precheck: Arc<Precheck>,
    /// Taken by who asks about the schema.
    pub schema_turn: Arc<Semaphore>,
    /// Answers about the schema.
    pub schema_answers: Arc<SchemaAnswers>,
    pub large: Large,
    /// Room for WebSockets.
    pub sockets: Sockets,
    /// Cancelled when the server stops.
    pub stop: CancellationToken,
}

/// Answers about the schema, by what was asked, as they are sent: building one again would cost ten times as much.
pub struct SchemaAnswers(Mutex<LruCache<[u8; 32], Arc<RawValue>>>);

impl Default for SchemaAnswers {
    fn default() -> Self {
        // Tools have few ways to ask.
        let most = NonZeroUsize::MIN.saturating_add(7);
        Self(Mutex::new(LruCache::new(most)))
    }
}

impl SchemaAnswers {
    fn kept(&self) -> MutexGuard<'_, LruCache<[u8; 32], Arc<RawValue>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer to this question, if it is kept.
    pub fn get(&self, key: &[u8; 32]) -> Option<Arc<RawValue>> {
        self.kept().get(key).cloned()
    }

    /// Keeps the answer to a question.
    pub fn keep(&self, key: [u8; 32], answer: &Value) {
        if let Ok(text) = serde_json::value::to_raw_value(answer) {
            self.kept().put(key, text.into());
        }
    }
}

/// Room for WebSockets.
#[derive(Clone)]
pub struct Sockets {
    /// In all.
    pub all: Arc<Semaphore>,
    /// Of clients who have not said yet who they are, by address.
    pub of_addresses: Places<String>,
    pub of_users: Places<UserId>,
}

impl Sockets {
    /// Room as the configuration says.
    pub fn new(config: &LiveConfig) -> Self {
        Self {
            all: Arc::new(Semaphore::new(config.connections)),
            of_addresses: Places::new(config.unknown_per_address),
            of_users: Places::new(config.connections_per_user),
        }
    }
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
