//! The HTTP server: GraphQL, GraphiQL, the pages that mails and offers link to, health.

mod address;
mod browser;
mod export;
mod grants_page;
mod graphiql;
mod graphql;
mod hands_page;
mod health;
mod link_page;
mod live;
mod me_page;
mod offer_page;
mod origin;
mod page;
mod precheck;
mod record_keys;
mod recovery_page;
mod response;
mod router;
mod segment;
mod sign_in_page;
mod sign_up_page;
mod state;
mod unsubscribe_page;
mod verify_page;

use std::net::SocketAddr;

use tokio::net::TcpListener;

pub use precheck::Precheck;
pub use router::router;

use crate::{app::App, stop::Stop};

/// Serves until `stop`, then gives running requests some time to end.
///
/// # Errors
/// When the listener fails.
pub async fn serve(app: App, listener: TcpListener, stop: Stop) -> anyhow::Result<()> {
    let following = tokio::spawn(live::follow(app.clone()));
    let router = router(app, stop.token().clone());
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let asked = stop.clone();
    let serving =
        axum::serve(listener, service).with_graceful_shutdown(async move { asked.asked().await });
    tokio::select! {
        ended = serving.into_future() => ended?,
        () = stop.overdue() => tracing::warn!("Some requests did not end in time."),
    }
    following.abort();
    Ok(())
}
