//! A part of a path, such as an id or a token.

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
    response::Response,
};
use serde::de::{
    DeserializeOwned, IntoDeserializer,
    value::{self, StrDeserializer},
};

use super::page;
use crate::domain::values::text::unquoted;

/// The variable part of the path, without what was pasted behind it, such as the full stop of a sentence. A path that
/// is no valid text (percent-encoded bytes that are not UTF-8) is answered as one that does not exist.
pub struct Segment<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Segment<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let part = Path::<String>::from_request_parts(parts, state).await;
        let part = part.ok().and_then(|Path(part)| {
            let part: StrDeserializer<'_, value::Error> = unquoted(&part).into_deserializer();
            T::deserialize(part).ok()
        });
        match part {
            Some(part) => Ok(Self(part)),
            None => Err(page::missing().await),
        }
    }
}
