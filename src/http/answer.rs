//! Answers to requests of GraphQL, on their way out (GraphQL over HTTP, section 6.4).

use std::{collections::BTreeMap, sync::Arc};

use async_graphql::{Name, Response, ServerError, Value as ConstValue};
use axum::{
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::IntoResponse,
};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{compression::Open, large::Large, page, response};
use crate::{auth::limit::Spent, domain::reason::Code, error::Error};

/// The media type of a request, and of an answer for those who do not know a newer one.
pub const JSON: &str = "application/json";

/// The media type of an answer.
pub const GRAPHQL_JSON: &str = "application/graphql-response+json";

/// What the engine answers, or what stands in place of its answer.
pub struct Reply {
    /// The answer.
    pub response: Response,
    /// Its data, if they are kept as text.
    pub kept: Option<Arc<RawValue>>,
}

impl From<Response> for Reply {
    fn from(response: Response) -> Self {
        Self {
            response,
            kept: None,
        }
    }
}

impl Reply {
    /// Whether an operation was executed; if not, the document or its variables were refused (GraphQL, section 7.1.2).
    pub fn is_executed(&self) -> bool {
        let mut errors = self.response.errors.iter();
        errors.all(|error| !error.path.is_empty())
    }
}

/// An answer on its way out.
pub struct Answer {
    /// A request that is not even a GraphQL request is answered with a status of its own.
    status: Option<StatusCode>,
    /// The answer.
    pub told: Box<Reply>,
    /// What it cost; in the headers, so that equal answers are equal.
    pub spent: Option<Spent>,
    /// Whether it holds no secret: the answer to a query.
    pub open: bool,
    /// Whether its sender is signed in.
    pub known: bool,
}

impl Answer {
    /// The answer to what is no request of GraphQL.
    pub fn malformed(message: impl Into<String>) -> Self {
        Self::refused(StatusCode::BAD_REQUEST, Code::ParseFailed, message)
    }

    /// The answer to a request that failed before it was executed.
    pub fn failed(error: &Error) -> Self {
        Self {
            status: Some(page::status(error)),
            told: Box::new(response::failed(error).into()),
            spent: None,
            open: false,
            known: false,
        }
    }

    /// The answer to what is refused with this status.
    pub fn refused(status: StatusCode, code: Code, message: impl Into<String>) -> Self {
        Self {
            status: Some(status),
            told: Box::new(response::refused(code, None, message).into()),
            spent: None,
            open: false,
            known: false,
        }
    }

    /// Whether the request was not even one of GraphQL.
    pub fn is_malformed(&self) -> bool {
        self.status.is_some_and(|status| status.is_client_error())
    }
}

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        Reply::from(response).into()
    }
}

impl From<Reply> for Answer {
    fn from(told: Reply) -> Self {
        Self {
            status: None,
            told: told.into(),
            spent: None,
            open: false,
            known: false,
        }
    }
}

/// Whether the sender takes an answer of this media type.
pub fn accepts(headers: &HeaderMap, media: &str) -> bool {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.contains(media))
}

/// What an answer says of its cost.
pub fn cost_of(spent: Spent) -> ConstValue {
    let parts = [("requested", spent.cost), ("perMinute", spent.limit)];
    let parts = parts.map(|(name, number)| (Name::new(name), ConstValue::from(number)));
    ConstValue::Object(parts.into_iter().collect())
}

/// The body of an answer, its fields in the order of the query (GraphQL, section 7.2.2).
#[derive(Serialize)]
pub struct AnswerBody<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Data<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extensions: &'a BTreeMap<String, ConstValue>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Data<'a> {
    Made(&'a ConstValue),
    Kept(&'a RawValue),
}

impl<'a> AnswerBody<'a> {
    /// The body of this answer: without `data`, if nothing was executed.
    pub fn of(told: &'a Reply) -> Self {
        let data = match &told.kept {
            Some(kept) => Data::Kept(kept),
            None => Data::Made(&told.response.data),
        };
        Self {
            errors: &told.response.errors,
            data: told.is_executed().then_some(data),
            extensions: &told.response.extensions,
        }
    }
}

/// GraphQL over HTTP, section 6.4: a request error has no `data`, and a 4xx status if the client accepts the
/// newer media type.
pub fn respond(large: &Large, answer: Answer, modern: bool) -> axum::response::Response {
    let Answer {
        status,
        told,
        spent,
        open,
        known,
    } = answer;
    let executed = told.is_executed();
    let Ok(body) = serde_json::to_vec(&AnswerBody::of(&told)) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let body = match known {
        true => body.into(),
        false => match large.hold(body) {
            Ok(body) => body,
            Err(error) => return respond(large, Answer::failed(&error), modern),
        },
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
    let mut answer = (status, headers, body).into_response();
    if open {
        answer.extensions_mut().insert(Open);
    }
    if let Some(seconds) = response::retry_after(&told.response) {
        answer
            .headers_mut()
            .insert(header::RETRY_AFTER, seconds.into());
    }
    if let Some(spent) = spent {
        for (name, number) in [
            ("x-ratelimit-limit", spent.limit),
            ("x-ratelimit-remaining", spent.left),
            ("x-ratelimit-reset", spent.full_after()),
        ] {
            let name = HeaderName::from_static(name);
            answer.headers_mut().insert(name, number.into());
        }
    }
    answer
}
