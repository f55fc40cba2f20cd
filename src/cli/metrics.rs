//! The metrics, on an address of their own: whoever reaches it sees how busy the installation is.

use anyhow::Context;
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{
    app::App,
    auth::password::Crowd,
    error::Result,
    metrics::{MailsStanding, Standing},
    stop::Stop,
    store::outbox,
};

/// What Prometheus takes: the text format of OpenMetrics.
const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

async fn show(State(app): State<App>) -> Response {
    match text(&app).await {
        Ok(text) => ([(header::CONTENT_TYPE, TEXT)], text).into_response(),
        Err(error) => {
            error.log();
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// All that is counted, and how things stand.
///
/// # Errors
/// When the database fails between two questions.
pub async fn text(app: &App) -> Result<String> {
    let database_up = app.db.ping().await.is_ok();
    let mails = match database_up {
        true => {
            let waiting = outbox::waiting(&app.db.server(), app.now()).await?;
            let since = waiting.overdue_since;
            let overdue = since.and_then(|since| (app.now() - since).to_std().ok());
            Some(MailsStanding {
                waiting: waiting.waiting,
                given_up: waiting.given_up,
                overdue: overdue.unwrap_or_default(),
            })
        }
        false => None,
    };
    app.metrics.text(&Standing {
        database_up,
        anchors_up: !app.anchors.is_failing(),
        mails,
        acts_waiting: app.lanes.waiting(),
        passwords_waiting: app.hasher.waiting(Crowd::Strangers) + app.hasher.waiting(Crowd::Known),
        subscriptions: app.live.subscriptions(),
        records_held: app.anchors.held().len(),
        connections: app.db.connections(),
    })
}

/// Serves `/metrics` until the stop.
pub async fn serve(app: App, listener: TcpListener, stop: Stop) {
    let router = Router::new().route("/metrics", get(show)).with_state(app);
    let stopped = async move { stop.asked().await };
    let serving = axum::serve(listener, router).with_graceful_shutdown(stopped);
    if let Err(error) = serving.await {
        tracing::error!(%error, "Metrics are no longer served.");
    }
}

/// Serves metrics until the stop, if an address is set for them.
pub(super) async fn begin(app: &App, stop: &Stop) -> anyhow::Result<JoinHandle<()>> {
    let bind = &app.config.metrics.bind;
    if bind.is_empty() {
        return Ok(tokio::spawn(async {}));
    }
    let listener = TcpListener::bind(bind)
        .await
        .with_context(|| format!("metrics.bind: {bind}"))?;
    let serving = serve(app.clone(), listener, stop.clone());
    Ok(tokio::spawn(serving))
}
