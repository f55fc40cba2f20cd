//! Requests of GraphQL as they come: read from a body or an address, with their document.
//!
//! Bodies are read here, so that every error, of the body too, is a GraphQL answer with a code.

use std::sync::Arc;

use async_graphql::{
    Name, Request, Value as ConstValue, Variables,
    parser::types::{ExecutableDocument, OperationDefinition, OperationType, Selection},
};
use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, StatusCode, header},
};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    answer::{Answer, JSON},
    cost, inputs,
    precheck::Accepted,
    response,
    state::Http,
};
use crate::domain::reason::Code;

/// A request that was read, and its document.
pub struct Question {
    /// The request.
    pub request: Request,
    /// Its document.
    pub document: Arc<ExecutableDocument>,
    /// What it costs.
    pub cost: u64,
    /// Whether it asks about the schema.
    pub asks_schema: bool,
}

impl Question {
    /// The operations that it may mean. If the named one is not in the document, it is refused later.
    fn meant(&self) -> impl Iterator<Item = &OperationDefinition> {
        let name = self.request.operation_name.as_deref();
        let operations = self.document.operations.iter();
        let meant =
            operations.filter(move |(known, _)| name.is_none() || known.map(Name::as_str) == name);
        meant.map(|(_, operation)| &operation.node)
    }

    /// Refuses variables that are missing or do not fit: they are coerced before anything is executed (GraphQL,
    /// section 6.1.2).
    fn check_variables(&self) -> Result<(), Answer> {
        let mut operations = self.meant();
        let (Some(operation), None) = (operations.next(), operations.next()) else {
            return Ok(());
        };
        for variable in &operation.variable_definitions {
            let variable = &variable.node;
            let name = &variable.name.node;
            let given = self.request.variables.get(name);
            let missing = given.is_none() && variable.default_value.is_none();
            let null = given.is_some_and(|given| *given == ConstValue::Null);
            if !variable.var_type.node.nullable && (missing || null) {
                let ty = &variable.var_type.node;
                let message = format!("The variable `${name}` of the type `{ty}` needs a value.");
                return Err(response::refused(Code::ValidationFailed, None, message).into());
            }
            if let Some(given) = given {
                inputs::check(name, &variable.var_type.node, given)
                    .map_err(|unfit| response::unfit(&unfit))?;
            }
        }
        Ok(())
    }

    /// What its answer is kept under; `None` if it asks about more than the schema.
    pub fn schema_key(&self) -> Option<[u8; 32]> {
        let only = self.meant().all(|operation| {
            let items = operation.selection_set.node.items.iter();
            let mut items = items.map(|item| &item.node);
            items.all(|item| match item {
                Selection::Field(field) => field.node.name.node.starts_with("__"),
                _ => false,
            })
        });
        let variables = serde_json::to_string(&self.request.variables).ok()?;
        let name = self.request.operation_name.as_deref().unwrap_or_default();
        let parts = [self.request.query.as_str(), "\0", name, "\0", &variables];
        let digest = parts
            .iter()
            .fold(Sha256::new(), |digest, part| digest.chain_update(part));
        only.then(|| digest.finalize().into())
    }

    /// Reckons what it costs, by what was read of its document.
    ///
    /// # Errors
    /// When it has more values in its arguments than a document may have tokens: written out, it would be refused too.
    fn reckon(&mut self, read: &Accepted, most: usize) -> Result<(), Answer> {
        let variables = &self.request.variables;
        let costs = self
            .meant()
            .map(|operation| cost::of(&self.document, operation, variables, read, most));
        let costs: Vec<_> = costs.collect();
        if costs.iter().any(|cost| cost.values > most) {
            let message = format!(
                "The arguments have more than {most} values once variables are in their places and fragments are \
                 expanded."
            );
            return Err(response::refused(Code::QueryTooComplex, None, message).into());
        }
        self.cost = costs.iter().map(|cost| cost.points).max().unwrap_or(1);
        Ok(())
    }

    /// Whether it only reads.
    pub fn is_query(&self) -> bool {
        self.meant()
            .all(|operation| operation.ty == OperationType::Query)
    }

    /// Whether it asks for a live subscription.
    pub fn is_subscription(&self) -> bool {
        self.meant()
            .any(|operation| operation.ty == OperationType::Subscription)
    }
}

/// The parameters of a request, as they came.
pub type Said = serde_json::Map<String, Value>;

/// Reads the body.
///
/// # Errors
/// The answer, when it is no JSON object.
pub async fn body_of(http: &Http, headers: &HeaderMap, body: Body) -> Result<Said, Answer> {
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
    let body: Value =
        serde_json::from_slice(&bytes).map_err(|_| Answer::malformed("The body is not JSON."))?;
    match body {
        Value::Object(said) => Ok(said),
        _ => Err(Answer::malformed(
            "The body is one JSON object: batches are not supported.",
        )),
    }
}

/// Reads the parameters of an address, each once; `variables` is JSON in it.
///
/// # Errors
/// The answer, when they cannot be read.
pub fn body_of_address(query: &str) -> Result<Said, Answer> {
    let mut said = Said::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let value = match &*name {
            "variables" | "extensions" if !value.is_empty() => serde_json::from_str(&value)
                .map_err(|_| Answer::malformed(format!("`{name}` is not JSON.")))?,
            "variables" | "extensions" => Value::Null,
            _ => Value::String(value.into_owned()),
        };
        if said.insert(name.to_string(), value).is_some() {
            return Err(Answer::malformed(format!("`{name}` is there twice.")));
        }
    }
    Ok(said)
}

/// The request, and the document in it.
///
/// # Errors
/// The answer, when it is not a request of GraphQL, or its document is refused before it is looked at closely.
pub fn request(http: &Http, mut said: Said) -> Result<Question, Answer> {
    let Some(Value::String(query)) = said.remove("query") else {
        return Err(Answer::malformed("A request has a text `query`."));
    };
    let variables = match said.remove("variables") {
        None | Some(Value::Null) => Variables::default(),
        Some(variables @ Value::Object(_)) => Variables::from_json(variables),
        Some(_) => return Err(Answer::malformed("`variables` is an object.")),
    };
    // None are known, but what they are is.
    let extensions = said.remove("extensions");
    if !matches!(extensions, None | Some(Value::Null | Value::Object(_))) {
        return Err(Answer::malformed("`extensions` is an object."));
    }
    let operation_name = match said.remove("operationName") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) if name.is_empty() => None,
        Some(Value::String(name)) => Some(name),
        Some(_) => return Err(Answer::malformed("`operationName` is a text.")),
    };
    let accepted = http.precheck.document(&query).map_err(|rejected| {
        Answer::from(response::refused(
            rejected.code,
            rejected.reason,
            rejected.message,
        ))
    })?;
    let document = Arc::clone(&accepted.document);
    let mut request = Request::new(query).variables(variables);
    request.operation_name = operation_name;
    request.set_parsed_query(document.as_ref().clone());
    let mut question = Question {
        request,
        document,
        cost: 1,
        asks_schema: accepted.schema_values > 0,
    };
    question.reckon(&accepted, http.app.config.limits.tokens)?;
    question.check_variables()?;
    Ok(question)
}
