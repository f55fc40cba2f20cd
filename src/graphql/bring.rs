//! Loads what the elements of a page are about to show, in one statement for all of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use async_graphql::{Context, Lookahead, Value};
use entity::{
    domain,
    ids::{OrganizationId, UserId},
    operation,
};

use super::object::{self, Brought, Client, Operation, User};
use crate::{
    domain::visibility::Scope,
    error::{Error, Result},
    graphql::{context::Ask, loader::CardKey, page},
    store::{
        directory, domains,
        hot::{self, entries::Width},
        page::Slice,
        record::search,
        subscriptions,
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

/// The first pages of lists of a client, by how many rows were asked for at most.
#[derive(Default)]
pub struct Firsts {
    pub domains: BTreeMap<u64, Slice<domain::Model>>,
    pub subscriptions: BTreeMap<u64, Slice<subscriptions::Row>>,
    pub users: BTreeMap<u64, Slice<User>>,
}

/// Loads the first pages of the lists of these clients, and their services, if the query asks for them in the elements of
/// the page: a few statements for each number of rows that it asks for.
pub async fn lists(ctx: &Context<'_>, clients: &mut [Client]) -> async_graphql::Result<()> {
    let look = ctx.look_ahead();
    let places = |field: &str| {
        [
            look.field("nodes").field(field),
            look.field("edges").field("node").field(field),
        ]
    };
    let scopes: Vec<Arc<Scope>> = clients.iter().map(|one| Arc::clone(&one.scope)).collect();
    let scopes: Vec<&Scope> = scopes.iter().map(|scope| &**scope).collect();
    let (db, now) = (ctx.app().db.read(), ctx.app().now());
    macro_rules! firsts {
        ($list:ident, $store:path) => {
            for first in numbers(ctx, &places(stringify!($list))) {
                let mut found = $store(db, &scopes, first).await?;
                for client in &mut *clients {
                    let slice = found.remove(&client.organization.id);
                    let slice = slice.unwrap_or_else(Slice::empty);
                    client.prefetch.firsts.$list.insert(first, slice);
                }
            }
        };
    }
    firsts!(domains, domains::first_of_each);
    firsts!(subscriptions, subscriptions::first_of_each);
    let of_users = places("users");
    for first in numbers(ctx, &of_users) {
        let mut found = directory::first_of_each(db, &scopes, first).await?;
        let rows = found.values().flat_map(|slice| &slice.rows);
        let ids: Vec<UserId> = rows.map(|row| row.id).collect();
        let asked = |field: &str| of_users.iter().any(|place| asked(place, field));
        let mut brought = Brought::load(ctx, &ids, asked).await?;
        for client in &mut *clients {
            let slice = found.remove(&client.organization.id);
            let slice = slice.unwrap_or_else(Slice::empty);
            let slice = slice.map(|row| brought.user(row, &client.scope));
            client.prefetch.firsts.users.insert(first, slice);
        }
    }
    if places("services").iter().any(Lookahead::exists) {
        let mut found = subscriptions::services(db, &scopes, now).await?;
        for client in &mut *clients {
            let services = found.remove(&client.organization.id).unwrap_or_default();
            client.prefetch.services = Some(services);
        }
    }
    Ok(())
}

/// Whether the elements of a list are asked for a field.
fn asked(place: &Lookahead<'_>, field: &str) -> bool {
    place.field("nodes").field(field).exists()
        || place.field("edges").field("node").field(field).exists()
}

/// How many rows the query asks for at most, each time it asks for some.
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
