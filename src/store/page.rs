//! Keyset pages: rows in the order of their ids, from a cursor on.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select, sea_query::Alias,
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
pub const WINDOW: u64 = 2000;

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
    let next = query.limit(WINDOW).into_query();
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

/// The query of a page, oldest first.
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

/// The query of a page, newest first.
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
