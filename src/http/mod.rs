//! The HTTP server: GraphQL, GraphiQL, the pages that mails and offers link to, health.

mod acts;
mod address;
mod answer;
mod browser;
mod compression;
mod connections;
mod cost;
mod descriptors;
mod door;
mod export;
mod frame;
mod grants_page;
mod graphiql;
mod graphql;
mod hands_page;
mod health;
mod inputs;
mod introspection;
mod large;
mod link_page;
mod live;
mod me_page;
mod metrics;
mod offer_page;
mod origin;
mod page;
mod partner_page;
mod precheck;
mod question;
mod record_keys;
mod record_page;
mod recovery_page;
mod regulars;
mod response;
mod router;
mod rules_page;
mod segment;
mod sent;
mod sign_in_page;
mod sign_up_page;
mod socket;
mod state;
mod tls;
mod trace;
mod unsubscribe_page;
mod verify_page;

pub use door::Door;
pub use precheck::Precheck;
pub use router::router;
pub use tls::check as certificate;

use crate::{app::App, stop::Stop};

/// Serves until `stop`, then gives running requests some time to end.
pub async fn serve(app: App, door: impl Into<Door>, stop: Stop) {
    let door = door.into();
    let following = tokio::spawn(live::follow(app.clone()));
    let router = router(app.clone(), stop.token().clone());
    tokio::select! {
        () = connections::serve(door, router, &app.config.http, &stop) => {}
        () = stop.overdue() => tracing::warn!("Some requests did not end in time."),
    }
    following.abort();
}
