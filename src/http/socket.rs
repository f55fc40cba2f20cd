//! One connection that speaks `graphql-transport-ws`: what its messages are, and what is answered to each.
//!
//! The protocol is the one of github.com/enisdenjo/graphql-ws, PROTOCOL.md: queries, mutations and subscriptions. Who
//! the client is stands in the first message (`{ "Authorization": "Bearer …" }`); it is looked up again for each
//! operation, as for a request of its own, and for a subscription at each event too.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use async_graphql::Response;
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use chrono::{DateTime, Utc};
use entity::ids::UserId;
use futures_util::{SinkExt, StreamExt, stream, stream::SplitSink};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::{sync::mpsc, task::AbortHandle};

use super::{
    answer::{AnswerBody, Reply},
    graphql,
    question::Question,
    response,
    state::Http,
};
use crate::{
    domain::reason::Reason, error::Error, graphql::context::Identity, places::Place,
    store::hot::facts::Asked,
};

/// Close codes of the protocol, and of RFC 6455 section 7.4.1 and its registry.
const GOING_AWAY: u16 = 1001;
const TRY_AGAIN_LATER: u16 = 1013;
const BAD_REQUEST: u16 = 4400;
const UNAUTHORIZED: u16 = 4401;
const INIT_TIMEOUT: u16 = 4408;
const ALREADY_SUBSCRIBED: u16 = 4409;
const INIT_TWICE: u16 = 4429;

/// Bytes of the reason in a close frame (RFC 6455, section 5.5).
const MOST_REASON: usize = 123;
/// How often a peer is asked whether it is there: proxies cut what is silent for a minute.
const PING: Duration = Duration::from_secs(30);
/// After how long without anything from it a peer is gone.
const GONE: Duration = Duration::from_secs(75);
/// How many answers may wait to be sent.
const WAITING: usize = 32;

/// What a client says.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Said {
    ConnectionInit {
        payload: Option<Map<String, Value>>,
    },
    Ping {
        payload: Option<Value>,
    },
    Pong {},
    Subscribe {
        id: String,
        payload: Map<String, Value>,
    },
    Complete {
        id: String,
    },
}

/// What an operation has to tell.
enum Told {
    Next(Box<Reply>),
    /// The document was refused: nothing comes after it.
    Refused(Box<Reply>),
    Complete,
}

/// Why a connection is closed.
struct Close(u16, String);

impl Close {
    fn new(code: u16, reason: impl Into<String>) -> Self {
        Self(code, reason.into())
    }
}

/// Who the client said it is, and until when that holds.
struct Known {
    authorization: String,
    until: DateTime<Utc>,
    _place: Place<UserId>,
}

/// An operation that runs; it ends when this is dropped.
struct Running(AbortHandle);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

struct Connection {
    http: Http,
    address: Option<String>,
    /// Held until the client has said who it is.
    unknown: Option<Place<String>>,
    known: Option<Arc<Known>>,
    running: HashMap<String, Running>,
    told: mpsc::Sender<(String, Told)>,
}

