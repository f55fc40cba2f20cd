//! Traces: spans of requests, operations and mails, for a collector of OpenTelemetry (OTLP over HTTP).
//!
//! A span holds a method, a route, a kind and how it ended: no text of a tenant, and nothing of the log.

use std::{sync::OnceLock, time::Duration};

use anyhow::Context;
use async_trait::async_trait;
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use opentelemetry::{global, trace::TracerProvider};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    trace::{Sampler, SdkTracerProvider},
};
use tokio::runtime::Handle;
use tracing::Subscriber;
use tracing_subscriber::{Layer, filter::filter_fn, registry::LookupSpan};

use crate::config::TracesConfig;

/// How long a collector may take for one batch.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest answer of a collector that is read, in bytes.
const LONGEST: usize = 64 * 1024;

static PROVIDER: OnceLock<SdkTracerProvider> = OnceLock::new();

/// What sends spans to the collector, if there is one.
///
/// # Errors
/// When its address is none.
pub fn layer<S>(config: &TracesConfig) -> anyhow::Result<Option<impl Layer<S>>>
where
    S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
{
    if config.endpoint.is_empty() {
        return Ok(None);
    }
    let endpoint = format!("{}/v1/traces", config.endpoint.trim_end_matches('/'));
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(Collector::new())
        .with_endpoint(endpoint)
        .with_timeout(PATIENCE)
        .build()
        .context("traces.endpoint")?;
    let sampler = Sampler::TraceIdRatioBased(f64::from(config.percent) / 100.0);
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_sampler(Sampler::ParentBased(Box::new(sampler)))
        .with_resource(Resource::builder().with_service_name("mandate").build())
        .build();
    let tracer = provider.tracer("mandate");
    global::set_text_map_propagator(TraceContextPropagator::new());
    PROVIDER.get_or_init(|| provider);
    // Of the log, which says more, nothing leaves this machine.
    let own = filter_fn(|about| about.is_span() && about.target().starts_with("mandate"));
    let layer = tracing_opentelemetry::layer().with_tracer(tracer);
    let layer = layer.with_threads(false).with_location(false);
    Ok(Some(layer.with_filter(own)))
}

/// Sends what was not sent yet.
pub async fn finish() {
    let Some(provider) = PROVIDER.get() else {
        return;
    };
    // It waits for its own thread, which waits for this runtime.
    let ended = tokio::task::spawn_blocking(|| provider.shutdown_with_timeout(PATIENCE)).await;
    if !matches!(ended, Ok(Ok(()))) {
        tracing::warn!("The last traces were not taken by the collector.");
    }
}

/// Speaks to the collector.
#[derive(Clone, Debug)]
struct Collector {
    client: Client<HttpConnector, Full<Bytes>>,
    /// Batches are sent by a thread outside of it.
    runtime: Handle,
}

impl Collector {
    fn new() -> Self {
        Self {
            client: Client::builder(TokioExecutor::new()).build_http(),
            runtime: Handle::current(),
        }
    }

    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let answer = self.client.request(request.map(Full::new)).await?;
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, LONGEST).collect().await?.to_bytes();
        Ok(Response::from_parts(head, body))
    }
}

#[async_trait]
impl HttpClient for Collector {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let this = self.clone();
        let sending = async move { tokio::time::timeout(PATIENCE, this.send(request)).await };
        self.runtime.spawn(sending).await??
    }
}
