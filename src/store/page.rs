//! Keyset pages: rows in the order of their ids, from a cursor on.

use std::{collections::HashMap, hash::Hash};

use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, ExprTrait, JoinType, Order,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select, Value,
    sea_query::{Alias, Expr, SelectStatement},
};
use uuid::Uuid;

use crate::error::Result;

/// Which rows.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// How many at most.
    pub first: u64,
    /// Only those beyond this one.
    pub after: Option<Uuid>,
}

/// How many rows a page looks at, if it is filtered by what no index is for.
pub const WINDOW: u64 = 1000;

/// Rows of a page.
#[derive(Clone, Debug)]
pub struct Slice<T> {
    pub rows: Vec<T>,
    /// Whether there are more, or there may be.
    pub has_next: bool,
    /// The last row that was looked at, if there may be more and the page is not full: it goes on from there.
    pub stopped: Option<Uuid>,
}

impl<T> Slice<T> {
    /// A slice of the rows read, of which one more than wanted was asked for.
    pub fn new(mut rows: Vec<T>, page: Page) -> Self {
        let wanted = usize::try_from(page.first).unwrap_or(usize::MAX);
        let has_next = rows.len() > wanted;
        rows.truncate(wanted);
        Self {
            rows,
            has_next,
            stopped: None,
        }
    }

    /// As [`Slice::new`], of rows among those up to `last`, if there are more beyond it.
    pub fn within(rows: Vec<T>, page: Page, last: Option<Uuid>) -> Self {
        let slice = Self::new(rows, page);
        match slice.has_next {
            true => slice,
            false => Self {
                has_next: last.is_some(),
                stopped: last,
                ..slice
            },
        }
    }

    /// No rows.
    pub fn empty() -> Self {
        Self {
            rows: Vec::new(),
            has_next: false,
            stopped: None,
        }
    }

    /// The rows, and the rest of the page for what becomes of them.
    pub fn apart(self) -> (Vec<T>, Slice<()>) {
        let place = Slice {
            rows: Vec::new(),
            has_next: self.has_next,
            stopped: self.stopped,
        };
        (self.rows, place)
    }

    /// The page with these rows.
    pub fn with<U>(self, rows: Vec<U>) -> Slice<U> {
        Slice {
            rows,
            has_next: self.has_next,
            stopped: self.stopped,
        }
    }

    /// Each row turned into something else.
    pub fn map<U>(self, into: impl FnMut(T) -> U) -> Slice<U> {
        Slice {
            rows: self.rows.into_iter().map(into).collect(),
            has_next: self.has_next,
            stopped: self.stopped,
        }
    }
}

/// The next rows of a query in its order, as many as a page looks at, as the table that they are of.
pub fn window<E: EntityTrait>(query: Select<E>, table: &'static str) -> Select<E> {
    cut(query, WINDOW, table)
}

/// The first rows of a query in its order, as the table that they are of: what is joined to them is looked up for no others.
pub fn cut<E: EntityTrait>(query: Select<E>, most: u64, table: &'static str) -> Select<E> {
    let next = query.limit(most).into_query();
    let mut rows = E::find();
    let select = QuerySelect::query(&mut rows);
    select.from_clear().from_subquery(next, Alias::new(table));
    rows
}

/// The last of the next rows of a query that a page looks at, if there are as many.
pub async fn last<C: ConnectionTrait, E: EntityTrait>(
    conn: &C,
    query: Select<E>,
    id: impl ColumnTrait,
) -> Result<Option<Uuid>> {
    let query = query.select_only().column(id).offset(WINDOW - 1).limit(1);
    Ok(query.into_tuple().one(conn).await?)
}

