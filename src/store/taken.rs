//! Admin roles that delegates took: found in the record, and given back.

use std::collections::HashMap;

use entity::{
    ids::{GrantId, OrganizationId, UserId},
    operation,
    states::{AdminRole, Outcome},
    user,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use uuid::Uuid;

use crate::{
    domain::{
        kind::OperationKind,
        record::Key,
        role::RoleSet,
        visibility::{Scope, View},
    },
    error::Result,
    store::{act::Act, hands, record, roles},
};

/// Gives back every role that the account itself had given and a delegate took under the grant: unless one of
/// the account's own admins has decided about that role since, or the user is deleted, dismissed or in
/// somebody's hands.
pub async fn give_back(act: &Act<'_>, grant: GrantId) -> Result<Vec<(UserId, AdminRole)>> {
    let given = owed_in(act.tx(), act.account(), grant).await?;
    for (user, role) in &given {
        roles::insert_role(act, act.account(), *user, *role).await?;
    }
    Ok(given)
}

/// What [`give_back`] would give now; nothing if the scope does not show the record.
pub async fn owed<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    grant: GrantId,
) -> Result<Vec<(UserId, AdminRole)>> {
    if !scope.sees(View::Record) {
        return Ok(Vec::new());
    }
    owed_in(conn, scope.account(), grant).await
}

async fn owed_in<C: ConnectionTrait>(
    conn: &C,
    account: OrganizationId,
    grant: GrantId,
) -> Result<Vec<(UserId, AdminRole)>> {
    let removed = OperationKind::RemoveAdminRole.spec().stable;
    let taken = operation::Entity::find()
        .filter(operation::Column::OrganizationId.eq(account))
        .filter(operation::Column::GrantId.eq(grant))
        .filter(operation::Column::Kind.eq(removed))
        .filter(operation::Column::Outcome.eq(Outcome::Done))
        .order_by_asc(operation::Column::Seq)
        .all(conn)
        .await?;
    let mut users: Vec<UserId> = taken
        .iter()
        .filter_map(|row| row.target_id)
        .map(UserId)
        .collect();
    users.sort_unstable();
    users.dedup();
    let mut given = Vec::new();
    for users in users.chunks(super::IDS_AT_ONCE) {
        let last = last_word(conn, account, users).await?;
        let held = roles::of_users(conn, users).await?;
        let in_hands = hands::open(conn, users).await?;
        let there = user::Entity::find()
            .filter(user::Column::Id.is_in(users.iter().copied()))
            .filter(user::Column::OrganizationId.eq(account))
            .filter(user::Column::DeletedAt.is_null())
            .filter(
                // Users whom one of the account's own admins blocked count as dismissed.
                Condition::any()
                    .add(user::Column::BlockedAt.is_null())
                    .add(user::Column::BlockedGrantId.is_not_null()),
            )
            .all(conn)
            .await?;
        for user in users {
            let reachable = there.iter().any(|row| row.id == *user)
                && !in_hands.iter().any(|row| row.user_id == *user);
            let held = held.get(user).map_or(RoleSet::NONE, |held| held.all);
            for role in AdminRole::ALL {
                let back = last.get(&(*user, *role)) == Some(&Some(grant));
                if back && reachable && !held.contains(*role) {
                    given.push((*user, *role));
                }
            }
        }
    }
    Ok(given)
}

/// Users from whom a delegate took one of these roles that the account had given, unless one of the account's own
/// admins has decided about it since.
pub(in crate::store) async fn from_whom<C: ConnectionTrait>(
    conn: &C,
    account: OrganizationId,
    roles: &[AdminRole],
) -> Result<Vec<UserId>> {
    let removed = OperationKind::RemoveAdminRole.spec().stable;
    let users: Vec<Option<Uuid>> = operation::Entity::find()
        .select_only()
        .column(operation::Column::TargetId)
        .distinct()
        .filter(operation::Column::OrganizationId.eq(account))
        .filter(operation::Column::Kind.eq(removed))
        .filter(operation::Column::Outcome.eq(Outcome::Done))
        .filter(operation::Column::GrantId.is_not_null())
        .into_tuple()
        .all(conn)
        .await?;
    let users: Vec<UserId> = users.into_iter().flatten().map(UserId).collect();
    let mut from = Vec::new();
    for users in users.chunks(super::IDS_AT_ONCE) {
        let last = last_word(conn, account, users).await?;
        let taken = last.into_iter().filter(|(_, grant)| grant.is_some());
        let taken = taken.filter(|((_, role), _)| roles.contains(role));
        from.extend(taken.map(|((user, _), _)| user));
    }
    from.sort_unstable();
    from.dedup();
    Ok(from)
}

/// For each role of these users that the account itself had given: under which grant it was last taken; `None` if
/// one of the account's own admins has decided about it since.
async fn last_word<C: ConnectionTrait>(
    conn: &C,
    account: OrganizationId,
    users: &[UserId],
) -> Result<HashMap<(UserId, AdminRole), Option<GrantId>>> {
    let kinds = [
        OperationKind::AssignAdminRole,
        OperationKind::RemoveAdminRole,
    ];
    let rows = operation::Entity::find()
        .filter(operation::Column::OrganizationId.eq(account))
        .filter(operation::Column::TargetId.is_in(users.iter().map(|user| user.0)))
        .filter(operation::Column::Kind.is_in(kinds.map(|kind| kind.spec().stable)))
        .filter(operation::Column::Outcome.eq(Outcome::Done))
        .order_by_asc(operation::Column::Seq)
        .all(conn)
        .await?;
    let mut last = HashMap::new();
    for row in rows {
        let changes = record::changes(&row);
        let Some(target) = row.target_id else {
            continue;
        };
        let named = changes.get(Key::Role);
        let role = AdminRole::ALL
            .iter()
            .find(|role| named.is_some_and(|name| role.as_str() == name));
        let Some(role) = role else { continue };
        let appointed = changes.has(Key::Appointed);
        let removed = row.kind == OperationKind::RemoveAdminRole.spec().stable;
        let key = (UserId(target), *role);
        match (row.grant_id, removed && appointed) {
            // If a delegate gives a role, or takes one that a delegate gave, that does not change which roles can be
            // given back.
            (Some(_), false) => {}
            (Some(grant), true) => {
                last.insert(key, Some(grant));
            }
            (None, _) => {
                last.insert(key, None);
            }
        }
    }
    Ok(last)
}
