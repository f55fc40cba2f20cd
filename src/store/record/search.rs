//! Finding entries of records: by kind, person, partner, outcome, ticket, note and time.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::{
    grant,
    ids::{GrantId, OperationId, OrganizationId, UserId},
    operation, operation_hand,
    states::Outcome,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select, Value,
    sea_query::{Alias, Asterisk, Expr, Func, Query, UnionType},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    domain::visibility::{PartnerScope, RecordOf, Scope},
    error::Result,
    store::{
        directory,
        page::{self, Page, Slice},
    },
};

/// Which entries; a field that is `None` does not filter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Stable names of kinds.
    pub kinds: Option<Vec<String>>,
    /// How they ended.
    pub outcome: Option<Outcome>,
    /// The user who acted.
    pub actor: Option<UserId>,
    /// The organization whose people acted.
    pub actor_organization: Option<OrganizationId>,
    /// What was touched.
    #[serde(default)]
    pub target: Option<Uuid>,
    /// The grant under which it was done, or in whose hands the actor was.
    pub grant: Option<GrantId>,
    /// True: acts that rested on a grant. False: all others.
    pub delegated: Option<bool>,
    /// The ticket that came with them.
    pub ticket: Option<String>,
    /// Part of the note that the actor wrote, in any case.
    pub note: Option<String>,
    /// From this moment on.
    pub from: Option<DateTime<Utc>>,
    /// Before this moment.
    pub to: Option<DateTime<Utc>>,
}

impl Filter {
    /// Whether every entry passes.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the entries of one account that pass are those of one index, in the chain's order or few at a time.
    fn is_indexed(&self) -> bool {
        let one_kind = self.kinds.as_ref().is_some_and(|kinds| kinds.len() == 1);
        let parts = [one_kind, self.target.is_some(), self.ticket.is_some()];
        let others = Self {
            kinds: self.kinds.clone().filter(|_| !one_kind),
            target: None,
            ticket: None,
            ..self.clone()
        };
        parts.into_iter().filter(|part| *part).count() == 1 && others.is_empty()
    }

    fn apply(&self, mut query: Select<operation::Entity>) -> Select<operation::Entity> {
        use operation::Column;
        if let Some(kinds) = &self.kinds {
            query = query.filter(Column::Kind.is_in(kinds));
        }
        if let Some(outcome) = self.outcome {
            query = query.filter(Column::Outcome.eq(outcome));
        }
        if let Some(actor) = self.actor {
            query = query.filter(Column::ActorId.eq(actor));
        }
        if let Some(organization) = self.actor_organization {
            query = query.filter(Column::ActorOrganizationId.eq(organization));
        }
        if let Some(target) = self.target {
            query = query.filter(Column::TargetId.eq(target));
        }
        if let Some(grant) = self.grant {
            let hands = Query::select()
                .expr(Expr::val(1))
                .from(operation_hand::Entity)
                .and_where(
                    Expr::col((operation_hand::Entity, operation_hand::Column::OperationId))
                        .equals((operation::Entity, Column::Id)),
                )
                .and_where(operation_hand::Column::GrantId.eq(grant))
                .to_owned();
            let under = Column::GrantId.eq(grant);
            query = query.filter(under.or(Expr::exists(hands)));
        }
        query = match self.delegated {
            Some(true) => query.filter(Column::GrantId.is_not_null()),
            Some(false) => query.filter(Column::GrantId.is_null()),
            None => query,
        };
        if let Some(ticket) = &self.ticket {
            query = query.filter(Column::Ticket.eq(ticket));
        }
        if let Some(part) = &self.note {
            query = query.filter(directory::holds(Column::NoteFolded, part));
        }
        if let Some(from) = self.from {
            query = query.filter(Column::At.gte(from));
        }
        if let Some(to) = self.to {
            query = query.filter(Column::At.lt(to));
        }
        query
    }
}

/// The entries of the account that the scope shows; of [`RecordOf::Oneself`], whose they are is still to be asked.
fn around(scope: &Scope) -> Select<operation::Entity> {
    let query =
        operation::Entity::find().filter(operation::Column::OrganizationId.eq(scope.account()));
    match scope.record_of() {
        RecordOf::All | RecordOf::Oneself => query,
        RecordOf::People(organization) => query
            .filter(operation::Column::ActorOrganizationId.eq(organization))
            .filter(abroad()),
    }
}

