//! `GET /graphql` with an upgrade: a connection that speaks `graphql-transport-ws`. What it is told of other servers'
//! records.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{
        RawQuery, State,
        ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};

use super::{address::ClientAddress, graphql, origin, socket, state::Http};
use crate::{app::App, store::record};

const PROTOCOL: &str = "graphql-transport-ws";

/// Takes a connection; a request that does not ask for one is a query.
pub async fn connect(
    State(http): State<Http>,
    ClientAddress(address): ClientAddress,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> axum::response::Response {
    if !origin::asks_socket(&headers) {
        return graphql::read(http, address, headers, query.unwrap_or_default()).await;
    }
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(refused) => return refused.into_response(),
    };
    let offers = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter();
    let offered = offers
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|protocol| protocol.trim() == PROTOCOL);
    if !offered {
        let text = format!("Connections are served by the subprotocol {PROTOCOL}.");
        return (StatusCode::BAD_REQUEST, text).into_response();
    }
    let place = Arc::clone(&http.sockets.all).try_acquire_owned().ok();
    // Of one address, only few may not have said yet who they are.
    let unknown = http
        .sockets
        .of_addresses
        .take(address.clone().unwrap_or_default());
    let (Some(place), Some(unknown)) = (place, unknown) else {
        let later = [(header::RETRY_AFTER, "10")];
        let text = "No room for another connection.";
        return (StatusCode::SERVICE_UNAVAILABLE, later, text).into_response();
    };
    let limit = http.app.config.http.body_limit;
    upgrade
        .protocols([PROTOCOL])
        .max_message_size(limit)
        .max_frame_size(limit)
        .on_upgrade(async move |socket| {
            socket::serve(http, address, unknown, socket).await;
            drop(place);
        })
}

/// Looks at intervals for what other servers have recorded, and wakes the subscribers that wait for it.
pub async fn follow(app: App) {
    let look = Duration::from_millis(app.config.live.look_millis.max(10));
    loop {
        tokio::time::sleep(look).await;
        let waited_for = app.live.waited_for();
        if waited_for.is_empty() {
            continue;
        }
        match record::lengths(app.db.read(), &waited_for).await {
            Ok(lengths) => lengths
                .into_iter()
                .for_each(|(organization, length)| app.live.grown(organization, length)),
            Err(error) => error.log(),
        }
    }
}