/// A page of the rows that pass a filter which no index is for, among the next ones in an order.
pub async fn looked_through<C: ConnectionTrait, E: EntityTrait>(
    conn: &C,
    (all, table): (impl Fn() -> Select<E>, &'static str),
    narrow: impl Fn(Select<E>) -> Select<E>,
    by: impl Fn(Select<E>) -> Select<E>,
    id: E::Column,
    page: Page,
) -> Result<Slice<E::Model>> {
    let next = || by(all());
    let rows = by(narrow(window(next(), table))).all(conn).await?;
    if rows.len() as u64 > page.first {
        return Ok(Slice::new(rows, page));
    }
    Ok(Slice::within(rows, page, last(conn, next(), id).await?))
}

/// The query of a page of the rows whose key has this value, newest first, by an index of the key and the id.
///
/// Key and id are compared together and ordered together: asked for the value alone, PostgreSQL may go through all rows
/// by their primary key instead, where the value is that of most of them, until it comes to the first that has it.
pub fn newest_of<E: EntityTrait>(
    query: Select<E>,
    key: (E::Column, impl Into<Value>),
    id: E::Column,
    page: Page,
) -> Select<E> {
    in_order_of(query, key, id, page, Order::Desc)
}

/// As [`newest_of`], oldest first.
pub fn oldest_of<E: EntityTrait>(
    query: Select<E>,
    key: (E::Column, impl Into<Value>),
    id: E::Column,
    page: Page,
) -> Select<E> {
    in_order_of(query, key, id, page, Order::Asc)
}

fn in_order_of<E: EntityTrait>(
    query: Select<E>,
    (key, value): (E::Column, impl Into<Value>),
    id: E::Column,
    page: Page,
    order: Order,
) -> Select<E> {
    let (row, value) = (together(key, id), value.into());
    let at = |id| place(&value, id);
    // One bound at each end: SQLite uses no more of them.
    let (from, to) = match (page.after, &order) {
        (Some(after), Order::Desc) => (row.clone().gte(at(Uuid::nil())), row.lt(at(after))),
        (Some(after), _) => (row.clone().gt(at(after)), row.lte(at(Uuid::max()))),
        (None, _) => (row.clone().gte(at(Uuid::nil())), row.lte(at(Uuid::max()))),
    };
    query
        .filter(from)
        .filter(to)
        .order_by(key, order.clone())
        .order_by(id, order)
        .limit(page.first + 1)
}

fn together(key: impl ColumnTrait, id: impl ColumnTrait) -> Expr {
    Expr::tuple([
        Expr::col(key.as_column_ref()),
        Expr::col(id.as_column_ref()),
    ])
}

fn place(key: &Value, id: Uuid) -> Expr {
    Expr::tuple([Expr::val(key.clone()), Expr::val(id)])
}

/// The query of the first `most` rows of each of these keys, by their ids; the keys come in no order. In each it stops
/// there, by an index of the key and the id. [`apart`] makes a page of each.
pub fn first_of_each<E: EntityTrait>(
    backend: DatabaseBackend,
    query: Select<E>,
    (key, values): (E::Column, impl IntoIterator<Item = Uuid>),
    (id, order): (E::Column, Order),
    most: u64,
) -> Select<E> {
    let each = match backend {
        // Where nobody says their types, the values are texts.
        DatabaseBackend::Postgres => Expr::col(("each", "column1")).cast_as("uuid"),
        _ => Expr::col(("each", "column1")),
    };
    let at = |id| Expr::tuple([each.clone(), Expr::val(id)]);
    let row = together(key, id);
    let next = query
        .filter(row.clone().gte(at(Uuid::nil())))
        .filter(row.lte(at(Uuid::max())))
        .order_by(key, order.clone())
        .order_by(id, order)
        .limit(most);
    if backend == DatabaseBackend::Postgres {
        return beside(|select| select.from_values(values, "each"), next);
    }
    // SQLite joins nothing sideways.
    let table = Alias::new(E::default().table_name());
    let next = next.select_only().column(id).into_query();
    let among = Expr::col((table.clone(), id)).in_subquery(next);
    let mut rows = E::find();
    QuerySelect::query(&mut rows)
        .from_clear()
        .from_values(values, "each")
        .join(JoinType::InnerJoin, table, among);
    rows
}

/// On PostgreSQL, what a query finds for each row of what is beside it, which the query may name: it looks for each by
/// itself, whatever it thinks of the others.
pub fn beside<E: EntityTrait>(
    from: impl FnOnce(&mut SelectStatement) -> &mut SelectStatement,
    next: Select<E>,
) -> Select<E> {
    let table = Alias::new(E::default().table_name());
    let mut rows = E::find();
    from(QuerySelect::query(&mut rows).from_clear()).join_lateral(
        JoinType::InnerJoin,
        next.into_query(),
        table,
        Expr::cust("TRUE"),
    );
    rows
}

/// The query of at most `most` rows of each of these keys, which are looked up one by one: otherwise PostgreSQL goes by
/// another part of the query if that is usually true of few rows, however many it is true of now.
pub fn one_by_one<E: EntityTrait>(
    backend: DatabaseBackend,
    query: Select<E>,
    (key, values): (E::Column, impl IntoIterator<Item = Uuid>),
    most: u64,
) -> Select<E> {
    if backend != DatabaseBackend::Postgres {
        return query.filter(key.is_in(values));
    }
    let each = Expr::col(("each", "column1")).cast_as("uuid");
    let next = query.filter(Expr::col(key.as_column_ref()).eq(each));
    beside(
        |select| select.from_values(values, "each"),
        next.limit(most),
    )
}

/// A page of each key, of rows of many: by the key and the id of a row.
pub fn apart<K: Eq + Hash, T>(
    rows: Vec<T>,
    first: u64,
    place: impl Fn(&T) -> (K, Uuid),
) -> HashMap<K, Slice<T>> {
    let mut each: HashMap<K, Vec<T>> = HashMap::new();
    for row in rows {
        each.entry(place(&row).0).or_default().push(row);
    }
    let page = Page { first, after: None };
    let each = each.into_iter().map(|(key, mut rows)| {
        rows.sort_by_key(|row| place(row).1);
        (key, Slice::new(rows, page))
    });
    each.collect()
}

/// The query of a page of all rows, or of the few that a filter finds, oldest first.
pub fn oldest_first<E: EntityTrait>(
    query: Select<E>,
    id: impl ColumnTrait,
    page: Page,
) -> Select<E> {
    let query = match page.after {
        Some(after) => query.filter(id.gt(after)),
        None => query,
    };
    query.order_by_asc(id).limit(page.first + 1)
}

/// As [`oldest_first`], newest first.
pub fn newest_first<E: EntityTrait>(
    query: Select<E>,
    id: impl ColumnTrait,
    page: Page,
) -> Select<E> {
    let query = match page.after {
        Some(after) => query.filter(id.lt(after)),
        None => query,
    };
    query.order_by_desc(id).limit(page.first + 1)
}