/// Serves a connection to its end.
pub async fn serve(http: Http, address: Option<String>, unknown: Place<String>, socket: WebSocket) {
    let (mut sink, mut stream) = socket.split();
    let (told, mut answers) = mpsc::channel(WAITING);
    let (app, stop) = (http.app.clone(), http.stop.clone());
    let config = &app.config.live;
    let mut connection = Connection {
        http,
        address,
        unknown: Some(unknown),
        known: None,
        running: HashMap::new(),
        told,
    };
    let mut look = tokio::time::interval(Duration::from_millis(config.look_millis.max(10)));
    let mut ping = tokio::time::interval(PING);
    ping.reset();
    let init = tokio::time::sleep(Duration::from_secs(config.init_seconds));
    let mut init = std::pin::pin!(init);
    let mut heard = Instant::now();
    let close = loop {
        let answer = tokio::select! {
            message = stream.next() => {
                heard = Instant::now();
                match message {
                    Some(Ok(Message::Text(text))) => connection.hear(text.as_str()).await,
                    Some(Ok(Message::Binary(_))) => Err(Close::new(BAD_REQUEST, "Send texts.")),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                    Some(Ok(Message::Close(_))) | None => return,
                    // Not of the protocol, no text, or too large; or the peer is gone, and will not be told.
                    Some(Err(_)) => Err(Close::new(BAD_REQUEST, "The message cannot be read.")),
                }
            }
            Some((id, told)) = answers.recv() => connection.tell(&id, told),
            () = &mut init, if connection.known.is_none() => {
                Err(Close::new(INIT_TIMEOUT, "Connection initialisation timeout"))
            }
            _ = look.tick() => match &connection.known {
                Some(known) if app.now() >= known.until => {
                    Err(Close::new(UNAUTHORIZED, "The access token ended."))
                }
                _ if heard.elapsed() > GONE => return,
                _ => continue,
            },
            _ = ping.tick() => {
                if !send(&mut sink, Message::Ping(Default::default())).await {
                    return;
                }
                continue;
            }
            () = stop.cancelled() => Err(Close::new(GOING_AWAY, "The server stops.")),
        };
        match answer {
            Ok(Some(answer)) => {
                if !send(&mut sink, Message::Text(answer.into())).await {
                    return;
                }
            }
            Ok(None) => {}
            Err(close) => break close,
        }
    };
    drop(connection);
    let Close(code, mut reason) = close;
    reason.truncate(reason.floor_char_boundary(MOST_REASON));
    let frame = CloseFrame {
        code,
        reason: reason.into(),
    };
    if !send(&mut sink, Message::Close(Some(frame))).await {
        tracing::debug!("A connection was gone before it was closed.");
    }
}

/// Sends a message; false if the peer is gone, or has not read for so long that it must be.
async fn send(sink: &mut SplitSink<WebSocket, Message>, message: Message) -> bool {
    let sent = tokio::time::timeout(GONE, sink.send(message)).await;
    sent.is_ok_and(|sent| sent.is_ok())
}

impl Connection {
    /// What is answered to a message at once.
    async fn hear(&mut self, text: &str) -> Result<Option<String>, Close> {
        let said = serde_json::from_str(text)
            .map_err(|_| Close::new(BAD_REQUEST, "The message is none of graphql-transport-ws."))?;
        match said {
            Said::ConnectionInit { payload } => self.init(payload.unwrap_or_default()).await,
            Said::Ping { payload } => Ok(Some(message("pong", None, payload))),
            Said::Pong {} => Ok(None),
            Said::Subscribe { id, .. } if id.is_empty() => {
                Err(Close::new(BAD_REQUEST, "An operation has an id."))
            }
            Said::Subscribe { id, payload } => self.subscribe(id, payload),
            Said::Complete { id } => {
                self.running.remove(&id);
                Ok(None)
            }
        }
    }

    async fn init(&mut self, payload: Map<String, Value>) -> Result<Option<String>, Close> {
        if self.known.is_some() {
            let reason = "Too many initialisation requests";
            return Err(Close::new(INIT_TWICE, reason));
        }
        let named = |name: &str| payload.get(name).and_then(Value::as_str);
        let authorization = named("Authorization").or(named("authorization"));
        let found = graphql::identify(&self.http.app, authorization, Asked::caller).await;
        match found {
            Ok(Identity::User { until, known }) => {
                let Some(place) = self.http.sockets.of_users.take(known.actor.user) else {
                    let reason = "You have too many connections.";
                    return Err(Close::new(TRY_AGAIN_LATER, reason));
                };
                self.unknown = None;
                self.known = Some(Arc::new(Known {
                    authorization: authorization.unwrap_or_default().to_owned(),
                    until,
                    _place: place,
                }));
                Ok(Some(message("connection_ack", None, None::<()>)))
            }
            Ok(_) => {
                let reason = "Send `Authorization: Bearer …` with a good access token.";
                Err(Close::new(UNAUTHORIZED, reason))
            }
            Err(error) => {
                error.log();
                Err(Close::new(UNAUTHORIZED, error.message()))
            }
        }
    }

