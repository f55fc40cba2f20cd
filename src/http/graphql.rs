//! `POST /graphql`: GraphQL over HTTP, single requests, `application/json` only; and queries by GET.

use std::sync::Arc;

use async_graphql::{Request, Response, Value, parser::types::ExecutableDocument};
use axum::{
    Extension,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
};
use entity::ids::{SessionId, UserId};
use futures_util::{StreamExt, stream, stream::BoxStream};
use tokio::runtime::Handle;

use super::{
    address::ClientAddress,
    answer::{Answer, GRAPHQL_JSON, Reply, accepts, cost_of, respond},
    question::{Question, Said, body_of, body_of_address, request},
    regulars::Guest,
    response,
    state::Http,
};
use crate::{
    app::App,
    auth::{
        claims::Claims,
        limit::{Sender, Spent},
        token::{self, Door},
    },
    domain::reason::Code,
    error::{Error, Result},
    graphql::{
        ahead,
        context::{Identity, Session},
    },
    store::hot::{self, facts::Asked},
};

/// Answers one request.
pub async fn handle(
    State(http): State<Http>,
    ClientAddress(address): ClientAddress,
    guest: Option<Extension<Guest>>,
    headers: HeaderMap,
    body: Body,
) -> axum::response::Response {
    let said = body_of(&http, &headers, body).await;
    let asked = said.and_then(|said| take(&http, authorization(&headers), &address, said));
    let guest = guest.map(|Extension(guest)| guest);
    answer(&http, guest, &headers, address, asked).await
}

/// Answers a query in the address, as some clients send it if it is short enough. Mutations must be sent as a
/// POST (GraphQL over HTTP, section 6.2).
pub async fn read(
    http: Http,
    address: Option<String>,
    headers: HeaderMap,
    query: String,
) -> axum::response::Response {
    let refused = |message| {
        Answer::refused(
            StatusCode::METHOD_NOT_ALLOWED,
            Code::ValidationFailed,
            message,
        )
    };
    let said = match http.app.config.http.queries_by_get {
        true => body_of_address(&query),
        false => Err(refused(
            "This server answers by POST only (`http.queries_by_get`).",
        )),
    };
    let asked = said.and_then(|said| take(&http, authorization(&headers), &address, said));
    let asked = asked.and_then(|asked| match asked.is_query() {
        true => Ok(asked),
        false => Err(refused(
            "By GET only queries are answered. Send a mutation by POST, a subscription over a WebSocket.",
        )),
    });
    let mut answer = answer(&http, None, &headers, address, asked).await;
    if answer.status() == StatusCode::METHOD_NOT_ALLOWED {
        let allow = HeaderValue::from_static("POST");
        answer.headers_mut().insert(header::ALLOW, allow);
    }
    answer
}

async fn answer(
    http: &Http,
    guest: Option<Guest>,
    headers: &HeaderMap,
    address: Option<String>,
    asked: Result<Question, Answer>,
) -> axum::response::Response {
    let modern = accepts(headers, GRAPHQL_JSON);
    let answer = match asked {
        Ok(asked) => execute(http, authorization(headers), address, asked).await,
        Err(refused) => refused,
    };
    if let Some(guest) = guest.filter(|_| answer.known) {
        guest.is_signed_in();
    }
    respond(&http.large, answer, modern)
}

fn authorization(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION);
    value.map(|value| value.to_str().unwrap_or_default())
}

/// What a document that is refused costs the address that it came from: reading it is most of the work.
const REFUSED: u64 = 100;

/// The request that a sender wants executed. Before the document of somebody unknown is read, its address must have
/// something left to spend.
///
/// # Errors
/// The answer, when it is not to be executed.
pub fn take(
    http: &Http,
    authorization: Option<&str>,
    address: &Option<String>,
    said: Said,
) -> Result<Question, Answer> {
    let limiters = &http.app.limiters;
    let address = Sender::Address(address.clone().unwrap_or_default());
    let spend = |cost| {
        limiters
            .spend(&address, cost)
            .map_err(|error| Answer::failed(&error))
    };
    if claims(&http.app, authorization).is_none() {
        spend(1)?;
    }
    request(http, said).or_else(|refused| {
        spend(REFUSED)?;
        Err(refused)
    })
}