/// The entries that a scope shows.
pub(in crate::store) fn shown(scope: &Scope) -> Select<operation::Entity> {
    match scope.record_of() {
        RecordOf::All | RecordOf::People(_) => around(scope),
        RecordOf::Oneself => around(scope).filter(operation::Column::ActorId.eq(scope.viewer())),
    }
}

/// Acts of an organization's people in the records of others: the condition of the partial indexes for these.
fn abroad() -> Expr {
    use operation::Column;
    Expr::col(Column::ActorOrganizationId).ne(Expr::col(Column::OrganizationId))
}

/// A page of the entries that the scope shows, the last of the chain first.
pub async fn list<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    filter: &Filter,
    page: Page,
) -> Result<Slice<operation::Model>> {
    let by = |query| match scope.record_of() {
        RecordOf::All | RecordOf::People(_) => last_first(query, scope, page),
        // One's own acts are found by the actor, whose index is in the order of ids.
        RecordOf::Oneself => page::newest_of(
            query,
            (operation::Column::ActorId, scope.viewer()),
            operation::Column::Id,
            page,
        ),
    };
    // Of those whom only some entries are shown, no index knows both which these are and what passes.
    let indexed = filter.is_indexed() && scope.record_of() == RecordOf::All;
    if filter.is_empty() || indexed {
        let rows = by(filter.apply(around(scope))).all(conn).await?;
        return Ok(Slice::new(rows, page));
    }
    looked_through(conn, filter, || around(scope), by, page).await
}

async fn looked_through<C: ConnectionTrait>(
    conn: &C,
    filter: &Filter,
    all: impl Fn() -> Select<operation::Entity>,
    by: impl Fn(Select<operation::Entity>) -> Select<operation::Entity>,
    page: Page,
) -> Result<Slice<operation::Model>> {
    let (all, id) = ((all, "operation"), operation::Column::Id);
    page::looked_through(conn, all, |query| filter.apply(query), by, id, page).await
}

/// The query of a page in the order of the chain, so that by its index the database stops at the end of the page.
fn last_first(
    query: Select<operation::Entity>,
    scope: &Scope,
    page: Page,
) -> Select<operation::Entity> {
    use operation::Column;
    let query = match page.after {
        Some(after) => {
            let place = Query::select()
                .column(Column::Seq)
                .from(operation::Entity)
                .and_where(Column::Id.eq(OperationId(after)))
                .and_where(Column::OrganizationId.eq(scope.account()))
                .to_owned();
            query.filter(Expr::col(Column::Seq).lt(place))
        }
        None => query,
    };
    query.order_by_desc(Column::Seq).limit(page.first + 1)
}

/// Entries that the scope shows, in the chain's order, beyond a place in it and up to another.
pub async fn stretch<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    filter: &Filter,
    after: i64,
    up_to: i64,
    most: u64,
) -> Result<Vec<operation::Model>> {
    let query = filter
        .apply(shown(scope))
        .filter(operation::Column::Seq.gt(after))
        .filter(operation::Column::Seq.lte(up_to))
        .order_by_asc(operation::Column::Seq)
        .limit(most);
    Ok(query.all(conn).await?)
}

/// A page of one's own acts, in the records of all organizations, newest first.
pub async fn own<C: ConnectionTrait>(
    conn: &C,
    viewer: &Scope,
    filter: &Filter,
    page: Page,
) -> Result<Slice<operation::Model>> {
    let key = (operation::Column::ActorId, viewer.viewer());
    newest(conn, filter, operation::Entity::find, key, page).await
}

/// A page of the entries that pass a filter, of those whose key has a value, newest first.
async fn newest<C: ConnectionTrait>(
    conn: &C,
    filter: &Filter,
    all: impl Fn() -> Select<operation::Entity>,
    key: (operation::Column, impl Into<Value> + Copy),
    page: Page,
) -> Result<Slice<operation::Model>> {
    let by = |query| page::newest_of(query, key, operation::Column::Id, page);
    if filter.is_empty() {
        return Ok(Slice::new(by(all()).all(conn).await?, page));
    }
    looked_through(conn, filter, all, by, page).await
}

/// A page of the acts of a partner's people in the records of others, newest first.
pub async fn of_partner<C: ConnectionTrait>(
    conn: &C,
    scope: &PartnerScope,
    filter: &Filter,
    page: Page,
) -> Result<Slice<operation::Model>> {
    let all = || operation::Entity::find().filter(abroad());
    let key = (operation::Column::ActorOrganizationId, scope.partner());
    newest(conn, filter, all, key, page).await
}

