//! `POST /graphql`: GraphQL over HTTP, single requests, `application/json` only; and queries by GET.
//!
//! Bodies are read here, so that every error, of the body too, is a GraphQL answer with a code.

use std::sync::Arc;

use async_graphql::{
    Name, Request, Response, ServerError, Value as ConstValue, Variables,
    parser::types::{ExecutableDocument, OperationType},
};
use axum::{
    body::{Body, to_bytes},
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::IntoResponse,
};
use entity::ids::{SessionId, UserId};
use serde::Serialize;
use serde_json::Value;

use super::{address::ClientAddress, state::Http};
use crate::{
    app::App,
    auth::token::{self, Door},
    domain::reason::Code,
    error::Result,
    graphql::{
        ahead,
        context::{Identity, Session},
    },
    http::response,
    store::hot::{self, facts::Asked},
};

const JSON: &str = "application/json";
const GRAPHQL_JSON: &str = "application/graphql-response+json";

/// Answers one request.
pub async fn handle(
    State(http): State<Http>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    body: Body,
) -> axum::response::Response {
    let said = body_of(&http, &headers, body).await;
    let asked = said.and_then(|said| request(&http, said));
    answer(&http, &headers, address, asked).await
}

/// Answers a query in the address, as some clients send it if it is short enough. Mutations must be sent as a
/// POST (GraphQL over HTTP, section 6.2).
pub async fn read(
    http: Http,
    address: Option<String>,
    headers: HeaderMap,
    query: String,
) -> axum::response::Response {
    let said = body_of_address(&query);
    let asked = said.and_then(|said| request(&http, said));
    let asked = asked.and_then(|asked| {
        if asked.is_query() {
            Ok(asked)
        } else {
            Err(Answer::refused(
                StatusCode::METHOD_NOT_ALLOWED,
                Code::ValidationFailed,
                "By GET only queries are answered. Send a mutation by POST, a subscription over a WebSocket.",
            ))
        }
    });
    let mut answer = answer(&http, &headers, address, asked).await;
    if answer.status() == StatusCode::METHOD_NOT_ALLOWED {
        let allow = HeaderValue::from_static("POST");
        answer.headers_mut().insert(header::ALLOW, allow);
    }
    answer
}

async fn answer(
    http: &Http,
    headers: &HeaderMap,
    address: Option<String>,
    asked: Result<Question, Answer>,
) -> axum::response::Response {
    let modern = accepts(headers, GRAPHQL_JSON);
    let answer = match asked {
        Ok(asked) => execute(http, headers, address, asked).await,
        Err(refused) => refused,
    };
    respond(answer, modern)
}

/// A request that was read, and its document.
struct Question {
    request: Request,
    document: Arc<ExecutableDocument>,
}

impl Question {
    /// Whether it only reads. If the named operation is not in the document, it is refused later, like any other.
    fn is_query(&self) -> bool {
        let name = self.request.operation_name.as_deref();
        self.document
            .operations
            .iter()
            .filter(|(known, _)| name.is_none() || known.map(Name::as_str) == name)
            .all(|(_, operation)| operation.node.ty == OperationType::Query)
    }
}

/// An answer on its way out.
struct Answer {
    /// A request that is not even a GraphQL request is answered with a status of its own.
    status: Option<StatusCode>,
    response: Box<Response>,
}

impl Answer {
    fn refused(status: StatusCode, code: Code, message: impl Into<String>) -> Self {
        Self {
            status: Some(status),
            response: response::refused(code, None, message).into(),
        }
    }
}

fn accepts(headers: &HeaderMap, media: &str) -> bool {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.contains(media))
}

/// The parameters of a request, as they came.
type Said = serde_json::Map<String, Value>;

fn malformed(message: impl Into<String>) -> Answer {
    Answer::refused(StatusCode::BAD_REQUEST, Code::ParseFailed, message)
}

/// Reads the body.
async fn body_of(http: &Http, headers: &HeaderMap, body: Body) -> Result<Said, Answer> {
    let content = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let media = content
        .and_then(|content| content.split(';').next())
        .map(str::trim);
    if !media.is_some_and(|media| media.eq_ignore_ascii_case(JSON)) {
        return Err(Answer::refused(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Code::ParseFailed,
            "Send the request as application/json.",
        ));
    }
    let limit = http.app.config.http.body_limit;
    let Ok(bytes) = to_bytes(body, limit).await else {
        return Err(Answer::refused(
            StatusCode::PAYLOAD_TOO_LARGE,
            Code::ParseFailed,
            format!("The body is larger than {limit} bytes, or broke off."),
        ));
    };
    let body: Value =
        serde_json::from_slice(&bytes).map_err(|_| malformed("The body is not JSON."))?;
    match body {
        Value::Object(said) => Ok(said),
        _ => Err(malformed(
            "The body is one JSON object: batches are not supported.",
        )),
    }
}

