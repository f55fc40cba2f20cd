//! `POST /graphql`: GraphQL over HTTP, single requests, `application/json` only.
//!
//! Bodies are read here, so that every error, of the body too, is a GraphQL answer with a code.

use std::sync::Arc;

use async_graphql::{Request, Response, Variables};
use axum::{
    body::{Body, to_bytes},
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};
use serde_json::{Value, json};

use super::{address::ClientAddress, router::Http};
use crate::{
    app::App,
    auth::token::{self, Door},
    domain::reason::Code,
    error::Result,
    graphql::{
        context::{Identity, Session},
        response,
    },
    store::viewer,
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
    let modern = accepts(&headers, GRAPHQL_JSON);
    let answer = match request(&http, &headers, body).await {
        Ok(request) => execute(&http, &headers, address, request).await,
        Err(refused) => refused,
    };
    respond(answer, modern)
}

/// An answer on its way out.
struct Answer {
    /// What was not even a GraphQL request has a status of its own.
    status: Option<StatusCode>,
    response: Response,
}

impl Answer {
    fn refused(status: StatusCode, code: Code, message: impl Into<String>) -> Self {
        Self {
            status: Some(status),
            response: response::refused(code, None, message),
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

/// Reads the body and the document in it.
async fn request(http: &Http, headers: &HeaderMap, body: Body) -> Result<Request, Answer> {
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
    let malformed =
        |message: &str| Answer::refused(StatusCode::BAD_REQUEST, Code::ParseFailed, message);
    let body: Value =
        serde_json::from_slice(&bytes).map_err(|_| malformed("The body is not JSON."))?;
    let Value::Object(mut body) = body else {
        return Err(malformed(
            "The body is one JSON object: batches are not supported.",
        ));
    };
    let Some(Value::String(query)) = body.remove("query") else {
        return Err(malformed("The body has a text `query`."));
    };
    let variables = match body.remove("variables") {
        None | Some(Value::Null) => Variables::default(),
        Some(variables @ Value::Object(_)) => Variables::from_json(variables),
        Some(_) => return Err(malformed("`variables` is an object.")),
    };
    let operation_name = match body.remove("operationName") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some(name),
        Some(_) => return Err(malformed("`operationName` is a text.")),
    };
    let document = http.precheck.document(&query).map_err(|rejected| Answer {
        status: None,
        response: response::refused(rejected.code, rejected.reason, rejected.message),
    })?;
    let mut request = Request::new(query).variables(variables);
    request.operation_name = operation_name;
    request.set_parsed_query(document.as_ref().clone());
    Ok(request)
}

async fn execute(
    http: &Http,
    headers: &HeaderMap,
    address: Option<String>,
    request: Request,
) -> Answer {
    let identity = match identify(&http.app, headers).await {
        Ok(identity) => identity,
        Err(error) => {
            error.log();
            let response = response::refused(error.code(), error.reason(), error.message());
            return Answer {
                status: Some(StatusCode::SERVICE_UNAVAILABLE),
                response,
            };
        }
    };
    let session = Session::new(http.app.clone(), identity, address);
    let response = http.schema.execute(request.data(session)).await;
    Answer {
        status: None,
        response: response::mend(response),
    }
}

/// Who sent the request: the token's user as the database knows it now.
pub async fn identify(app: &App, headers: &HeaderMap) -> Result<Identity> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Ok(Identity::Anonymous);
    };
    let token = value.to_str().ok().and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme
            .eq_ignore_ascii_case("bearer")
            .then_some(token.trim())
    });
    let now = app.now();
    let claims =
        token.and_then(|token| token::verify(&app.keys, &app.config.auth, Door::Api, token, now));
    let Some(claims) = claims else {
        return Ok(Identity::Invalid);
    };
    let actor = viewer::find(app.db.read(), claims.sid, claims.sub, now).await?;
    Ok(actor.map_or(Identity::Invalid, |actor| Identity::User {
        actor: Arc::new(actor),
        until: claims.until(),
    }))
}

/// GraphQL over HTTP, section 6.4: a request error has no `data`, and a 4xx status where the client
/// takes the newer media type.
fn respond(answer: Answer, modern: bool) -> axum::response::Response {
    let Answer { status, response } = answer;
    let executed = response.errors.iter().all(|error| !error.path.is_empty());
    let body = if executed {
        serde_json::to_value(&response)
    } else {
        serde_json::to_value(&response.errors).map(|errors| json!({ "errors": errors }))
    };
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
    (status, headers, body.to_string()).into_response()
}
