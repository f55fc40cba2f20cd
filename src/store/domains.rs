//! Domain names.

use entity::{
    domain,
    ids::{DomainId, OrganizationId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{
    domain::{
        reason::Reason,
        values::DomainName,
        visibility::{Scope, View},
    },
    error::{Error, Result},
    store::{
        act::Act,
        db,
        page::{self, Page, Slice},
    },
};

/// Adds a name to the act's account, not yet verified.
///
/// # Errors
/// [`Reason::NameTaken`] when the account has it, or another organization has verified it.
pub async fn insert(act: &Act<'_>, name: &DomainName, proof: String) -> Result<DomainId> {
    let taken = domain::Entity::find()
        .filter(domain::Column::Name.eq(name.as_str()))
        .filter(domain::Column::VerifiedAt.is_not_null())
        .one(act.tx())
        .await?;
    if taken.is_some() {
        return Err(Error::Failed(Reason::NameTaken));
    }
    let id = act.id();
    let row = domain::ActiveModel {
        id: Set(id),
        organization_id: Set(act.account()),
        name: Set(name.as_str().to_owned()),
        initial: Set(false),
        proof: Set(proof),
        verified_at: Set(None),
        grant_id: Set(act.grant()),
        added_at: Set(act.now()),
    };
    match domain::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await
    {
        Err(error) if db::is_duplicate(&error) => Err(Error::Failed(Reason::NameTaken)),
        other => Ok(other.map(|_| id)?),
    }
}

/// Whether the act's account holds the name, verified.
///
/// # Errors
/// When the database cannot be read.
pub async fn is_verified(act: &Act<'_>, name: &DomainName) -> Result<bool> {
    let row = domain::Entity::find()
        .filter(domain::Column::OrganizationId.eq(act.account()))
        .filter(domain::Column::Name.eq(name.as_str()))
        .filter(domain::Column::VerifiedAt.is_not_null())
        .one(act.tx())
        .await?;
    Ok(row.is_some())
}

/// One name that the scope shows.
///
/// # Errors
/// When the database cannot be read.
pub async fn find<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    id: DomainId,
) -> Result<Option<domain::Model>> {
    if !scope.sees(View::Directory) {
        return Ok(None);
    }
    let query =
        domain::Entity::find_by_id(id).filter(domain::Column::OrganizationId.eq(scope.account()));
    Ok(query.one(conn).await?)
}

/// A page of the names that the scope shows.
///
/// # Errors
/// When the database cannot be read.
pub async fn list<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    page: Page,
) -> Result<Slice<domain::Model>> {
    if !scope.sees(View::Directory) {
        return Ok(Slice::empty());
    }
    let query = domain::Entity::find().filter(domain::Column::OrganizationId.eq(scope.account()));
    let rows = page::oldest_first(query, domain::Column::Id, page)
        .all(conn)
        .await?;
    Ok(Slice::new(rows, page))
}

/// The organization of a name, whatever the viewer may see of it: only to find the scope to ask.
///
/// # Errors
/// When the database cannot be read.
pub async fn organization_of<C: ConnectionTrait>(
    conn: &C,
    id: DomainId,
) -> Result<Option<OrganizationId>> {
    Ok(domain::Entity::find_by_id(id)
        .one(conn)
        .await?
        .map(|row| row.organization_id))
}
