//! Ids as the API takes them.

use async_graphql::ID;

use crate::{
    domain::{
        reason::Reason,
        values::id::{FromGlobal, GlobalId},
    },
    error::{Error, Result},
};

/// The id behind an opaque text. The id of an organization may be that of one's own or of a client.
///
/// # Errors
/// [`Reason::IdInvalid`], naming the field, if it is no id of this API or is of another type.
pub fn parse<T: FromGlobal>(id: &ID, field: &'static str) -> Result<T> {
    GlobalId::decode(id)
        .and_then(T::from_global)
        .ok_or_else(|| Error::field(field, Reason::IdInvalid))
}
