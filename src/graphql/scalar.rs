//! Scalars: cheap and pure, because arguments are parsed before guards.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};

use crate::{
    domain::values::Term,
    error::{Error, Result},
};

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
