//! Whether a user's mailbox is another organization's.

use entity::{
    domain,
    ids::{OrganizationId, UserId},
    user,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter,
    sea_query::{Expr, Func},
};

use crate::error::Result;

/// Whether the user's contact is at a verified domain name of the organization, or below one, or is an
/// address of one of its users: a contact or a sign-in name.
pub(super) async fn has_contact<C: ConnectionTrait>(
    conn: &C,
    user: UserId,
    organization: OrganizationId,
) -> Result<bool> {
    let Some(row) = user::Entity::find_by_id(user).one(conn).await? else {
        return Ok(false);
    };
    if row.organization_id == organization {
        return Ok(false);
    }
    is_of(conn, organization, &row.contact).await
}

/// Whether an address is at a verified domain name of the organization, or below one, or is one of its users'.
pub(in crate::store) async fn is_of<C: ConnectionTrait>(
    conn: &C,
    organization: OrganizationId,
    contact: &str,
) -> Result<bool> {
    let contact = contact.to_lowercase();
    let held = domain::Entity::find()
        .filter(domain::Column::OrganizationId.eq(organization))
        .filter(domain::Column::VerifiedAt.is_not_null())
        .filter(domain::Column::Name.is_in(names(&contact)))
        .one(conn)
        .await?;
    if held.is_some() {
        return Ok(true);
    }
    let held = user::Entity::find()
        .filter(user::Column::OrganizationId.eq(organization))
        .filter(user::Column::PurgedAt.is_null())
        .filter(same(&contact))
        .one(conn)
        .await?;
    Ok(held.is_some())
}

/// Whether an address is at a domain name that was added to the organization under a grant, or below one.
pub(in crate::store) async fn under_grant<C: ConnectionTrait>(
    conn: &C,
    organization: OrganizationId,
    contact: &str,
) -> Result<bool> {
    let held = domain::Entity::find()
        .filter(domain::Column::OrganizationId.eq(organization))
        .filter(domain::Column::GrantId.is_not_null())
        .filter(domain::Column::Name.is_in(names(&contact.to_lowercase())))
        .one(conn)
        .await?;
    Ok(held.is_some())
}

/// Whether an address is one of another user's of the organization.
pub(in crate::store) async fn is_of_another<C: ConnectionTrait>(
    conn: &C,
    organization: OrganizationId,
    user: UserId,
    contact: &str,
) -> Result<bool> {
    let held = user::Entity::find()
        .filter(user::Column::OrganizationId.eq(organization))
        .filter(user::Column::PurgedAt.is_null())
        .filter(user::Column::Id.ne(user))
        .filter(same(&contact.to_lowercase()))
        .one(conn)
        .await?;
    Ok(held.is_some())
}

/// The domain name of an address in lower case, and the names above it.
fn names(contact: &str) -> Vec<&str> {
    let at = contact.rsplit_once('@').map_or("", |(_, at)| at);
    let above = at
        .char_indices()
        .filter(|(_, c)| *c == '.')
        .filter_map(|(dot, _)| at.get(dot + 1..));
    std::iter::once(at).chain(above).collect()
}

/// Users whose contact or sign-in name an address in lower case is.
fn same(contact: &str) -> Condition {
    let address = Func::lower(Expr::col(user::Column::Contact));
    Condition::any()
        .add(Expr::expr(address).eq(contact))
        .add(user::Column::SignInKey.eq(contact))
}
