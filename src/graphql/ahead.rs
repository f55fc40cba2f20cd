//! What a request names first, read from its document before it is executed, so that the facts about it are loaded
//! together with the caller.

use async_graphql::{
    Value, Variables,
    parser::types::{ExecutableDocument, OperationDefinition, Selection},
};
use entity::ids::{SessionId, UserId};

use super::guard;
use crate::store::{facts::Subject, hot::facts::Asked};

/// The caller, with the account that the first root field names by `input`, and the user in it.
pub fn asked(
    session: SessionId,
    user: UserId,
    document: &ExecutableDocument,
    operation: Option<&str>,
    variables: &Variables,
) -> Asked {
    let subject = named(document, operation, variables);
    let known = subject.and_then(|subject| Asked::of(session, user, &subject));
    known.unwrap_or_else(|| Asked::caller(session, user))
}

fn named(
    document: &ExecutableDocument,
    operation: Option<&str>,
    variables: &Variables,
) -> Option<Subject> {
    let mut operations = document.operations.iter();
    let found = operations.find(|(name, _)| {
        operation.is_none() || name.map(async_graphql::Name::as_str) == operation
    });
    let definition: &OperationDefinition = &found?.1.node;
    let first = definition.selection_set.node.items.first()?;
    let Selection::Field(field) = &first.node else {
        return None;
    };
    let input = field.node.get_argument("input")?;
    let input = input.node.clone();
    // A variable that was not sent is refused when the document is validated.
    let input = input.into_const_with(|name| variables.get(&name).cloned().ok_or(()));
    match input {
        Ok(Value::Object(input)) => Some(guard::subject(&input)),
        _ => None,
    }
}
