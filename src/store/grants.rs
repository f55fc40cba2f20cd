//! Grants, and the clients that they make.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    certification, grant,
    ids::{GrantId, OrganizationId},
    organization,
    states::{DelegatedRole, Side},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Alias, Expr, Query},
};

use crate::{
    domain::{
        certification::Certification,
        grant::GrantFacts,
        values::Term,
        visibility::{PartnerScope, Scope, View},
    },
    error::Result,
    store::{
        act::Act,
        facts, offers,
        page::{Page, Slice},
        viewer,
    },
};

/// The terms that a client chose.
pub struct Terms<'a> {
    /// The most that a delegate may be.
    pub role_cap: DelegatedRole,
    /// How long.
    pub term: &'a Term,
    /// When that ends.
    pub expires_at: DateTime<Utc>,
}

/// The open grant from the act's account to a partner.
///
/// # Errors
/// When the database cannot be read.
pub async fn open(act: &Act<'_>, partner: OrganizationId) -> Result<Option<grant::Model>> {
    let query = grant::Entity::find()
        .filter(grant::Column::ClientId.eq(act.account()))
        .filter(grant::Column::PartnerId.eq(partner))
        .filter(grant::Column::EndedAt.is_null());
    Ok(query.one(act.tx()).await?)
}

/// Makes a grant from the act's account to the offer's partner.
///
/// # Errors
/// When the database cannot be written.
pub async fn insert(act: &Act<'_>, offer: &offers::Row, terms: &Terms<'_>) -> Result<GrantId> {
    let id = act.id();
    let row = grant::ActiveModel {
        id: Set(id),
        partner_id: Set(offer.offer.partner_id),
        client_id: Set(act.account()),
        offer_id: Set(offer.offer.id),
        revision: Set(offer.revision.revision),
        role_cap: Set(terms.role_cap),
        term: Set(terms.term.text()),
        accepted_at: Set(act.now()),
        expires_at: Set(terms.expires_at),
        client_hold_at: Set(None),
        partner_hold_at: Set(None),
        ended_at: Set(None),
        ended_by: Set(None),
    };
    grant::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await?;
    Ok(id)
}

async fn update(
    act: &Act<'_>,
    id: GrantId,
    changes: impl IntoIterator<Item = (grant::Column, Expr)>,
) -> Result<()> {
    let mut query = grant::Entity::update_many()
        .filter(grant::Column::Id.eq(id))
        .filter(grant::Column::ClientId.eq(act.account()));
    for (column, value) in changes {
        query = query.col_expr(column, value);
    }
    query.exec(act.tx()).await?;
    Ok(())
}

/// Replaces the terms of an open grant: its term runs from now.
///
/// # Errors
/// When the database cannot be written.
pub async fn amend(
    act: &Act<'_>,
    id: GrantId,
    offer: &offers::Row,
    terms: &Terms<'_>,
) -> Result<()> {
    let changes = [
        (grant::Column::OfferId, Expr::value(offer.offer.id)),
        (
            grant::Column::Revision,
            Expr::value(offer.revision.revision),
        ),
        (grant::Column::RoleCap, Expr::value(terms.role_cap)),
        (grant::Column::Term, Expr::value(terms.term.text())),
        (grant::Column::AcceptedAt, Expr::value(act.now())),
        (grant::Column::ExpiresAt, Expr::value(terms.expires_at)),
    ];
    update(act, id, changes).await
}

/// Sets or lifts one side's hold.
///
/// # Errors
/// When the database cannot be written.
pub async fn set_hold(act: &Act<'_>, id: GrantId, side: Side, held: bool) -> Result<()> {
    let column = match side {
        Side::Client => grant::Column::ClientHoldAt,
        Side::Partner => grant::Column::PartnerHoldAt,
    };
    update(act, id, [(column, Expr::value(held.then_some(act.now())))]).await
}

/// Ends a grant; `by` is null where its term did.
///
/// # Errors
/// When the database cannot be written.
pub async fn end(act: &Act<'_>, id: GrantId, by: Option<Side>) -> Result<()> {
    let changes = [
        (grant::Column::EndedAt, Expr::value(act.now())),
        (grant::Column::EndedBy, Expr::value(by)),
    ];
    update(act, id, changes).await
}

/// A grant with the partner's certification.
#[derive(Clone, Debug)]
pub struct Row {
    /// The grant.
    pub grant: grant::Model,
    /// The partner's certification.
    pub certification: Certification,
}

