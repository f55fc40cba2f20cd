//! The HTTP server: GraphQL, GraphiQL, the pages that mails and offers link to, health.

mod address;
mod browser;
mod export;
mod grants_page;
mod graphiql;
mod graphql;
mod health;
mod link_page;
mod live;
mod offer_page;
mod page;
mod record_keys;
mod router;
mod sign_in_page;
mod sign_up_page;
mod unsubscribe_page;

use std::{net::SocketAddr, time::Duration};

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use router::router;

use crate::app::App;

/// Serves until `stop`, then lets running requests end, for a while.
///
/// # Errors
/// When the listener fails.
pub async fn serve(app: App, listener: TcpListener, stop: CancellationToken) -> anyhow::Result<()> {
    let grace = Duration::from_secs(app.config.http.shutdown_seconds);
    let following = tokio::spawn(live::follow(app.clone()));
    let service = router(app, stop.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let wait = stop.clone();
    let serving = axum::serve(listener, service)
        .with_graceful_shutdown(async move { wait.cancelled().await });
    tokio::select! {
        ended = serving.into_future() => ended?,
        () = deadline(stop, grace) => {
            tracing::warn!("Some requests did not end in time.");
        }
    }
    following.abort();
    Ok(())
}

async fn deadline(stop: CancellationToken, grace: Duration) {
    stop.cancelled().await;
    tokio::time::sleep(grace).await;
}
