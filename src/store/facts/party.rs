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
    let contact = row.contact.to_lowercase();
    let at = contact.rsplit_once('@').map_or("", |(_, at)| at);
    let names = at
        .char_indices()
        .filter(|(_, c)| *c == '.')
        .filter_map(|(dot, _)| at.get(dot + 1..));
    let names: Vec<&str> = std::iter::once(at).chain(names).collect();
    let held = domain::Entity::find()
        .filter(domain::Column::OrganizationId.eq(organization))
        .filter(domain::Column::VerifiedAt.is_not_null())
        .filter(domain::Column::Name.is_in(names))
        .one(conn)
        .await?;
    if held.is_some() {
        return Ok(true);
    }
    let address = Func::lower(Expr::col(user::Column::Contact));
    let same = Condition::any()
        .add(Expr::expr(address).eq(contact.as_str()))
        .add(user::Column::SignInKey.eq(contact.as_str()));
    let held = user::Entity::find()
        .filter(user::Column::OrganizationId.eq(organization))
        .filter(user::Column::PurgedAt.is_null())
        .filter(same)
        .one(conn)
        .await?;
    Ok(held.is_some())
}
