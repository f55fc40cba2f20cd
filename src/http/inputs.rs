//! Values that come with a request: variables are coerced before anything is executed (GraphQL, section 6.1.2), and a
//! value that does not fit is answered with what would.

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

use async_graphql::{
    Value,
    parser::types::{BaseType, Type},
    registry::MetaType,
};
use chrono::DateTime;

use crate::graphql;

/// The types of inputs, by name.
static TYPES: LazyLock<HashMap<String, Input>> = LazyLock::new(|| {
    let types = graphql::registry().types.into_iter();
    let inputs = types.filter_map(|(name, ty)| Some((name, Input::of(ty)?)));
    inputs.collect()
});

/// How many characters of a value are said again.
const SAID: usize = 60;

/// The type of an input, as far as it is not a scalar.
enum Input {
    /// The names of its values.
    Enum(Vec<String>),
    /// Its fields: their types, and whether they have a default.
    Object(HashMap<String, (String, bool)>),
}

impl Input {
    fn of(ty: MetaType) -> Option<Self> {
        match ty {
            MetaType::Enum { enum_values, .. } => {
                Some(Self::Enum(enum_values.into_keys().collect()))
            }
            MetaType::InputObject { input_fields, .. } => {
                let fields = input_fields.into_values();
                let fields = fields.map(|field| {
                    let defaults = field.default_value.is_some();
                    (field.name, (field.ty, defaults))
                });
                Some(Self::Object(fields.collect()))
            }
            _ => None,
        }
    }
}

/// Why a value does not fit.
#[derive(Debug, PartialEq, Eq)]
pub struct Unfit {
    /// The innermost field of an input object that it is in.
    pub field: Option<String>,
    pub message: String,
}

/// Checks the value of a variable.
///
/// # Errors
/// When it does not fit its type: says why, and what would.
pub fn check(variable: &str, ty: &Type, value: &Value) -> Result<(), Unfit> {
    let place = Place {
        path: Cow::Owned(format!("${variable}")),
        field: None,
    };
    place.check(ty, value)
}

/// What a scalar's values look like, if its name does not say it.
fn form(scalar: &str) -> Option<&'static str> {
    Some(match scalar {
        "DateTime" => {
            "a date with a time and its distance from UTC (RFC 3339), such as \"2026-12-01T09:00:00Z\""
        }
        "Duration" => "a text of ISO 8601 such as \"P1Y\" or \"P90D\"",
        "Int" => "a whole number from -2147483648 to 2147483647",
        "Float" => "a number",
        "Boolean" => "true or false",
        "String" => "a text",
        "ID" => "an id, as this API gave it",
        _ => return None,
    })
}

fn fits(scalar: &str, value: &Value) -> bool {
    match (scalar, value) {
        ("DateTime", Value::String(text)) => DateTime::parse_from_rfc3339(text).is_ok(),
        ("Duration" | "String" | "ID", Value::String(_)) => true,
        ("ID" | "Int", Value::Number(number)) => number
            .as_i64()
            .is_some_and(|number| i32::try_from(number).is_ok()),
        ("Float", Value::Number(_)) | ("Boolean", Value::Boolean(_)) => true,
        ("DateTime" | "Duration" | "String" | "ID" | "Int" | "Float" | "Boolean", _) => false,
        // Of others the engine decides.
        _ => true,
    }
}

/// Where a value stands.
struct Place<'a> {
    path: Cow<'a, str>,
    field: Option<&'a str>,
}

impl Place<'_> {
    fn check(&self, ty: &Type, value: &Value) -> Result<(), Unfit> {
        if *value == Value::Null {
            return match ty.nullable {
                true => Ok(()),
                false => Err(self.unfit(format!("needs a value of the type `{}`.", ty.base))),
            };
        }
        let name = match &ty.base {
            BaseType::List(item) => {
                return match value {
                    Value::List(items) => {
                        let mut items = items.iter().enumerate();
                        items.try_for_each(|(at, value)| self.at(at).check(item, value))
                    }
                    // One value stands for a list of it (section 3.11).
                    value => self.check(item, value),
                };
            }
            BaseType::Named(name) => name.as_str(),
        };
        match (TYPES.get(name), value) {
            (Some(Input::Enum(names)), Value::String(given)) => self.of_enum(name, names, given),
            (Some(Input::Enum(names)), Value::Enum(given)) => self.of_enum(name, names, given),
            (Some(Input::Enum(names)), value) => self.of_enum(name, names, &value.to_string()),
            (Some(Input::Object(fields)), Value::Object(given)) => {
                for (field, value) in given {
                    let Some((ty, _)) = fields.get(field.as_str()) else {
                        return Err(self.unfit(format!("has no field {}.", cut(field))));
                    };
                    if let Some(ty) = Type::new(ty) {
                        self.within(field).check(&ty, value)?;
                    }
                }
                let missing = fields.iter().find(|(field, (ty, defaults))| {
                    ty.ends_with('!') && !defaults && !given.contains_key(field.as_str())
                });
                match missing {
                    Some((field, (ty, _))) => Err(self
                        .within(field)
                        .unfit(format!("needs a value of the type `{ty}`."))),
                    None => Ok(()),
                }
            }
            (Some(Input::Object(_)), _) => {
                Err(self.unfit(format!("is an object of the type `{name}`.")))
            }
            (None, value) if fits(name, value) => Ok(()),
            (None, value) => {
                let form = form(name).unwrap_or(name);
                let said = cut(&value.to_string());
                Err(self.unfit(format!("is {form}; {said} is not.")))
            }
        }
    }

    fn of_enum(&self, name: &str, names: &[String], given: &str) -> Result<(), Unfit> {
        if names.iter().any(|known| known == given) {
            return Ok(());
        }
        let given = cut(given);
        Err(self.unfit(format!(
            "is one of the values of `{name}`: {}; {given} is not.",
            names.join(", ")
        )))
    }

    fn within<'a>(&'a self, field: &'a str) -> Place<'a> {
        Place {
            path: Cow::Owned(format!("{}.{field}", self.path)),
            field: Some(field),
        }
    }

    fn at(&self, index: usize) -> Place<'_> {
        Place {
            path: Cow::Owned(format!("{}[{index}]", self.path)),
            field: self.field,
        }
    }

    fn unfit(&self, message: String) -> Unfit {
        Unfit {
            field: self.field.map(str::to_owned),
            message: format!("`{}` {message}", self.path),
        }
    }
}

