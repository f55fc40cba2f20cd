//! Mends answers after execution: a failed field is `null`, not absent, and every error has a code.
//!
//! async-graphql leaves out the key of a failed field; the specification (GraphQL, section 6.4.4)
//! wants `null` there. Where an error's path names a key that is missing, it is put in.

use std::sync::Arc;

use async_graphql::{ErrorExtensionValues, Name, PathSegment, Response, ServerError, Value};

use crate::{
    domain::{
        described::Described,
        reason::{Code, Reason},
    },
    error::Error,
};

/// Mends an answer in place. `keys` are the response keys of the operation's root fields.
pub fn mend(mut response: Response) -> Response {
    for error in &mut response.errors {
        code(error);
    }
    let paths: Vec<_> = response
        .errors
        .iter()
        .filter(|error| !error.path.is_empty())
        .map(|error| error.path.clone())
        .collect();
    if !paths.is_empty() && response.data == Value::Null {
        response.data = Value::Object(Default::default());
    }
    for path in paths {
        put_null(&mut response.data, &path);
    }
    response
}

/// Puts `null` where the path names a missing key, and objects where it goes through one.
fn put_null(value: &mut Value, path: &[PathSegment]) {
    let Some((first, rest)) = path.split_first() else {
        return;
    };
    match (first, value) {
        (PathSegment::Field(name), Value::Object(fields)) => {
            let next = fields.entry(Name::new(name)).or_insert(Value::Null);
            if !rest.is_empty() {
                // An object whose only field failed came out as null.
                if *next == Value::Null && matches!(rest.first(), Some(PathSegment::Field(_))) {
                    *next = Value::Object(Default::default());
                }
                put_null(next, rest);
            }
        }
        (PathSegment::Index(index), Value::List(items)) => {
            if let Some(next) = items.get_mut(*index) {
                if !rest.is_empty() && *next == Value::Null {
                    *next = Value::Object(Default::default());
                }
                put_null(next, rest);
            }
        }
        _ => {}
    }
}

/// Gives an error its `code`, and `reason` and `field` where there are.
fn code(error: &mut ServerError) {
    let source = error.source.as_ref();
    let known = source.and_then(|source| {
        source
            .downcast_ref::<Error>()
            .or_else(|| source.downcast_ref::<Arc<Error>>().map(|error| &**error))
    });
    let Some(known) = known else {
        let code = foreign(error);
        set(error, code, None, None);
        return;
    };
    known.log();
    let field = match known {
        Error::Input { field, .. } => Some(*field),
        _ => None,
    };
    let (code, reason) = (known.code(), known.reason());
    error.message = known.message();
    error.source = None;
    set(error, code, reason, field);
}

fn set(error: &mut ServerError, code: Code, reason: Option<Reason>, field: Option<&str>) {
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", code.name());
    if let Some(reason) = reason {
        extensions.set("reason", reason.name());
    }
    if let Some(field) = field {
        extensions.set("field", field);
    }
    error.extensions = Some(extensions);
}

/// The code of an error that the GraphQL engine itself made.
fn foreign(error: &ServerError) -> Code {
    if matches!(
        error.message.as_str(),
        "Query is too complex." | "Query is nested too deep."
    ) || error
        .message
        .starts_with("The recursion depth of the query")
        || error.message.contains("directives")
    {
        Code::QueryTooComplex
    } else if error.path.is_empty() {
        Code::ValidationFailed
    } else {
        // Within execution the engine itself only fails on arguments that do not parse.
        Code::BadUserInput
    }
}

/// The answer to a request that never reached execution.
pub fn refused(code: Code, reason: Option<Reason>, message: impl Into<String>) -> Response {
    let mut error = ServerError::new(message, None);
    set(&mut error, code, reason, None);
    Response::from_errors(vec![error])
}
