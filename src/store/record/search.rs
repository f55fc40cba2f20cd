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
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select,
    sea_query::{Alias, Asterisk, Expr, Query, UnionType},
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
                .column(operation_hand::Column::OperationId)
                .from(operation_hand::Entity)
                .and_where(operation_hand::Column::GrantId.eq(grant))
                .to_owned();
            let under = Column::GrantId.eq(grant);
            query = query.filter(under.or(Column::Id.in_subquery(hands)));
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

fn shown(scope: &Scope) -> Select<operation::Entity> {
    let query =
        operation::Entity::find().filter(operation::Column::OrganizationId.eq(scope.account()));
    match scope.record_of() {
        RecordOf::All => query,
        RecordOf::People(organization) => query.filter(of_partner_in_client(organization)),
        RecordOf::Oneself => query.filter(operation::Column::ActorId.eq(scope.viewer())),
    }
}

/// Acts of an organization's people in the records of others, as a condition that matches the partial indexes for
/// these.
fn of_partner_in_client(partner: OrganizationId) -> Condition {
    use operation::Column;
    Condition::all()
        .add(Column::ActorOrganizationId.eq(partner))
        .add(Expr::col(Column::ActorOrganizationId).ne(Expr::col(Column::OrganizationId)))
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
        RecordOf::Oneself => page::newest_first(query, operation::Column::Id, page),
    };
    if filter.is_empty() || filter.is_indexed() {
        let rows = by(filter.apply(shown(scope))).all(conn).await?;
        return Ok(Slice::new(rows, page));
    }
    looked_through(conn, filter, || shown(scope), by, page).await
}

/// A page of the entries that pass a filter, among the next rows in an order: no index is for the filter.
async fn looked_through<C: ConnectionTrait>(
    conn: &C,
    filter: &Filter,
    all: impl Fn() -> Select<operation::Entity>,
    by: impl Fn(Select<operation::Entity>) -> Select<operation::Entity>,
    page: Page,
) -> Result<Slice<operation::Model>> {
    let next = || by(all());
    let rows = by(filter.apply(page::window(next(), "operation")));
    let rows = rows.all(conn).await?;
    if rows.len() as u64 > page.first {
        return Ok(Slice::new(rows, page));
    }
    let last = page::last(conn, next(), operation::Column::Id).await?;
    Ok(Slice::within(rows, page, last))
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
    let all = || operation::Entity::find().filter(operation::Column::ActorId.eq(viewer.viewer()));
    newest(conn, filter, all, page).await
}

/// A page of the entries that pass a filter, newest first.
async fn newest<C: ConnectionTrait>(
    conn: &C,
    filter: &Filter,
    all: impl Fn() -> Select<operation::Entity>,
    page: Page,
) -> Result<Slice<operation::Model>> {
    let by = |query| page::newest_first(query, operation::Column::Id, page);
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
    let all = || operation::Entity::find().filter(of_partner_in_client(scope.partner()));
    newest(conn, filter, all, page).await
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
    if !scope.certified() {
        return Ok((Slice::new(Vec::new(), page), HashSet::new()));
    }
    let active = Query::select()
        .column(grant::Column::Id)
        .from(grant::Entity)
        .and_where(grant::Column::PartnerId.eq(scope.partner()))
        .and_where(grant::Column::EndedAt.is_null())
        .and_where(grant::Column::ClientHoldAt.is_null())
        .and_where(grant::Column::PartnerHoldAt.is_null())
        .and_where(grant::Column::ExpiresAt.gt(now))
        .to_owned();
    let hands = Query::select()
        .column(operation_hand::Column::OperationId)
        .from(operation_hand::Entity)
        .and_where(operation_hand::Column::GrantId.in_subquery(active.clone()))
        .to_owned();
    let mut query = operation::Entity::find()
        .filter(operation::Column::OrganizationId.ne(scope.partner()))
        .filter(operation::Column::Id.in_subquery(hands));
    if let Some(only) = only {
        query = query.filter(operation::Column::Id.eq(only));
    }
    let rows = page::newest_first(filter.apply(query), operation::Column::Id, page)
        .all(conn)
        .await?;
    let ids = rows.iter().map(|row| row.id);
    let grants = operation_hand::Entity::find()
        .filter(operation_hand::Column::OperationId.is_in(ids))
        .filter(operation_hand::Column::GrantId.in_subquery(active))
        .all(conn)
        .await?;
    let grants = grants.into_iter().map(|row| row.grant_id).collect();
    Ok((Slice::new(rows, page), grants))
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
                query = query.filter(of_partner_in_client(organization));
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
