//! Mends answers after execution: a failed field is `null`, not absent, every error has a code, and fields
//! are in the order of the document.
//!
//! async-graphql leaves out the key of a failed field; the specification (GraphQL, section 6.4.4)
//! wants `null` there. Where an error's path names a key that is missing, it is put in.

use std::sync::Arc;

use async_graphql::{
    ErrorExtensionValues, Name, PathSegment, Response, ServerError, Value,
    parser::types::{ExecutableDocument, Selection, SelectionSet},
};

use super::inputs::{self, Unfit};
use crate::{
    domain::{
        described::Described,
        reason::{Code, Reason},
    },
    error::Error,
};

/// How many errors an answer has at most: a document with a thousand faults is answered with a few.
const MOST_ERRORS: usize = 100;

/// Mends the answer to an operation of a document: the one with this name, if there are several.
pub fn mend(
    mut response: Response,
    document: &ExecutableDocument,
    operation: Option<&str>,
) -> Response {
    response.errors.truncate(MOST_ERRORS);
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
    // A document that was not executed was not validated either: its fragments may form a circle.
    if response.data == Value::Null {
        return response;
    }
    let asked = document
        .operations
        .iter()
        .find(|(name, _)| operation.is_none() || name.map(Name::as_str) == operation);
    if let Some((_, asked)) = asked {
        let set = &asked.node.selection_set.node;
        Shape::of(&[set], document).arrange(&mut response.data);
    }
    response
}

/// The response keys of a selection with what is selected of each, in the order of the document. Fragments are
/// in their places, without regard to their type condition: the keys of those that do not apply are absent.
struct Shape<'a>(Vec<(&'a str, Shape<'a>)>);

impl<'a> Shape<'a> {
    fn of(sets: &[&'a SelectionSet], document: &'a ExecutableDocument) -> Self {
        let mut selected = Vec::new();
        for set in sets {
            gather(set, document, &mut selected);
        }
        let fields = selected.into_iter();
        Self(
            fields
                .map(|(key, sets)| (key, Self::of(&sets, document)))
                .collect(),
        )
    }

    /// Puts an answer's fields in this order (section 7.2.2): the engine leaves them in the order in which
    /// they came to an end.
    fn arrange(&self, value: &mut Value) {
        match value {
            Value::List(items) => items.iter_mut().for_each(|item| self.arrange(item)),
            Value::Object(fields) => {
                let places = fields.keys().map(|key| self.place(key.as_str()));
                if !places.is_sorted() {
                    fields.sort_by_cached_key(|key, _| self.place(key.as_str()));
                }
                for (key, value) in fields {
                    let within = self.place(key.as_str()).and_then(|place| self.0.get(place));
                    if let Some((_, within)) = within {
                        within.arrange(value);
                    }
                }
            }
            _ => {}
        }
    }

    fn place(&self, key: &str) -> Option<usize> {
        self.0.iter().position(|(known, _)| *known == key)
    }
}

/// Adds what a set selects, by response key: what is selected of one key in several places is merged.
fn gather<'a>(
    set: &'a SelectionSet,
    document: &'a ExecutableDocument,
    selected: &mut Vec<(&'a str, Vec<&'a SelectionSet>)>,
) {
    for item in &set.items {
        match &item.node {
            Selection::Field(field) => {
                let key = field.node.response_key().node.as_str();
                let within = &field.node.selection_set.node;
                match selected.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, sets)) => sets.push(within),
                    None => selected.push((key, vec![within])),
                }
            }
            Selection::InlineFragment(inline) => {
                gather(&inline.node.selection_set.node, document, selected);
            }
            Selection::FragmentSpread(spread) => {
                let name = &spread.node.fragment_name.node;
                if let Some(fragment) = document.fragments.get(name) {
                    gather(&fragment.node.selection_set.node, document, selected);
                }
            }
        }
    }
}

/// Puts `null` where the path names a missing key, and objects where the path goes through one.
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

/// Gives an error its `code`, and `reason` and `field` if there are any.
fn code(error: &mut ServerError) {
    let source = error.source.as_ref();
    let known = source.and_then(|source| {
        source
            .downcast_ref::<Error>()
            .or_else(|| source.downcast_ref::<Arc<Error>>().map(|error| &**error))
    });
    let Some(known) = known else {
        let code = foreign(error);
        if let Some(message) = inputs::plainly(&error.message) {
            error.message = message;
        }
        shortened(&mut error.message);
        set(error, code, None, None);
        return;
    };
    known.log();
    let field = match known {
        Error::Input { field, .. } => Some(*field),
        _ => None,
    };
    let (code, reason, retry) = (known.code(), known.reason(), known.retry_after());
    error.message = known.message();
    error.source = None;
    set(error, code, reason, field);
    after(error, retry);
}

/// Says after how many seconds to try again.
fn after(error: &mut ServerError, seconds: Option<u64>) {
    if let (Some(seconds), Some(extensions)) = (seconds, &mut error.extensions) {
        extensions.set(RETRY_AFTER, seconds);
    }
}

/// The extension of an error that says after how many seconds to try again.
const RETRY_AFTER: &str = "retryAfter";

/// After how many seconds to try again, if one of the errors says so.
pub fn retry_after(response: &Response) -> Option<u64> {
    let extensions = response
        .errors
        .iter()
        .filter_map(|error| error.extensions.as_ref());
    let seconds = extensions.filter_map(|extensions| match extensions.get(RETRY_AFTER) {
        Some(Value::Number(seconds)) => seconds.as_u64(),
        _ => None,
    });
    seconds.max()
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

/// The answer to a request that failed before it was executed.
pub fn failed(error: &Error) -> Response {
    error.log();
    let mut response = refused(error.code(), error.reason(), error.message());
    for one in &mut response.errors {
        after(one, error.retry_after());
    }
    response
}

/// The answer to a request with a variable that does not fit.
pub fn unfit(unfit: &Unfit) -> Response {
    let mut message = unfit.message.clone();
    shortened(&mut message);
    let mut error = ServerError::new(message, None);
    let reason = Some(Reason::InputInvalid);
    set(
        &mut error,
        Code::BadUserInput,
        reason,
        unfit.field.as_deref(),
    );
    Response::from_errors(vec![error])
}

/// How many characters a message has at most: what was sent is not sent back at length.
const LONGEST: usize = 1000;

fn shortened(message: &mut String) {
    if let Some((end, _)) = message.char_indices().nth(LONGEST) {
        message.truncate(end);
        message.push('…');
    }
}

/// The answer to a request that never reached execution.
pub fn refused(code: Code, reason: Option<Reason>, message: impl Into<String>) -> Response {
    let mut message = message.into();
    shortened(&mut message);
    let mut error = ServerError::new(message, None);
    set(&mut error, code, reason, None);
    Response::from_errors(vec![error])
}
