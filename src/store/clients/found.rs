//! Pages of clients in any order, with any filter, that look at few rows.
//!
//! A filter that few clients pass is answered by its index: they are found, and put in order. One that many pass, or that
//! has no index, is tried on the next rows in the order that was asked for, at most [`WINDOW`] of them: such a page may be
//! short, and says where it stopped.

use chrono::{DateTime, Utc};
use entity::{
    client, client_tag, client_word, grant, ids::OrganizationId, organization, states::Phase,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, EntityTrait, ExprTrait, Order,
    QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, IntoColumnRef, Query, SelectStatement},
};

use super::{Client, Filter, Sort, beyond_key};
use crate::{
    domain::{grant::GrantState, visibility::PartnerScope},
    error::Result,
    store::{
        grants,
        page::{self, Page, Slice, WINDOW},
    },
};

/// A page of the partner's clients.
pub(super) async fn page<C: ConnectionTrait>(
    conn: &C,
    scope: &PartnerScope,
    filter: &Filter,
    sort: Sort,
    now: DateTime<Utc>,
    wanted: Page,
) -> Result<Slice<Client>> {
    let beyond = beyond(conn, scope, sort, wanted).await?;
    let pairs = || {
        let query = client::Entity::find()
            .filter(client::Column::PartnerId.eq(scope.partner()))
            .filter(beyond.clone());
        ordered(query, sort)
    };
    let few = few(conn, scope, Parts::of(filter), now).await?;
    let query = match &few {
        Some(Few { ids, rest }) => {
            let query = one_by_one(conn.get_database_backend(), scope, ids.clone());
            let query = ordered(query.filter(beyond.clone()), sort);
            filtered(query, scope, rest, now)
        }
        None => {
            let query = ordered(page::window(pairs(), "client"), sort);
            filtered(query, scope, &Parts::of(filter), now)
        }
    };
    // A grant's state is not among the columns of a pair.
    let query = match (&few, &filter.states) {
        (Some(_), None) => ordered(page::cut(query, wanted.first + 1, "client"), sort),
        _ => query,
    };
    let rows = query
        .find_also_related(grant::Entity)
        .find_also(client::Entity, organization::Entity)
        .limit(wanted.first + 1)
        .all(conn)
        .await?;
    let rows: Vec<_> = rows
        .into_iter()
        .filter_map(|(_, grant, organization)| {
            Some(Client {
                organization: organization?.into(),
                grant: grant?,
            })
        })
        .collect();
    if few.is_some() || rows.len() as u64 > wanted.first {
        return Ok(Slice::new(rows, wanted));
    }
    let last = page::last(conn, pairs(), client::Column::ClientId).await?;
    Ok(Slice::within(rows, wanted, last))
}

/// The pairs of these ids, if they are few. PostgreSQL thinks that every partner has as many clients as partners have on
/// average: if it may choose, it goes through all of this one's.
fn one_by_one(
    backend: DatabaseBackend,
    scope: &PartnerScope,
    ids: SelectStatement,
) -> Select<client::Entity> {
    let pairs = client::Entity::find().filter(client::Column::PartnerId.eq(scope.partner()));
    if backend != DatabaseBackend::Postgres {
        return pairs.filter(client::Column::ClientId.in_subquery(ids));
    }
    let ids = Query::select()
        .distinct()
        .column(client::Column::ClientId)
        .from_subquery(ids.clone().limit(WINDOW).to_owned(), "ids")
        .to_owned();
    let of_id = Expr::col((client::Entity, client::Column::ClientId))
        .equals(("found", client::Column::ClientId));
    let pair = pairs.filter(of_id).limit(1);
    page::beside(|select| select.from_subquery(ids, "found"), pair)
}

fn ordered(query: Select<client::Entity>, sort: Sort) -> Select<client::Entity> {
    let query = match sort {
        Sort::Oldest => query,
        Sort::Name => query.order_by(client::Column::NameSort, Order::Asc),
        Sort::Expiry => query.order_by(client::Column::ExpiresAt, Order::Asc),
    };
    query.order_by(client::Column::ClientId, Order::Asc)
}

/// What lies beyond the page's cursor.
async fn beyond<C: ConnectionTrait>(
    conn: &C,
    scope: &PartnerScope,
    sort: Sort,
    page: Page,
) -> Result<Condition> {
    let Some(after) = page.after.map(OrganizationId) else {
        return Ok(Condition::all());
    };
    let beyond = client::Column::ClientId.gt(after);
    let place = match sort {
        Sort::Oldest => None,
        Sort::Name | Sort::Expiry => {
            let place = client::Entity::find_by_id((scope.partner(), after));
            place.one(conn).await?
        }
    };
    Ok(match (sort, place) {
        (Sort::Name, Some(place)) => beyond_key(
            client::Column::NameSort.into_expr(),
            place.name_sort.into(),
            beyond,
        ),
        (Sort::Expiry, Some(place)) => beyond_key(
            client::Column::ExpiresAt.into_expr(),
            place.expires_at.into(),
            beyond,
        ),
        _ => Condition::all().add(beyond),
    })
}

/// The parts of a filter.
#[derive(Clone, Debug)]
struct Parts<'a> {
    /// Beginnings of words, the longest first: it is the rarest, as a rule.
    beginnings: Vec<String>,
    states: Option<&'a [GrantState]>,
    expires_before: Option<DateTime<Utc>>,
    tag: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn of(filter: &'a Filter) -> Self {
        let mut beginnings = filter.beginnings();
        beginnings.sort_by_key(|part| std::cmp::Reverse(part.chars().count()));
        Self {
            beginnings,
            states: filter.states.as_deref(),
            expires_before: filter.expires_before,
            tag: filter.tag.as_deref(),
        }
    }
}

