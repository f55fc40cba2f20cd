//! Whether a user's mailbox is another organization's.

use std::collections::HashSet;

use entity::{
    domain,
    ids::{OrganizationId, UserId},
    operation,
    states::Outcome,
    user,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter,
    sea_query::{Expr, Func, LikeExpr},
};

use crate::{
    domain::{kind::OperationKind, record::Body},
    error::Result,
};

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
    // What nobody of the partner has proven is a mere claim: else any partner could keep anyone from answering.
    let held = user::Entity::find()
        .filter(user::Column::OrganizationId.eq(organization))
        .filter(user::Column::DeletedAt.is_null())
        .filter(same(&contact, true))
        .one(conn)
        .await?;
    Ok(held.is_some())
}

/// Whether an address is at a domain name that was added to the organization under a grant, or below one: also
/// where a delegate removed the name since, but not where an own admin did or added it anew.
pub(in crate::store) async fn under_grant<C: ConnectionTrait>(
    conn: &C,
    organization: OrganizationId,
    contact: &str,
) -> Result<bool> {
    let kinds = [OperationKind::AddDomain, OperationKind::RemoveDomain];
    // Sorted here: in the chain's order, the database would read all of it.
    let mut entries = operation::Entity::find()
        .filter(operation::Column::OrganizationId.eq(organization))
        .filter(operation::Column::Kind.is_in(kinds.map(|kind| kind.spec().stable)))
        .filter(operation::Column::Outcome.eq(Outcome::Done))
        .all(conn)
        .await?;
    entries.sort_by_key(|entry| entry.seq);
    let contact = contact.to_lowercase();
    let names = names(&contact);
    let mut under: HashSet<String> = HashSet::new();
    for entry in entries {
        let body: Option<Body> = serde_json::from_str(&entry.body).ok();
        let Some(name) = body.and_then(|body| body.changes.get("name").cloned()) else {
            continue;
        };
        if entry.grant_id.is_none() {
            under.remove(&name);
        } else if entry.kind == OperationKind::AddDomain.spec().stable {
            under.insert(name);
        }
    }
    Ok(names.iter().any(|name| under.contains(*name)))
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
        .filter(same(&contact.to_lowercase(), false))
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

/// Users whose contact or sign-in name an address in lower case is, whatever sub-address it has (RFC 5233, section 1:
/// what follows a plus sign before the at sign); by a proven contact alone where `proven` says so.
fn same(contact: &str, proven: bool) -> Condition {
    let (local, at) = contact.rsplit_once('@').unwrap_or((contact, ""));
    let local = local.split_once('+').map_or(local, |(local, _)| local);
    let plain = format!("{local}@{at}");
    let address = || Expr::expr(Func::lower(Expr::col(user::Column::Contact)));
    let escaped = |text: &str| {
        let text = text.replace('\\', "\\\\").replace('%', "\\%");
        text.replace('_', "\\_")
    };
    let tagged = format!("{}+%@{}", escaped(local), escaped(at));
    let mut is_contact = Condition::all().add(
        Condition::any()
            .add(address().eq(plain.as_str()))
            .add(address().like(LikeExpr::new(tagged).escape('\\'))),
    );
    if proven {
        is_contact = is_contact.add(user::Column::ContactVerifiedAt.is_not_null());
    }
    Condition::any()
        .add(is_contact)
        .add(user::Column::SignInKey.eq(contact))
        .add(user::Column::SignInKey.eq(plain.as_str()))
}
