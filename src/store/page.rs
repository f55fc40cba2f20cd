//! Keyset pages: rows in the order of their ids, from a cursor on.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

/// Which rows.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// How many at most.
    pub first: u64,
    /// Only those beyond this one.
    pub after: Option<Uuid>,
}

/// Rows of a page.
#[derive(Clone, Debug)]
pub struct Slice<T> {
    pub rows: Vec<T>,
    /// Whether there are more.
    pub has_next: bool,
}

impl<T> Slice<T> {
    /// A slice of the rows read, of which one more than wanted was asked for.
    pub fn new(mut rows: Vec<T>, page: Page) -> Self {
        let wanted = usize::try_from(page.first).unwrap_or(usize::MAX);
        let has_next = rows.len() > wanted;
        rows.truncate(wanted);
        Self { rows, has_next }
    }

    /// No rows.
    pub fn empty() -> Self {
        Self {
            rows: Vec::new(),
            has_next: false,
        }
    }

    /// Each row turned into something else.
    pub fn map<U>(self, into: impl FnMut(T) -> U) -> Slice<U> {
        Slice {
            rows: self.rows.into_iter().map(into).collect(),
            has_next: self.has_next,
        }
    }
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
