//! Whether a user's mailbox belongs to another organization.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::{
    domain, former_contact,
    ids::{OrganizationId, UserId},
    operation, resting_name,
    states::Outcome,
    user,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter,
    sea_query::{Expr, Func, IntoColumnRef, LikeExpr},
};

use crate::{
    domain::{
        kind::OperationKind,
        record::Key,
        values::email::{domain_of, mailbox},
    },
    error::Result,
    store::record,
};

/// Whether the user's contact is at a verified domain name of the organization, or below one, or is an
/// address of one of its users: a contact or a sign-in name.
pub(in crate::store) async fn has_contact<C: ConnectionTrait>(
    conn: &C,
    user: UserId,
    organization: OrganizationId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let Some(row) = user::Entity::find_by_id(user).one(conn).await? else {
        return Ok(false);
    };
    if row.organization_id == organization {
        return Ok(false);
    }
    is_of(conn, organization, &row.contact, now).await
}

/// Whether an address is at a verified domain name of the organization, or below one, or is one of its users': also
/// if the organization released the name, deleted the user or changed its contact only recently.
pub(in crate::store) async fn is_of<C: ConnectionTrait>(
    conn: &C,
    organization: OrganizationId,
    contact: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let contact = contact.to_lowercase();
    let held = domain::Entity::find()
        .filter(domain::Column::OrganizationId.eq(organization))
        .filter(domain::Column::VerifiedAt.is_not_null())
        .filter(domain::Column::Name.is_in(names(&contact)))
        .one(conn)
        .await?;
    let rests = resting_name::Entity::find()
        .filter(resting_name::Column::Name.is_in(names(&contact)))
        .filter(resting_name::Column::OrganizationId.eq(organization))
        .filter(resting_name::Column::Until.gt(now))
        .one(conn)
        .await?;
    if held.is_some() || rests.is_some() {
        return Ok(true);
    }
    // Only contacts that were proven count: otherwise any partner could keep anyone from answering by claiming an
    // address.
    let proven = user::Column::ContactVerifiedAt.is_not_null();
    let held = user::Entity::find()
        .filter(user::Column::OrganizationId.eq(organization))
        .filter(
            Condition::any()
                .add(has(user::Column::Contact, &contact).add(proven))
                .add(signs_in_as(&contact)),
        )
        .one(conn)
        .await?;
    let left = former_contact::Entity::find()
        .filter(former_contact::Column::OrganizationId.eq(organization))
        .filter(former_contact::Column::Until.gt(now))
        .filter(has(former_contact::Column::Contact, &contact))
        .one(conn)
        .await?;
    Ok(held.is_some() || left.is_some())
}

/// Whether an address is at a domain name that was added to the organization and proven under a grant, or below one:
/// also if a delegate removed the name since, but not if one of the account's own admins did, or added or proved it
/// again. With `while_there`, a name that is still there counts even if nobody proved it, since an own admin can
/// remove it.
pub(in crate::store) async fn under_grant<C: ConnectionTrait>(
    conn: &C,
    organization: OrganizationId,
    contact: &str,
    while_there: bool,
) -> Result<bool> {
    use OperationKind::{AddDomain, RemoveDomain, VerifyDomain};
    // Sorted here: in the order of the chain, the database would read the whole chain.
    let kinds = [AddDomain, RemoveDomain, VerifyDomain];
    let mut entries = operation::Entity::find()
        .filter(operation::Column::OrganizationId.eq(organization))
        .filter(operation::Column::Kind.is_in(kinds.map(|kind| kind.spec().stable)))
        .filter(operation::Column::Outcome.eq(Outcome::Done))
        .all(conn)
        .await?;
    entries.sort_by_key(|entry| entry.seq);
    let contact = contact.to_lowercase();
    let names = names(&contact);
    let (mut added, mut under) = (HashSet::new(), HashSet::new());
    for entry in entries {
        let Some(name) = record::change(&entry, Key::Name) else {
            continue;
        };
        let of = |kind: OperationKind| entry.kind == kind.spec().stable;
        if entry.grant_id.is_none() {
            under.remove(&name);
            added.remove(&name);
        } else if of(VerifyDomain) {
            under.insert(name);
        } else if of(AddDomain) {
            added.insert(name);
        } else {
            added.remove(&name);
        }
    }
    let counts = |name: &&str| under.contains(*name) || (while_there && added.contains(*name));
    Ok(names.iter().any(counts))
}

/// Whether an address belongs to another user of the organization: a contact that the other user proved, or that one
/// of the account's own admins set for a user who is not deleted, or a sign-in name that an own admin gave. Addresses
/// that only a delegate set do not count.
pub(in crate::store) async fn is_of_another<C: ConnectionTrait>(
    conn: &C,
    organization: OrganizationId,
    user: UserId,
    contact: &str,
) -> Result<bool> {
    let contact = contact.to_lowercase();
    let there = Condition::all()
        .add(user::Column::DeletedAt.is_null())
        .add(user::Column::ContactOwnAt.is_not_null());
    let counts = Condition::any()
        .add(user::Column::ContactVerifiedAt.is_not_null())
        .add(there);
    let held = user::Entity::find()
        .filter(user::Column::OrganizationId.eq(organization))
        .filter(user::Column::PurgedAt.is_null())
        .filter(user::Column::Id.ne(user))
        .filter(
            Condition::any()
                .add(has(user::Column::Contact, &contact).add(counts))
                .add(signs_in_as(&contact).add(user::Column::AddedGrantId.is_null())),
        )
        .one(conn)
        .await?;
    Ok(held.is_some())
}

/// The domain name of an address, in lower case, and all parent names.
fn names(contact: &str) -> Vec<&str> {
    let at = domain_of(contact);
    let above = at
        .char_indices()
        .filter(|(_, c)| *c == '.')
        .filter_map(|(dot, _)| at.get(dot + 1..));
    std::iter::once(at).chain(above).collect()
}

/// Rows whose column is this address in lower case; sub-addresses are ignored on both sides.
fn has(column: impl IntoColumnRef, contact: &str) -> Condition {
    let mailbox = mailbox(contact);
    let (local, at) = mailbox.rsplit_once('@').unwrap_or((&mailbox, ""));
    let address = Expr::expr(Func::lower(Expr::col(column)));
    let escaped = |text: &str| {
        let text = text.replace('\\', "\\\\").replace('%', "\\%");
        text.replace('_', "\\_")
    };
    let tagged = format!("{}+%@{}", escaped(local), escaped(at));
    let same = Condition::any()
        .add(address.clone().eq(mailbox.as_str()))
        .add(address.like(LikeExpr::new(tagged).escape('\\')));
    Condition::all().add(same)
}

/// Users whose sign-in name is this address in lower case; its sub-address is ignored.
fn signs_in_as(contact: &str) -> Condition {
    let same = Condition::any()
        .add(user::Column::SignInKey.eq(contact))
        .add(user::Column::SignInKey.eq(mailbox(contact)));
    Condition::all().add(same)
}
