//! Loads what the elements of a page are about to show, in one statement for all of them.

use std::{collections::BTreeSet, sync::Arc};

use async_graphql::{Context, Value};
use entity::ids::OrganizationId;

use crate::{
    domain::visibility::Scope,
    error::{Error, Result},
    graphql::{
        context::Ask,
        loader::{CardKey, LatestKey},
        page,
    },
};

/// Loads the cards of these organizations, which a page is about to show: one statement.
pub async fn cards(ctx: &Context<'_>, ids: Vec<OrganizationId>) -> Result<(), Arc<Error>> {
    let keys = ids.into_iter().map(CardKey);
    ctx.session().loader.load_many(keys).await.map(drop)
}

/// Loads the latest entries of these accounts, if the query asks for them in the elements of the page. A data
/// loader by itself could split a long page into several statements.
pub async fn latest(ctx: &Context<'_>, scopes: &[Arc<Scope>]) -> Result<(), Arc<Error>> {
    let look = ctx.look_ahead();
    let places = [
        look.field("nodes").field("operations"),
        look.field("edges").field("node").field("operations"),
    ];
    let fields = places.iter().flat_map(|place| place.selection_fields());
    let mut numbers = BTreeSet::new();
    for field in fields {
        let arguments = field.arguments().unwrap_or_default();
        let argument = |name: &str| {
            let found = arguments.iter().find(|(argument, _)| argument == name);
            found
                .map(|(_, value)| value)
                .filter(|value| **value != Value::Null)
        };
        let first = match argument("first") {
            Some(Value::Number(first)) => {
                first.as_i64().and_then(|first| i32::try_from(first).ok())
            }
            _ => None,
        };
        if argument("after").is_none() && argument("filter").is_none() {
            // One that is out of bounds is refused when the page is asked for.
            numbers.extend(page::rows(ctx, first).ok());
        }
    }
    for first in numbers {
        let keys = scopes.iter().map(|scope| LatestKey {
            scope: Arc::clone(scope),
            most: first + 1,
        });
        ctx.session().loader.load_many(keys).await?;
    }
    Ok(())
}
