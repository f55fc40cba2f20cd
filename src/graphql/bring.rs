//! Loads what the elements of a page are about to show, in one statement for all of them.

use std::{collections::BTreeSet, sync::Arc};

use async_graphql::{Context, Lookahead, Value};
use entity::{ids::OrganizationId, operation};

use super::object::{self, Client, Operation};
use crate::{
    domain::visibility::Scope,
    error::{Error, Result},
    graphql::{context::Ask, loader::CardKey, page},
    store::{
        hot::{self, entries::Width},
        record::search,
    },
};

/// Loads the cards of these organizations, which a page is about to show: one statement.
pub async fn cards(ctx: &Context<'_>, ids: Vec<OrganizationId>) -> Result<(), Arc<Error>> {
    let keys = ids.into_iter().map(CardKey);
    ctx.session().loader.load_many(keys).await.map(drop)
}

/// The latest entries of an account's record that a page was loaded with.
pub struct Latest {
    /// How many were asked for at most.
    first: u64,
    /// Whether their rows are brief.
    brief: bool,
    rows: Vec<operation::Model>,
}

impl Latest {
    /// These entries, if so many were asked for, and one more where the query asks whether there are more.
    pub fn entries(&self, first: u64, scope: &Arc<Scope>) -> Option<Vec<Operation>> {
        let entry = |row: &operation::Model| match self.brief {
            true => Operation::brief(row.clone(), Arc::clone(scope)),
            false => Operation::new(row.clone()),
        };
        (self.first == first).then(|| self.rows.iter().map(entry).collect())
    }
}

/// Loads the latest entries of these accounts, if the query asks for them in the elements of the page: one statement
/// for each number of them that it asks for.
pub async fn latest(ctx: &Context<'_>, clients: &mut [Client]) -> async_graphql::Result<()> {
    let look = ctx.look_ahead();
    let places = [
        look.field("nodes").field("operations"),
        look.field("edges").field("node").field("operations"),
    ];
    let asked = |place: &Lookahead<'_>, field: &str| {
        place.field("nodes").field(field).exists()
            || place.field("edges").field("node").field(field).exists()
    };
    let long = |place: &Lookahead<'_>| object::LONG.iter().any(|field| asked(place, field));
    let width = match places.iter().any(long) {
        true => Width::Whole,
        false => Width::Brief,
    };
    let numbers = numbers(ctx, &places);
    let scopes: Vec<Scope> = match numbers.is_empty() {
        true => Vec::new(),
        false => clients
            .iter()
            .map(|client| Scope::clone(&client.scope))
            .collect(),
    };
    if places.iter().any(|place| asked(place, "organization")) {
        cards(
            ctx,
            clients
                .iter()
                .map(|client| client.organization.id)
                .collect(),
        )
        .await?;
    }
    let db = ctx.app().db.read();
    let more = places.iter().any(|place| place.field("pageInfo").exists());
    for first in numbers {
        let most = first + u64::from(more);
        let (mut found, brief) = match hot::entries::latest(db, &scopes, most, width).await? {
            Some(found) => (found, width == Width::Brief),
            None => (search::latest(db, &scopes, most).await?, false),
        };
        for client in &mut *clients {
            let rows = found.remove(&client.scope.account()).unwrap_or_default();
            client.prefetch.latest.push(Latest { first, brief, rows });
        }
    }
    Ok(())
}

/// How many entries the query asks for at most, each time it asks for some.
fn numbers(ctx: &Context<'_>, places: &[Lookahead<'_>]) -> BTreeSet<u64> {
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
    numbers
}
