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
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, Order, QueryFilter,
    QueryOrder, QuerySelect, Select,
    sea_query::{Alias, Asterisk, Expr, IntoColumnRef, Query, SelectStatement},
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
    let few = few(conn, scope, filter, now).await?;
    let query = match &few {
        Some(few) => pairs().filter(client::Column::ClientId.in_subquery(few.clone())),
        None => ordered(page::window(pairs(), "client"), sort),
    };
    let query = filtered(query, scope, filter, now);
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

fn filtered(
    mut query: Select<client::Entity>,
    scope: &PartnerScope,
    filter: &Filter,
    now: DateTime<Utc>,
) -> Select<client::Entity> {
    for part in filter.beginnings() {
        query = query.filter(Expr::exists(with_word(
            (client::Entity, client::Column::PartnerId),
            (client::Entity, client::Column::ClientId),
            &part,
        )));
    }
    if let Some(states) = &filter.states {
        query = query.filter(grants::in_states(states, Some(scope.certified()), now));
    }
    if let Some(before) = filter.expires_before {
        query = query.filter(client::Column::ExpiresAt.lt(before));
    }
    if let Some(tag) = &filter.tag {
        query = query.filter(client::Column::ClientId.in_subquery(tagged(scope, tag)));
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

/// The ids of clients among which are all that pass the filter, by an index, if they are few.
async fn few<C: ConnectionTrait>(
    conn: &C,
    scope: &PartnerScope,
    filter: &Filter,
    now: DateTime<Utc>,
) -> Result<Option<SelectStatement>> {
    for ids in narrowed(scope, filter, now) {
        let some = Query::select()
            .expr_as(Expr::col(Asterisk).count(), Alias::new("some"))
            .from_subquery(ids.clone().limit(WINDOW + 1).to_owned(), Alias::new("ids"))
            .to_owned();
        let row = conn.query_one(&some).await?;
        let some: i64 = row.map_or(Ok(0), |row| row.try_get("", "some"))?;
        if some.unsigned_abs() <= WINDOW {
            return Ok(Some(ids));
        }
    }
    Ok(None)
}

/// What each part of the filter narrows the clients to by an index of its own.
fn narrowed(scope: &PartnerScope, filter: &Filter, now: DateTime<Utc>) -> Vec<SelectStatement> {
    let pairs = |condition: Condition| {
        Query::select()
            .column(client::Column::ClientId)
            .from(client::Entity)
            .and_where(client::Column::PartnerId.eq(scope.partner()))
            .cond_where(condition)
            .to_owned()
    };
    let mut all = Vec::new();
    // The longest is the rarest, as a rule.
    let mut parts = filter.beginnings();
    parts.sort_by_key(|part| std::cmp::Reverse(part.chars().count()));
    all.extend(parts.iter().take(1).map(|part| {
        Query::select()
            .column(client_word::Column::ClientId)
            .from(client_word::Entity)
            .and_where(client_word::Column::PartnerId.eq(scope.partner()))
            .cond_where(begins(part))
            .to_owned()
    }));
    all.extend(filter.tag.as_deref().map(|tag| tagged(scope, tag)));
    if let Some(&[state]) = filter.states.as_deref() {
        all.extend(phase(state, scope.certified(), now).map(pairs));
    }
    if let Some(before) = filter.expires_before {
        let before = client::Column::ExpiresAt.lt(before);
        all.push(pairs(Condition::all().add(before)));
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
