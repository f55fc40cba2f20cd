//! Health: `/healthz` says that the process runs, `/readyz` that it can serve.

use axum::{extract::State, http::StatusCode};

use crate::app::App;

/// The process runs.
pub async fn live() -> &'static str {
    "ok\n"
}

/// The database answers, the ends of records can be anchored, and there is room on the disks.
pub async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    if app.anchors.is_failing() {
        return (
            StatusCode::SERVICE_UNAVAILABLE,
            "the anchor file cannot be written\n",
        );
    }
    if let Some(folder) = app.full_folder() {
        tracing::error!(folder = %folder.display(), "A folder is full or cannot be written.");
        return (
            StatusCode::SERVICE_UNAVAILABLE,
            "a disk is full or cannot be written\n",
        );
    }
    match app.db.ping().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(%error, "The database does not answer.");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the database does not answer, or takes no writes\n",
            )
        }
    }
}
