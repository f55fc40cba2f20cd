//! Responses: clients' answers to offers.

use entity::{
    ids::{GrantId, OfferId, ResponseId},
    response,
    states::Answer,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use crate::{
    domain::visibility::{PartnerScope, Scope, View},
    error::{Error, Result},
    store::{
        act::Act,
        offers,
        page::{self, Page, Slice},
    },
};

/// Notes the answer of the act's account.
///
/// # Errors
/// When the database cannot be written.
pub async fn insert(
    act: &Act<'_>,
    offer: &offers::Row,
    answer: Answer,
    reason: Option<String>,
    grant: Option<GrantId>,
) -> Result<ResponseId> {
    let id = act.id();
    let row = response::ActiveModel {
        id: Set(id),
        offer_id: Set(offer.offer.id),
        revision: Set(offer.revision.revision),
        partner_id: Set(offer.offer.partner_id),
        client_id: Set(act.account()),
        answer: Set(answer),
        reason: Set(reason),
        answered_by: Set(act.actor().ok_or_else(Error::not_found)?),
        grant_id: Set(grant),
        operation_id: Set(act.operation()),
        answered_at: Set(act.now()),
    };
    response::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await?;
    Ok(id)
}

/// The latest answer of the act's account that made or amended this grant.
///
/// # Errors
/// When the database cannot be read.
pub async fn latest_of_grant(act: &Act<'_>, grant: GrantId) -> Result<Option<response::Model>> {
    let query = response::Entity::find()
        .filter(response::Column::ClientId.eq(act.account()))
        .filter(response::Column::GrantId.eq(grant))
        .order_by_desc(response::Column::Id);
    Ok(query.one(act.tx()).await?)
}

/// The latest answer of the act's account to an offer.
///
/// # Errors
/// When the database cannot be read.
pub async fn latest_to_offer(act: &Act<'_>, offer: OfferId) -> Result<Option<response::Model>> {
    let query = response::Entity::find()
        .filter(response::Column::ClientId.eq(act.account()))
        .filter(response::Column::OfferId.eq(offer))
        .order_by_desc(response::Column::Id);
    Ok(query.one(act.tx()).await?)
}

/// One answer, to the client that gave it or to the partner that got it.
///
/// # Errors
/// When the database cannot be read.
pub async fn find<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    id: ResponseId,
) -> Result<Option<response::Model>> {
    let row = response::Entity::find_by_id(id).one(conn).await?;
    Ok(row.filter(|row| shows(scope, row)))
}

/// The latest answer that made or amended a grant, to a party to it.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_grant<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    grant: GrantId,
) -> Result<Option<response::Model>> {
    let row = response::Entity::find()
        .filter(response::Column::GrantId.eq(grant))
        .order_by_desc(response::Column::Id)
        .one(conn)
        .await?;
    Ok(row.filter(|row| shows(scope, row)))
}

fn shows(scope: &Scope, row: &response::Model) -> bool {
    (row.client_id == scope.account() && scope.sees(View::Grants))
        || (row.partner_id == scope.account() && scope.sees(View::Offers))
}

/// A page of the answers to one offer of the partner, newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list<C: ConnectionTrait>(
    conn: &C,
    scope: &PartnerScope,
    offer: OfferId,
    page: Page,
) -> Result<Slice<response::Model>> {
    let query = response::Entity::find()
        .filter(response::Column::PartnerId.eq(scope.partner()))
        .filter(response::Column::OfferId.eq(offer));
    let rows = page::newest_first(query, response::Column::Id, page)
        .all(conn)
        .await?;
    Ok(Slice::new(rows, page))
}