/// Executes a query or a mutation. `authorization` is the header of that name, or what stands in its place.
pub async fn execute(
    http: &Http,
    authorization: Option<&str>,
    address: Option<String>,
    asked: Question,
) -> Answer {
    let sender = Sender::Address(address.clone().unwrap_or_default());
    let about_schema = asked.asks_schema.then(|| asked.schema_key());
    // Mutations answer with tokens and passwords.
    let open = asked.is_query();
    let said = said_by(http, authorization, address, asked).await;
    let (request, document, (spent, known)) = match said {
        Ok(said) => said,
        Err(refused) => return refused,
    };
    let name = request.operation_name.clone();
    let mend = |response| response::mend(response, &document, name.as_deref());
    let mut told = match about_schema {
        Some(key) => about_the_schema(http, key, request, mend).await,
        None => mend(http.schema.execute(request).await).into(),
    };
    if !told.is_executed() {
        // It was read all the same; the next one is refused if nothing is left.
        drop(http.app.limiters.spend(&sender, REFUSED));
    }
    let extensions = &mut told.response.extensions;
    extensions.insert("cost".to_owned(), cost_of(spent));
    let mut answer = Answer::from(told);
    answer.spent = Some(spent);
    answer.open = open;
    answer.known = known;
    answer
}

/// Executes what asks about the schema. The engine answers it without ever letting go of the thread: one at a time, on
/// a thread where nobody else waits.
///
/// What asks about nothing else has a key, under which the answer is kept.
async fn about_the_schema(
    http: &Http,
    key: Option<[u8; 32]>,
    request: Request,
    mend: impl Fn(Response) -> Response,
) -> Reply {
    let kept = || key.and_then(|key| http.schema_answers.get(&key));
    let known = |kept| Reply {
        response: Response::new(Value::Null),
        kept: Some(kept),
    };
    if let Some(kept) = kept() {
        return known(kept);
    }
    let Ok(_turn) = http.schema_turn.acquire().await else {
        return response::failed(&Error::Overloaded).into();
    };
    // Somebody before may have asked the same.
    if let Some(kept) = kept() {
        return known(kept);
    }
    let (schema, runtime) = (http.schema.clone(), Handle::current());
    let work = move || runtime.block_on(schema.execute(request));
    let done = tokio::task::spawn_blocking(work).await;
    let response = mend(done.unwrap_or_else(|error| response::failed(&Error::internal(error))));
    if let Some(key) = key.filter(|_| response.errors.is_empty()) {
        http.schema_answers.keep(key, &response.data);
    }
    response.into()
}

/// The answers to a live subscription.
pub async fn follow(
    http: &Http,
    authorization: Option<&str>,
    address: Option<String>,
    asked: Question,
) -> BoxStream<'static, Box<Reply>> {
    let (request, document, _) = match said_by(http, authorization, address, asked).await {
        Ok(said) => said,
        Err(refused) => return stream::iter([refused.told]).boxed(),
    };
    let name = request.operation_name.clone();
    let told = http.schema.execute_stream(request);
    let mended = move |told| response::mend(told, &document, name.as_deref());
    told.map(move |told| Box::new(mended(told).into())).boxed()
}

/// The request with its sender, what it spent of its limit, and whether it is signed in.
async fn said_by(
    http: &Http,
    authorization: Option<&str>,
    address: Option<String>,
    asked: Question,
) -> Result<(Request, Arc<ExecutableDocument>, (Spent, bool)), Answer> {
    let cost = asked.cost;
    let Question {
        request, document, ..
    } = asked;
    let name = request.operation_name.as_deref();
    let asked = |session, user| ahead::asked(session, user, &document, name, &request.variables);
    let identity = identify(&http.app, authorization, asked).await;
    let identity = identity.map_err(|error| Answer::failed(&error))?;
    let sender = match &identity {
        Identity::User { known, .. } => Sender::User(known.actor.user),
        _ => Sender::Address(address.clone().unwrap_or_default()),
    };
    let spent = http.app.limiters.spend(&sender, cost);
    let spent = spent.map_err(|error| Answer::failed(&error))?;
    let known = matches!(identity, Identity::User { .. });
    let session = Session::new(http.app.clone(), identity, address);
    Ok((request.data(session), document, (spent, known)))
}

/// The claims of a good token.
fn claims(app: &App, authorization: Option<&str>) -> Option<Claims> {
    let (scheme, token) = authorization?.split_once(' ')?;
    let token = scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim())?;
    token::verify(&app.keys, &app.config.auth, Door::Api, token, app.now())
}

/// The sender of the request: the token's user, as the database knows it now, with the facts that `asked` says.
///
/// `authorization` is the header of that name, or what stands in its place.
pub async fn identify(
    app: &App,
    authorization: Option<&str>,
    asked: impl FnOnce(SessionId, UserId) -> Asked,
) -> Result<Identity> {
    if authorization.is_none() {
        return Ok(Identity::Anonymous);
    }
    let Some(claims) = claims(app, authorization) else {
        return Ok(Identity::Invalid);
    };
    let now = app.now();
    let known = hot::facts::caller(&app.db, asked(claims.sid, claims.sub), now).await?;
    Ok(known.map_or(Identity::Invalid, |known| Identity::User {
        known: Arc::new(known),
        until: claims.until(),
    }))
}
