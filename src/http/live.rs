//! `GET /graphql` with an upgrade: live subscriptions by `graphql-transport-ws`, and nothing else.
//!
//! The first message says who the client is (`{ "Authorization": "Bearer …" }`). It is decided for each
//! subscription whether it is permitted, and again at each event. The connection is closed when the token ends.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_graphql::{
    Data, Executor, Request, Response,
    http::{WebSocket, WebSocketProtocols, WsMessage},
    parser::types::{DocumentOperations, ExecutableDocument, OperationType, Selection},
};
use axum::{
    extract::{
        RawQuery, State,
        ws::{self, CloseFrame, WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};
use futures_util::{SinkExt, Stream, StreamExt, future, stream, stream::BoxStream};
use serde_json::Value;
use tokio::sync::Semaphore;

use super::{address::ClientAddress, graphql, origin, state::Http};
use crate::{
    app::App,
    domain::reason::{Code, Reason},
    error::Error,
    graphql::context::{Identity, Session},
    http::response,
    store::hot::facts::Asked,
    store::record,
};

const PROTOCOL: &str = "graphql-transport-ws";

/// Close codes of the protocol, and of RFC 6455 section 7.4.1.
const GOING_AWAY: u16 = 1001;
const UNAUTHORIZED: u16 = 4401;
const INIT_TIMEOUT: u16 = 4408;

/// Bytes of the reason in a close frame.
const MOST_REASON: usize = 123;

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
        let text = format!("Subscriptions are served by the subprotocol {PROTOCOL}.");
        return (StatusCode::BAD_REQUEST, text).into_response();
    }
    let Ok(place) = Arc::clone(&http.connections).try_acquire_owned() else {
        return (
            StatusCode::SERVICE_UNAVAILABLE,
            "No room for another connection.",
        )
            .into_response();
    };
    let limit = http.app.config.http.body_limit;
    upgrade
        .protocols([PROTOCOL])
        .max_message_size(limit)
        .max_frame_size(limit)
        .on_upgrade(async move |socket| {
            serve(http, address, socket).await;
            drop(place);
        })
}

async fn serve(http: Http, address: Option<String>, socket: ws::WebSocket) {
    let (mut sink, stream) = socket.split();
    let config = &http.app.config.live;
    let who = Arc::new(OnceLock::new());
    let subscriptions = Subscriptions {
        places: Arc::new(Semaphore::new(config.subscriptions_per_connection)),
        who: Arc::clone(&who),
        address,
        http: http.clone(),
    };
    let app = http.app.clone();
    let known = Arc::clone(&who);
    let messages = WebSocket::new(subscriptions, texts(stream), WebSocketProtocols::GraphQLWS)
        .on_connection_init(move |payload: Value| init(app, known, payload));
    futures_util::pin_mut!(messages);
    let look = Duration::from_millis(config.look_millis.max(10));
    let mut look = tokio::time::interval(look);
    let init = tokio::time::sleep(Duration::from_secs(config.init_seconds));
    futures_util::pin_mut!(init);
    let close = loop {
        tokio::select! {
            message = messages.next() => match message {
                Some(WsMessage::Text(text)) => {
                    if sink.send(ws::Message::Text(text.into())).await.is_err() {
                        return;
                    }
                }
                // The engine has codes of its own for clients that never said who they are.
                Some(WsMessage::Close(_, reason)) if who.get().is_none() => {
                    break (UNAUTHORIZED, reason);
                }
                Some(WsMessage::Close(code, reason)) => break (code, reason),
                None => return,
            },
            () = &mut init, if who.get().is_none() => {
                break (INIT_TIMEOUT, "Connection initialisation timeout".to_owned());
            }
            _ = look.tick() => {
                if let Some(Identity::User { until, .. }) = who.get()
                    && http.app.now() >= *until
                {
                    break (UNAUTHORIZED, "The access token ended.".to_owned());
                }
            }
            () = http.stop.cancelled() => break (GOING_AWAY, "The server stops.".to_owned()),
        }
    };
    // A close frame has room for no more (RFC 6455, section 5.5).
    let (code, mut reason) = close;
    reason.truncate(reason.floor_char_boundary(MOST_REASON));
    let frame = CloseFrame {
        code,
        reason: reason.into(),
    };
    if sink.send(ws::Message::Close(Some(frame))).await.is_err() {
        tracing::debug!("A connection was gone before it was closed.");
    }
}