/// The beginning of what was sent.
fn cut(text: &str) -> String {
    match text.char_indices().nth(SAID) {
        Some((end, _)) => format!("`{}…`", text.get(..end).unwrap_or_default()),
        None => format!("`{text}`"),
    }
}

/// What the engine says of a value in a document, with what would fit: it says neither the names of an enum's values nor
/// what a time looks like, but names its own inner types.
pub fn plainly(message: &str) -> Option<String> {
    let bare = message
        .split(" (occurred while parsing ")
        .next()
        .unwrap_or_default();
    let quoted = |before: &str| {
        let rest = bare.split_once(before)?.1;
        rest.split('"').next()
    };
    if let Some(name) = quoted("enumeration type \"")
        && let Some(Input::Enum(names)) = TYPES.get(name)
    {
        return Some(format!("{bare}. Its values are {}.", names.join(", ")));
    }
    let scalar = quoted("Failed to parse \"").or_else(|| quoted("Expected input type \""));
    if let Some(form) = scalar.and_then(form) {
        let found = bare
            .split_once("\", found ")
            .map(|(_, found)| cut(found.trim_end_matches('.')));
        let found = found
            .map(|found| format!("; {found} is not"))
            .unwrap_or_default();
        return Some(format!(
            "A `{}` is {form}{found}.",
            scalar.unwrap_or_default()
        ));
    }
    (bare.len() < message.len()).then(|| bare.to_owned())
}

#[cfg(test)]
mod tests {
    use async_graphql::{Value, parser::types::Type};
    use serde_json::json;

    use super::{check, plainly};

    fn said(ty: &str, value: serde_json::Value) -> Option<String> {
        let value = Value::from_json(value).unwrap();
        check("x", &Type::new(ty).unwrap(), &value)
            .err()
            .map(|unfit| unfit.message)
    }

    #[test]
    fn what_does_not_fit_is_told_what_would() {
        for (ty, value) in [
            ("Int!", json!(5)),
            ("ID!", json!("x")),
            ("[Int!]", json!(5)),
            ("DateTime", json!("2026-12-01T09:00:00.5+01:00")),
            ("ClientOrder", json!("NAME")),
            (
                "ClientFilter",
                json!({ "states": ["ACTIVE"], "expiresBefore": null }),
            ),
            ("ClientFilter", json!({ "states": "ACTIVE" })),
        ] {
            assert_eq!(said(ty, value.clone()), None, "{ty} {value}");
        }
        for (ty, value, part) in [
            ("Int!", json!(null), "`$x` needs a value"),
            ("Int", json!(1.5), "a whole number"),
            ("Int", json!(4_000_000_000_u32), "a whole number"),
            ("[Int!]", json!([1, null]), "`$x[1]` needs a value"),
            (
                "DateTime",
                json!("2026-12-01"),
                "such as \"2026-12-01T09:00:00Z\"",
            ),
            ("ClientOrder", json!("NOPE"), "EXPIRY"),
            (
                "ClientFilter",
                json!({ "states": ["NOPE"] }),
                "`$x.states[0]` is one of",
            ),
            ("ClientFilter", json!({ "nope": 1 }), "no field `nope`"),
            (
                "AddUserInput!",
                json!({ "accountId": "x" }),
                "needs a value of the type `String!`",
            ),
        ] {
            let said = said(ty, value.clone()).unwrap();
            assert!(said.contains(part), "{ty} {value}: {said}");
        }
    }

    #[test]
    fn what_the_engine_says_is_said_plainly() {
        for (message, part) in [
            (
                "Failed to parse \"DateTime\": premature end of input (occurred while parsing \"CreateOfferInput\")",
                "such as \"2026-12-01T09:00:00Z\"",
            ),
            (
                "Expected input type \"Duration\", found 365. (occurred while parsing \"ProposalInput\") (occurred while parsing \"CreateOfferInput\")",
                "`365` is not",
            ),
            (
                "Invalid value for argument \"orderBy\", enumeration type \"ClientOrder\" does not contain the value \"NOPE\"",
                "EXPIRY",
            ),
        ] {
            let said = plainly(message).unwrap();
            assert!(said.contains(part) && !said.contains("occurred"), "{said}");
        }
        assert_eq!(plainly("Unknown field \"x\" on type \"Query\"."), None);
    }
}