/// Reads the parameters of an address, each once; `variables` is JSON in it.
fn body_of_address(query: &str) -> Result<Said, Answer> {
    let mut said = Said::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let value = match &*name {
            "variables" | "extensions" if !value.is_empty() => serde_json::from_str(&value)
                .map_err(|_| malformed(format!("`{name}` is not JSON.")))?,
            "variables" | "extensions" => Value::Null,
            _ => Value::String(value.into_owned()),
        };
        if said.insert(name.to_string(), value).is_some() {
            return Err(malformed(format!("`{name}` is there twice.")));
        }
    }
    Ok(said)
}

/// The request, and the document in it.
fn request(http: &Http, mut said: Said) -> Result<Question, Answer> {
    let Some(Value::String(query)) = said.remove("query") else {
        return Err(malformed("A request has a text `query`."));
    };
    let variables = match said.remove("variables") {
        None | Some(Value::Null) => Variables::default(),
        Some(variables @ Value::Object(_)) => Variables::from_json(variables),
        Some(_) => return Err(malformed("`variables` is an object.")),
    };
    let operation_name = match said.remove("operationName") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) if name.is_empty() => None,
        Some(Value::String(name)) => Some(name),
        Some(_) => return Err(malformed("`operationName` is a text.")),
    };
    let document = http.precheck.document(&query).map_err(|rejected| Answer {
        status: None,
        response: response::refused(rejected.code, rejected.reason, rejected.message).into(),
    })?;
    let mut request = Request::new(query).variables(variables);
    request.operation_name = operation_name;
    request.set_parsed_query(document.as_ref().clone());
    Ok(Question { request, document })
}

async fn execute(
    http: &Http,
    headers: &HeaderMap,
    address: Option<String>,
    asked: Question,
) -> Answer {
    let authorization = headers.get(header::AUTHORIZATION);
    let authorization = authorization.map(|value| value.to_str().unwrap_or_default());
    let Question { request, document } = asked;
    let name = request.operation_name.clone();
    let asked = |session, user| {
        ahead::asked(
            session,
            user,
            &document,
            name.as_deref(),
            &request.variables,
        )
    };
    let identity = match identify(&http.app, authorization, asked).await {
        Ok(identity) => identity,
        Err(error) => {
            error.log();
            let response = response::refused(error.code(), error.reason(), error.message());
            return Answer {
                status: Some(StatusCode::SERVICE_UNAVAILABLE),
                response: response.into(),
            };
        }
    };
    let session = Session::new(http.app.clone(), identity, address);
    let response = http.schema.execute(request.data(session)).await;
    Answer {
        status: None,
        response: response::mend(response, &document, name.as_deref()).into(),
    }
}

/// The sender of the request: the token's user, as the database knows it now, with the facts that `asked` says.
///
/// `authorization` is the header of that name, or what stands in its place.
pub async fn identify(
    app: &App,
    authorization: Option<&str>,
    asked: impl FnOnce(SessionId, UserId) -> Asked,
) -> Result<Identity> {
    let Some(value) = authorization else {
        return Ok(Identity::Anonymous);
    };
    let token = value
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    let now = app.now();
    let claims =
        token.and_then(|token| token::verify(&app.keys, &app.config.auth, Door::Api, token, now));
    let Some(claims) = claims else {
        return Ok(Identity::Invalid);
    };
    let known = hot::facts::caller(&app.db, asked(claims.sid, claims.sub), now).await?;
    Ok(known.map_or(Identity::Invalid, |known| Identity::User {
        known: Arc::new(known),
        until: claims.until(),
    }))
}

/// The body of an answer, its fields in the order of the query (GraphQL, section 7.2.2).
#[derive(Serialize)]
struct AnswerBody<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a ConstValue>,
}

/// GraphQL over HTTP, section 6.4: a request error has no `data`, and a 4xx status if the client accepts the
/// newer media type.
fn respond(answer: Answer, modern: bool) -> axum::response::Response {
    let Answer { status, response } = answer;
    let executed = response.errors.iter().all(|error| !error.path.is_empty());
    let body = serde_json::to_vec(&AnswerBody {
        errors: &response.errors,
        data: executed.then_some(&response.data),
    });
    let Ok(body) = body else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let status = status.unwrap_or(if executed || !modern {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    });
    let media = if modern { GRAPHQL_JSON } else { JSON };
    let headers = [
        (header::CONTENT_TYPE, format!("{media}; charset=utf-8")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (status, headers, body).into_response()
}
