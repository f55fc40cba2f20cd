//! Connections: keyset pages with `nodes` beside `edges`.

use std::{borrow::Cow, collections::BTreeMap};

use async_graphql::{
    Context, Object, OutputType, TypeName,
    connection::{CursorType, Edge, EmptyFields, PageInfo},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use super::{
    context::Ask,
    leaves::{Leafy, Leaves},
};
use crate::{
    domain::reason::Reason,
    error::{Error, Result},
    store::page::{Page, Slice},
};

/// An opaque cursor: the id of a row.
pub struct Cursor(Uuid);

impl CursorType for Cursor {
    type Error = Error;

    fn decode_cursor(text: &str) -> Result<Self> {
        URL_SAFE_NO_PAD
            .decode(text)
            .ok()
            .and_then(|bytes| Uuid::from_slice(&bytes).ok())
            .map(Self)
            .ok_or_else(|| Error::Input {
                field: "after",
                reason: Reason::InputInvalid,
                message: "A cursor is one that this API gave.".to_owned(),
            })
    }

    fn encode_cursor(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.as_bytes())
    }
}

/// A page of a list, with a cursor to go on from.
pub struct Paged<T: Leaves> {
    edges: Vec<Edge<Cursor, Leafy<T>, EmptyFields>>,
    has_previous: bool,
    has_next: bool,
    /// Where the list was looked through to, if that is beyond the last element.
    stopped: Option<Cursor>,
}

impl<T: Leaves> TypeName for Paged<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", <T as OutputType>::type_name()).into()
    }
}

#[Object(name_type)]
impl<T: Leaves> Paged<T> {
    /// Where the page stands. With a filter, a page may be short or empty, and there may be a next one all the same.
    async fn page_info(&self) -> PageInfo {
        let last = self.stopped.as_ref();
        let last = last.or(self.edges.last().map(|edge| &edge.cursor));
        PageInfo {
            has_previous_page: self.has_previous,
            has_next_page: self.has_next,
            start_cursor: self.edges.first().map(|edge| edge.cursor.encode_cursor()),
            end_cursor: last.map(Cursor::encode_cursor),
        }
    }

    /// The elements, each with its cursor.
    async fn edges(&self) -> &[Edge<Cursor, Leafy<T>, EmptyFields>] {
        &self.edges
    }

    /// The elements.
    async fn nodes(&self) -> Vec<&Leafy<T>> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }
}

/// How many rows a page has if `first` is left out, and `limits.page_max` allows as many. What a query costs is
/// reckoned with it before any setting is at hand.
const ROWS: usize = 20;

/// How many rows a page has.
///
/// # Errors
/// When `first` is out of bounds.
pub fn rows(ctx: &Context<'_>, first: Option<i32>) -> Result<u64> {
    let most = ctx.app().config.limits.page_max as u64;
    match first {
        None => Ok(most.min(ROWS as u64)),
        Some(first) => u64::try_from(first)
            .ok()
            .filter(|first| (1..=most).contains(first))
            .ok_or_else(|| Error::Input {
                field: "first",
                reason: Reason::InputInvalid,
                message: format!("`first` is between 1 and {most}."),
            }),
    }
}

/// A page that was loaded together with others, by the number of rows that were asked for.
pub fn loaded<T: Clone>(pages: &BTreeMap<u64, Slice<T>>, page: Page) -> Option<Slice<T>> {
    let first = page.after.is_none();
    first.then(|| pages.get(&page.first).cloned()).flatten()
}

/// The page that the arguments ask for.
///
/// # Errors
/// When `first` is out of bounds, or `after` is not a cursor.
pub fn page(ctx: &Context<'_>, first: Option<i32>, after: Option<String>) -> Result<Page> {
    let first = rows(ctx, first)?;
    let after = after.as_deref().map(Cursor::decode_cursor).transpose()?;
    Ok(Page {
        first,
        after: after.map(|cursor| cursor.0),
    })
}

/// The page of a slice; `id` gives a row's place.
pub fn paged<T: Leaves>(slice: Slice<T>, page: Page, id: impl Fn(&T) -> Uuid) -> Paged<T> {
    let edge = |row| Edge::new(Cursor(id(&row)), Leafy(row));
    Paged {
        edges: slice.rows.into_iter().map(edge).collect(),
        has_previous: page.after.is_some(),
        has_next: slice.has_next,
        stopped: slice.stopped.map(Cursor),
    }
}

/// The cost of a list: its length times the cost of an element.
pub fn cost(first: Option<i32>, child: usize) -> usize {
    let first = first
        .and_then(|first| usize::try_from(first).ok())
        .unwrap_or(ROWS);
    1 + first * child
}

/// Whether the query asks for this field of the elements of the page.
pub fn asked(ctx: &Context<'_>, field: &str) -> bool {
    let look = ctx.look_ahead();
    look.field("nodes").field(field).exists()
        || look.field("edges").field("node").field(field).exists()
}

/// Whether the query asks for this field of an object in the elements of the page.
pub fn asked_in(ctx: &Context<'_>, object: &str, field: &str) -> bool {
    let look = ctx.look_ahead();
    look.field("nodes").field(object).field(field).exists()
        || look
            .field("edges")
            .field("node")
            .field(object)
            .field(field)
            .exists()
}