    fn subscribe(
        &mut self,
        id: String,
        payload: Map<String, Value>,
    ) -> Result<Option<String>, Close> {
        let Some(known) = &self.known else {
            return Err(Close::new(UNAUTHORIZED, "Unauthorized"));
        };
        if self.running.contains_key(&id) {
            let reason = format!("Subscriber for {id} already exists");
            return Err(Close::new(ALREADY_SUBSCRIBED, reason));
        }
        let authorization = Some(known.authorization.as_str());
        let question = match graphql::take(&self.http, authorization, &self.address, payload) {
            Ok(question) => question,
            Err(refused) if refused.is_malformed() => {
                return Err(Close::new(
                    BAD_REQUEST,
                    "The payload is no request of GraphQL.",
                ));
            }
            Err(refused) => return Ok(Some(error(&id, &refused.told.response))),
        };
        if self.running.len() >= self.http.app.config.live.subscriptions_per_connection {
            return Ok(Some(error(&id, &refused(Reason::TooManySubscriptions))));
        }
        let told = self.told.clone();
        let (http, address) = (self.http.clone(), self.address.clone());
        let (known, name) = (Arc::clone(known), id.clone());
        let work = async move {
            let last = run(http, address, &known, question, &name, &told).await;
            // Nobody listens any more if it cannot be told.
            drop(told.send((name, last)).await);
        };
        let running = Running(tokio::spawn(work).abort_handle());
        self.running.insert(id, running);
        Ok(None)
    }

    /// The message that tells it; `None` if nobody waits for it any more.
    fn tell(&mut self, id: &str, told: Told) -> Result<Option<String>, Close> {
        if !self.running.contains_key(id) {
            return Ok(None);
        }
        Ok(Some(match told {
            Told::Next(told) => message("next", Some(id), Some(AnswerBody::of(&told))),
            Told::Refused(told) => {
                self.running.remove(id);
                error(id, &told.response)
            }
            Told::Complete => {
                self.running.remove(id);
                message("complete", Some(id), None::<()>)
            }
        }))
    }
}

/// The text of a message.
fn message(kind: &str, id: Option<&str>, payload: Option<impl Serialize>) -> String {
    #[derive(Serialize)]
    struct Message<'a, P> {
        r#type: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<P>,
    }
    let message = Message {
        r#type: kind,
        id,
        payload,
    };
    // What is in it has names for keys and numbers that JSON has: it is always written.
    serde_json::to_string(&message).unwrap_or_default()
}

fn error(id: &str, response: &Response) -> String {
    message("error", Some(id), Some(&response.errors))
}

fn refused(reason: Reason) -> Response {
    let message = Error::Failed(reason).message();
    response::refused(reason.code(), Some(reason), message)
}

/// Runs an operation; gives what is to be told last.
async fn run(
    http: Http,
    address: Option<String>,
    known: &Known,
    question: Question,
    id: &str,
    told: &mpsc::Sender<(String, Told)>,
) -> Told {
    let authorization = Some(known.authorization.as_str());
    let mut answers = match question.is_subscription() {
        true => graphql::follow(&http, authorization, address, question).await,
        false => {
            let answer = graphql::execute(&http, authorization, address, question).await;
            stream::iter([answer.told]).boxed()
        }
    };
    while let Some(answer) = answers.next().await {
        if !answer.is_executed() {
            return Told::Refused(answer);
        }
        if told
            .send((id.to_owned(), Told::Next(answer)))
            .await
            .is_err()
        {
            break;
        }
    }
    Told::Complete
}