/// What a client sends, until it is gone.
fn texts(
    stream: impl Stream<Item = Result<ws::Message, axum::Error>>,
) -> impl Stream<Item = Vec<u8>> {
    stream
        .take_while(|message| future::ready(!matches!(message, Err(_) | Ok(ws::Message::Close(_)))))
        .filter_map(|message| {
            future::ready(match message {
                Ok(ws::Message::Text(text)) => Some(text.as_bytes().to_vec()),
                Ok(ws::Message::Binary(bytes)) => Some(bytes.to_vec()),
                _ => None,
            })
        })
}

/// Finds out who the client is; an error closes the connection.
async fn init(
    app: App,
    who: Arc<OnceLock<Identity>>,
    payload: Value,
) -> async_graphql::Result<Data> {
    let named = |name: &str| payload.get(name).and_then(Value::as_str);
    let token = named("Authorization").or(named("authorization"));
    match graphql::identify(&app, token, Asked::caller).await {
        Ok(identity @ Identity::User { .. }) => {
            if who.set(identity).is_err() {
                return Err("The connection says twice who it is.".into());
            }
            Ok(Data::default())
        }
        Ok(_) => Err("Send `Authorization: Bearer …` with a good access token.".into()),
        Err(error) => {
            error.log();
            Err(error.message().into())
        }
    }
}

/// Runs the subscriptions of one connection, and refuses everything else.
#[derive(Clone)]
struct Subscriptions {
    http: Http,
    who: Arc<OnceLock<Identity>>,
    address: Option<String>,
    places: Arc<Semaphore>,
}

impl Subscriptions {
    fn prepare(
        &self,
        request: Request,
    ) -> Result<(Request, Arc<ExecutableDocument>), Box<Response>> {
        let document = self.http.precheck.document(&request.query);
        let document = document.map_err(|rejected| {
            Box::new(response::refused(
                rejected.code,
                rejected.reason,
                rejected.message,
            ))
        })?;
        if !is_one_subscription(&document) {
            return Err(refused(Reason::SubscriptionOnly).into());
        }
        let Some(identity) = self.who.get().cloned() else {
            let message = "The connection has not said who it is.";
            return Err(response::refused(Code::Unauthenticated, None, message).into());
        };
        let session = Session::new(self.http.app.clone(), identity, self.address.clone());
        let mut request = request.data(session);
        request.set_parsed_query(document.as_ref().clone());
        Ok((request, document))
    }
}

fn refused(reason: Reason) -> Response {
    let message = Error::Failed(reason).message();
    response::refused(reason.code(), Some(reason), message)
}

/// One subscription with one root field, as the language asks for (section 5.2.4.1).
fn is_one_subscription(document: &ExecutableDocument) -> bool {
    let mut operations = match &document.operations {
        DocumentOperations::Single(one) => vec![&one.node],
        DocumentOperations::Multiple(all) => all.values().map(|one| &one.node).collect(),
    };
    operations.retain(|operation| operation.ty == OperationType::Subscription);
    let [operation] = operations.as_slice() else {
        return false;
    };
    let items = &operation.selection_set.node.items;
    document.operations.iter().count() == 1
        && items.len() == 1
        && items
            .iter()
            .all(|item| matches!(item.node, Selection::Field(_)))
}

impl Executor for Subscriptions {
    async fn execute(&self, _: Request) -> Response {
        refused(Reason::SubscriptionOnly)
    }

    fn execute_stream(
        &self,
        request: Request,
        _: Option<Arc<Data>>,
    ) -> BoxStream<'static, Response> {
        let (request, document) = match self.prepare(request) {
            Ok(prepared) => prepared,
            Err(refused) => return stream::iter([*refused]).boxed(),
        };
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            return stream::iter([refused(Reason::TooManySubscriptions)]).boxed();
        };
        let told = self.http.schema.execute_stream(request);
        told.map(move |told| {
            // Held as long as the subscription runs.
            let _place = &place;
            response::mend(told, &document, None)
        })
        .boxed()
    }
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