fn filtered(
    mut query: Select<client::Entity>,
    scope: &PartnerScope,
    parts: &Parts<'_>,
    now: DateTime<Utc>,
) -> Select<client::Entity> {
    for part in &parts.beginnings {
        query = query.filter(Expr::exists(with_word(
            (client::Entity, client::Column::PartnerId),
            (client::Entity, client::Column::ClientId),
            part,
        )));
    }
    if let Some(states) = parts.states {
        query = query.filter(grants::in_states(states, Some(scope.certified()), now));
    }
    if let Some(before) = parts.expires_before {
        query = query.filter(client::Column::ExpiresAt.lt(before));
    }
    if let Some(tag) = parts.tag {
        // Of many that bear it, the few that are looked at are asked one by one.
        let this = Expr::col((client_tag::Entity, client_tag::Column::ClientId))
            .equals((client::Entity, client::Column::ClientId));
        query = query.filter(Expr::exists(tagged(scope, tag).and_where(this).to_owned()));
    }
    query
}

fn tagged(scope: &PartnerScope, tag: &str) -> SelectStatement {
    Query::select()
        .column(client_tag::Column::ClientId)
        .from(client_tag::Entity)
        .and_where(client_tag::Column::PartnerId.eq(scope.partner()))
        .and_where(client_tag::Column::Tag.eq(tag))
        .to_owned()
}

/// Words that begin so.
fn begins(part: &str) -> Condition {
    // What follows no longer beginning: the last of all characters is in no name.
    Condition::all()
        .add(client_word::Column::Word.gte(part))
        .add(client_word::Column::Word.lt(format!("{part}\u{10ffff}")))
}

/// A word of this client of this partner that begins so.
pub(super) fn with_word(
    partner: impl IntoColumnRef,
    id: impl IntoColumnRef,
    part: &str,
) -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(client_word::Entity)
        .and_where(client_word::Column::ClientId.into_expr().eq(Expr::col(id)))
        .and_where(
            client_word::Column::PartnerId
                .into_expr()
                .eq(Expr::col(partner)),
        )
        .cond_where(begins(part))
        .to_owned()
}

/// Few clients among which are all that pass a filter.
struct Few<'a> {
    /// Their ids, found by an index.
    ids: SelectStatement,
    /// The parts of the filter that are still to be tried on them.
    rest: Parts<'a>,
}

/// What an index narrows a filter to, if that is few.
async fn few<'a, C: ConnectionTrait>(
    conn: &C,
    scope: &PartnerScope,
    parts: Parts<'a>,
    now: DateTime<Utc>,
) -> Result<Option<Few<'a>>> {
    for few in narrowed(scope, parts, now) {
        let ids = few.ids.clone().limit(WINDOW + 1).to_owned();
        // The ids are counted, not the rows: an index without them may look cheaper, and be read from end to end.
        let some = Query::select()
            .expr_as(Expr::col(client::Column::ClientId).count(), "some")
            .from_subquery(ids, "ids")
            .to_owned();
        let row = conn.query_one(&some).await?;
        let some: i64 = row.map_or(Ok(0), |row| row.try_get("", "some"))?;
        if some.unsigned_abs() <= WINDOW {
            return Ok(Some(few));
        }
    }
    Ok(None)
}

/// What each part of the filter narrows the clients to by an index of its own.
fn narrowed<'a>(scope: &PartnerScope, parts: Parts<'a>, now: DateTime<Utc>) -> Vec<Few<'a>> {
    let pairs = |condition: Condition| {
        Query::select()
            .column(client::Column::ClientId)
            .from(client::Entity)
            .and_where(client::Column::PartnerId.eq(scope.partner()))
            .cond_where(condition)
            .to_owned()
    };
    let mut all = Vec::new();
    if let [longest, others @ ..] = parts.beginnings.as_slice() {
        let ids = Query::select()
            .column(client_word::Column::ClientId)
            .from(client_word::Entity)
            .and_where(client_word::Column::PartnerId.eq(scope.partner()))
            .cond_where(begins(longest))
            .to_owned();
        let rest = Parts {
            beginnings: others.to_vec(),
            ..parts.clone()
        };
        all.push(Few { ids, rest });
    }
    if let Some(tag) = parts.tag {
        let ids = tagged(scope, tag);
        let rest = Parts {
            tag: None,
            ..parts.clone()
        };
        all.push(Few { ids, rest });
    }
    if let Some(&[state]) = parts.states
        && let Some(phase) = phase(state, scope.certified(), now)
    {
        // A phase is less than a state.
        let rest = parts.clone();
        let ids = pairs(phase);
        all.push(Few { ids, rest });
    }
    if let Some(before) = parts.expires_before {
        let before = client::Column::ExpiresAt.lt(before);
        let ids = pairs(Condition::all().add(before));
        let rest = Parts {
            expires_before: None,
            ..parts
        };
        all.push(Few { ids, rest });
    }
    all
}

/// What the latest grants of clients in a state have in common; `None` if that narrows nothing.
fn phase(state: GrantState, certified: bool, now: DateTime<Utc>) -> Option<Condition> {
    use client::Column;
    let of = |phase: Phase| Condition::all().add(Column::Phase.eq(phase));
    let running = Column::ExpiresAt.gt(now);
    match state {
        GrantState::Active => Some(of(Phase::Open).add(running)),
        GrantState::Held if certified => Some(of(Phase::Held).add(running)),
        // Without a certification, every grant that runs is held.
        GrantState::Held => None,
        GrantState::Expired => {
            let open = Column::Phase.is_in([Phase::Open, Phase::Held]);
            Some(Condition::all().add(open).add(Column::ExpiresAt.lte(now)))
        }
        GrantState::Ended => Some(of(Phase::Ended)),
    }
}
