//! Clients: organizations with their latest grants to a partner.

mod found;
pub(in crate::store) mod pairs;

use chrono::{DateTime, Utc};
use entity::{client_tag, grant, ids::OrganizationId, organization};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, Order, QueryFilter,
    QueryOrder, QuerySelect, SelectTwo,
    sea_query::{Alias, Expr, Query, SelectStatement},
};

use crate::{
    db::Rows,
    domain::{
        grant::GrantState,
        visibility::{PartnerScope, Scope},
    },
    error::Result,
    store::{
        grants, hot,
        page::{Page, Slice},
    },
};

/// What is shown of a client's organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub id: OrganizationId,
    pub name: String,
    pub initial_domain: String,
}

impl From<organization::Model> for Named {
    fn from(row: organization::Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            initial_domain: row.initial_domain,
        }
    }
}

/// A client: the organization, and its latest grant to the partner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    pub organization: Named,
    /// Its latest grant.
    pub grant: grant::Model,
}

/// Which clients; a field that is `None` does not filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Beginnings of words of the name, or of the initial domain's own part, in any case and with or without accents.
    pub search: Option<String>,
    /// States of the latest grant.
    pub states: Option<Vec<GrantState>>,
    /// Clients whose latest grant's term ends before this moment.
    pub expires_before: Option<DateTime<Utc>>,
    /// Clients that bear this tag of the partner.
    pub tag: Option<String>,
}

impl Filter {
    /// The beginnings of words that the search asks for.
    fn beginnings(&self) -> Vec<String> {
        let search = self.search.as_deref();
        search.map(pairs::beginnings).unwrap_or_default()
    }
}

/// The order of clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Oldest organization first.
    #[default]
    Oldest,
    /// By name.
    Name,
    /// By the end of the latest grant's term, soonest first.
    Expiry,
}

/// The later grants between the same two, of a grant of the query around it.
fn has_later() -> SelectStatement {
    let later = Alias::new("later");
    let same =
        |column: grant::Column| Expr::col((later.clone(), column)).equals((grant::Entity, column));
    Query::select()
        .expr(Expr::val(1))
        .from_as(grant::Entity, later.clone())
        .and_where(same(grant::Column::PartnerId))
        .and_where(same(grant::Column::ClientId))
        .and_where(
            Expr::col((later.clone(), grant::Column::Id))
                .gt(Expr::col((grant::Entity, grant::Column::Id))),
        )
        .to_owned()
}

fn latest(scope: &PartnerScope) -> SelectTwo<grant::Entity, organization::Entity> {
    grant::Entity::find()
        .filter(grant::Column::PartnerId.eq(scope.partner()))
        .filter(Expr::exists(has_later()).not())
        .find_also_related(organization::Entity)
}

/// A page of the partner's clients. Whatever is asked, few rows are looked at: see [`found`].
pub async fn list<C: Rows>(
    conn: &C,
    scope: &PartnerScope,
    filter: &Filter,
    sort: Sort,
    now: DateTime<Utc>,
    page: Page,
) -> Result<Slice<Client>> {
    if sort == Sort::Oldest && *filter == Filter::default() {
        return hot::clients::page(conn, scope, page).await;
    }
    found::page(conn, scope, filter, sort, now, page).await
}

/// A page, by a query that serves every filter and order, and looks at every client of the partner.
pub async fn plain<C: ConnectionTrait>(
    conn: &C,
    scope: &PartnerScope,
    filter: &Filter,
    sort: Sort,
    now: DateTime<Utc>,
    page: Page,
) -> Result<Slice<Client>> {
    let mut query = latest(scope);
    for part in filter.beginnings() {
        query = query.filter(Expr::exists(found::with_word(
            (grant::Entity, grant::Column::PartnerId),
            (grant::Entity, grant::Column::ClientId),
            &part,
        )));
    }
    if let Some(states) = &filter.states {
        query = query.filter(grants::in_states(states, Some(scope.certified()), now));
    }
    if let Some(before) = filter.expires_before {
        query = query.filter(grant::Column::ExpiresAt.lt(before));
    }
    if let Some(tag) = &filter.tag {
        let tagged = Query::select()
            .column(client_tag::Column::ClientId)
            .from(client_tag::Entity)
            .and_where(client_tag::Column::PartnerId.eq(scope.partner()))
            .and_where(client_tag::Column::Tag.eq(tag))
            .to_owned();
        query = query.filter(grant::Column::ClientId.in_subquery(tagged));
    }
    if let Some(after) = page.after {
        let after = OrganizationId(after);
        let beyond = grant::Column::ClientId.gt(after);
        let place = match sort {
            Sort::Oldest => None,
            Sort::Name | Sort::Expiry => {
                let query = latest(scope).filter(grant::Column::ClientId.eq(after));
                query.one(conn).await?
            }
        };
        let condition = match (sort, place) {
            (Sort::Name, Some((_, Some(row)))) => beyond_key(
                Expr::col((organization::Entity, organization::Column::NameFolded)),
                row.name_folded.into(),
                beyond,
            ),
            (Sort::Expiry, Some((row, _))) => beyond_key(
                Expr::col((grant::Entity, grant::Column::ExpiresAt)),
                row.expires_at.into(),
                beyond,
            ),
            _ => Condition::all().add(beyond),
        };
        query = query.filter(condition);
    }
    query = match sort {
        Sort::Oldest => query,
        Sort::Name => query.order_by(organization::Column::NameFolded, Order::Asc),
        Sort::Expiry => query.order_by(grant::Column::ExpiresAt, Order::Asc),
    };
    let rows = query
        .order_by(grant::Column::ClientId, Order::Asc)
        .limit(page.first + 1)
        .all(conn)
        .await?;
    let rows = rows.into_iter().filter_map(|(grant, organization)| {
        Some(Client {
            organization: organization?.into(),
            grant,
        })
    });
    Ok(Slice::new(rows.collect(), page))
}

/// Beyond a key, or at it and beyond an id.
fn beyond_key(column: Expr, value: sea_orm::Value, beyond: Expr) -> Condition {
    let value = || Expr::val(value.clone());
    let at = Condition::all().add(column.clone().eq(value())).add(beyond);
    let any = Condition::any().add(column.clone().gt(value())).add(at);
    // Said once more, as a range that the databases begin to read the index at.
    Condition::all().add(column.gte(value())).add(any)
}

/// The latest grant of a client to the scope's own organization.
pub async fn latest_grant<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
) -> Result<Option<grant::Model>> {
    let query = grant::Entity::find()
        .filter(grant::Column::PartnerId.eq(scope.organization()))
        .filter(grant::Column::ClientId.eq(scope.account()))
        .order_by_desc(grant::Column::Id);
    Ok(query.one(conn).await?)
}