impl Row {
    /// What decides its state.
    pub fn facts(&self) -> GrantFacts {
        facts::grant_facts(&self.grant, self.certification)
    }
}

impl From<(grant::Model, Option<certification::Model>)> for Row {
    fn from((grant, certification): (grant::Model, Option<certification::Model>)) -> Self {
        let certification = viewer::state(certification.as_ref());
        Self {
            grant,
            certification,
        }
    }
}

/// One grant, seen from an organization that is a party to it.
///
/// # Errors
/// When the database cannot be read.
pub async fn find<C: ConnectionTrait>(conn: &C, scope: &Scope, id: GrantId) -> Result<Option<Row>> {
    let row = grant::Entity::find_by_id(id)
        .find_also(grant::Entity, certification::Entity)
        .one(conn)
        .await?
        .map(Row::from);
    Ok(row.filter(|row| sees(scope, &row.grant)))
}

fn sees(scope: &Scope, grant: &grant::Model) -> bool {
    let given = grant.client_id == scope.account() && scope.sees(View::Grants);
    let held = grant.partner_id == scope.account()
        && (scope.sees(View::Grants) || scope.sees(View::Offers));
    given || held
}

/// A page of the grants of the scope's own organization, from both sides, newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list<C: ConnectionTrait>(conn: &C, scope: &Scope, page: Page) -> Result<Slice<Row>> {
    let mut side = Condition::any();
    if scope.sees(View::Grants) {
        side = side.add(grant::Column::ClientId.eq(scope.account()));
    }
    if scope.sees(View::Grants) || scope.sees(View::Offers) {
        side = side.add(grant::Column::PartnerId.eq(scope.account()));
    }
    if side.is_empty() {
        return Ok(Slice::empty());
    }
    let mut query = grant::Entity::find()
        .filter(side)
        .order_by_desc(grant::Column::Id)
        .limit(page.first + 1);
    if let Some(after) = page.after {
        query = query.filter(grant::Column::Id.lt(after));
    }
    let rows = query
        .find_also(grant::Entity, certification::Entity)
        .all(conn)
        .await?;
    Ok(Slice::new(rows, page).map(Row::from))
}

/// A client: the organization, and its latest grant to the partner.
#[derive(Clone, Debug)]
pub struct Client {
    /// The organization.
    pub organization: organization::Model,
    /// Its latest grant.
    pub grant: grant::Model,
}

/// A page of the partner's clients, oldest organization first: one statement.
///
/// # Errors
/// When the database cannot be read.
pub async fn clients<C: ConnectionTrait>(
    conn: &C,
    scope: &PartnerScope,
    page: Page,
) -> Result<Slice<Client>> {
    let later = Alias::new("later");
    let has_later = Query::select()
        .expr(Expr::val(1))
        .from_as(grant::Entity, later.clone())
        .and_where(
            Expr::col((later.clone(), grant::Column::PartnerId))
                .equals((grant::Entity, grant::Column::PartnerId)),
        )
        .and_where(
            Expr::col((later.clone(), grant::Column::ClientId))
                .equals((grant::Entity, grant::Column::ClientId)),
        )
        .and_where(
            Expr::col((later, grant::Column::Id)).gt(Expr::col((grant::Entity, grant::Column::Id))),
        )
        .to_owned();
    let mut query = grant::Entity::find()
        .filter(grant::Column::PartnerId.eq(scope.partner()))
        .filter(Expr::exists(has_later).not())
        .order_by_asc(grant::Column::ClientId)
        .limit(page.first + 1);
    if let Some(after) = page.after {
        query = query.filter(grant::Column::ClientId.gt(after));
    }
    let rows = query
        .find_also(grant::Entity, organization::Entity)
        .all(conn)
        .await?;
    let rows = rows
        .into_iter()
        .filter_map(|(grant, organization)| {
            Some(Client {
                organization: organization?,
                grant,
            })
        })
        .collect();
    Ok(Slice::new(rows, page))
}

/// The latest grants from several clients to the partner, by client.
///
/// # Errors
/// When the database cannot be read.
pub async fn latest<C: ConnectionTrait>(
    conn: &C,
    partner: OrganizationId,
    clients: &[OrganizationId],
) -> Result<HashMap<OrganizationId, grant::Model>> {
    let rows = grant::Entity::find()
        .filter(grant::Column::PartnerId.eq(partner))
        .filter(grant::Column::ClientId.is_in(clients.iter().copied()))
        .order_by_asc(grant::Column::Id)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.client_id, row)).collect())
}