/// A page of the acts of other organizations' users while someone of the partner could hold their sign-in, as long as
/// the grant is active, newest first; if `only` is given, only that entry. With them come the partner's own grants
/// that they name; other grants are not shown.
pub async fn in_hands<C: ConnectionTrait>(
    conn: &C,
    scope: &PartnerScope,
    filter: &Filter,
    only: Option<OperationId>,
    page: Page,
    now: DateTime<Utc>,
) -> Result<(Slice<operation::Model>, HashSet<GrantId>)> {
    use operation_hand::Column;
    if !scope.certified() {
        return Ok((Slice::empty(), HashSet::new()));
    }
    let partner = (Column::PartnerId, scope.partner());
    let next = || {
        page::newest_of(
            operation_hand::Entity::find(),
            partner,
            Column::OperationId,
            page,
        )
    };
    let hands = match only {
        Some(only) => operation_hand::Entity::find()
            .filter(Column::OperationId.eq(only))
            .filter(Column::PartnerId.eq(scope.partner())),
        None => page::window(next(), "operation_hand"),
    };
    let hands = hands
        .filter(under_active(now))
        .select_only()
        .column(Column::OperationId)
        .into_query();
    let entries = operation::Entity::find()
        .filter(operation::Column::OrganizationId.ne(scope.partner()))
        .filter(operation::Column::Id.in_subquery(hands));
    // Not by the bare id: PostgreSQL may go through everyone's entries in its order instead of these few.
    let id = Expr::col((operation::Entity, operation::Column::Id));
    let rows = filter
        .apply(entries)
        .order_by_desc(Func::coalesce([id.clone(), id]))
        .limit(page.first + 1)
        .all(conn)
        .await?;
    let grants = operation_hand::Entity::find()
        .filter(Column::OperationId.is_in(rows.iter().map(|row| row.id)))
        .filter(Column::PartnerId.eq(scope.partner()))
        .filter(under_active(now))
        .all(conn)
        .await?;
    let grants = grants.into_iter().map(|row| row.grant_id).collect();
    if only.is_some() || rows.len() as u64 > page.first {
        return Ok((Slice::new(rows, page), grants));
    }
    let last = page::last(conn, next(), Column::OperationId).await?;
    Ok((Slice::within(rows, page, last), grants))
}

/// Hands under a grant that is active.
fn under_active(now: DateTime<Utc>) -> Expr {
    let active = Query::select()
        .expr(Expr::val(1))
        .from(grant::Entity)
        .and_where(
            Expr::col((grant::Entity, grant::Column::Id))
                .equals((operation_hand::Entity, operation_hand::Column::GrantId)),
        )
        .and_where(grant::Column::EndedAt.is_null())
        .and_where(grant::Column::ClientHoldAt.is_null())
        .and_where(grant::Column::PartnerHoldAt.is_null())
        .and_where(grant::Column::ExpiresAt.gt(now))
        .to_owned();
    Expr::exists(active)
}

/// The latest `most` entries that each scope shows, by account: one statement for all.
pub async fn latest<C: ConnectionTrait>(
    conn: &C,
    scopes: &[Scope],
    most: u64,
) -> Result<HashMap<OrganizationId, Vec<operation::Model>>> {
    // One branch for each account, which stops at its limit by the index: a window function would read every
    // entry.
    let mut branches = scopes.iter().filter_map(|scope| {
        let mut query =
            operation::Entity::find().filter(operation::Column::OrganizationId.eq(scope.account()));
        match scope.record_of() {
            RecordOf::All => {}
            RecordOf::People(organization) => {
                query = query
                    .filter(operation::Column::ActorOrganizationId.eq(organization))
                    .filter(abroad());
            }
            RecordOf::Oneself => return None,
        }
        let branch = query
            .order_by_desc(operation::Column::Seq)
            .limit(most)
            .into_query();
        Some(
            Query::select()
                .column(Asterisk)
                .from_subquery(branch, Alias::new("latest"))
                .to_owned(),
        )
    });
    let Some(mut union) = branches.next() else {
        return Ok(HashMap::new());
    };
    for branch in branches {
        union.union(UnionType::All, branch);
    }
    let rows = operation::Entity::find()
        .from_raw_sql(conn.get_database_backend().build(&union))
        .all(conn)
        .await?;
    let mut latest: HashMap<_, Vec<operation::Model>> = HashMap::new();
    for row in rows {
        latest.entry(row.organization_id).or_default().push(row);
    }
    for rows in latest.values_mut() {
        rows.sort_by_key(|row| std::cmp::Reverse(row.seq));
    }
    Ok(latest)
}
