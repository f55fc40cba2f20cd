//! Scalars: cheap and pure, because arguments are parsed before guards.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{DateTime, Datelike, Utc};

use crate::{
    domain::values::{Invalid, Term},
    error::{Error, Result},
};

/// A time that was sent: of a year that RFC 3339 can write (section 1), since databases hold few others, cut
/// to microseconds, and a leap second as the one after it.
///
/// # Errors
/// When it is of another year, naming the field.
pub fn time(at: DateTime<Utc>, field: &'static str) -> Result<DateTime<Utc>> {
    DateTime::from_timestamp_micros(at.timestamp_micros())
        .filter(|at| (0..=9999).contains(&at.year()))
        .ok_or_else(|| Error::input(field, Invalid::new("A time is of the years 0000 to 9999.")))
}

/// The same for a time that may be left out.
///
/// # Errors
/// As [`time`].
pub fn maybe_time(at: Option<DateTime<Utc>>, field: &'static str) -> Result<Option<DateTime<Utc>>> {
    at.map(|at| time(at, field)).transpose()
}

/// An ISO 8601 duration of whole years, months, weeks or days, such as `P1Y` or `P90D`, counted by
/// the UTC calendar.
pub struct Duration(pub String);

/// An ISO 8601 duration of whole years, months, weeks or days, such as `P1Y` or `P90D`, counted by
/// the UTC calendar.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#appendix-A")]
impl ScalarType for Duration {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => Ok(Self(text)),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

impl Duration {
    /// The term.
    ///
    /// # Errors
    /// When it is not an acceptable one, naming the field.
    pub fn term(&self, field: &'static str) -> Result<Term> {
        Term::try_from(self.0.as_str()).map_err(|invalid| Error::input(field, invalid))
    }
}
