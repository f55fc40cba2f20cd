//! Admin roles that delegates took: found in the record, and given back.

use std::collections::HashMap;

use entity::{
    ids::{GrantId, UserId},
    operation,
    states::{AdminRole, Outcome},
    user,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    domain::{kind::OperationKind, record::Body, role::RoleSet},
    error::Result,
    store::{act::Act, hands, roles},
};

/// How many ids one statement names.
const AT_ONCE: usize = 500;

/// The name of the change in which an entry says that the role which was taken was the account's own gift.
pub const APPOINTED: &str = "appointed";

/// Gives back every role that the account itself had given and a delegate took under the grant: but where an
/// admin of the account's own has decided about that role since, and but to who is deleted or in somebody's
/// hands.
///
/// # Errors
/// When the database cannot be written.
pub async fn give_back(act: &Act<'_>, grant: GrantId) -> Result<Vec<(UserId, AdminRole)>> {
    let removed = OperationKind::RemoveAdminRole.spec().stable;
    let taken = operation::Entity::find()
        .filter(operation::Column::OrganizationId.eq(act.account()))
        .filter(operation::Column::GrantId.eq(grant))
        .filter(operation::Column::Kind.eq(removed))
        .filter(operation::Column::Outcome.eq(Outcome::Done))
        .order_by_asc(operation::Column::Seq)
        .all(act.tx())
        .await?;
    let mut users: Vec<UserId> = taken
        .iter()
        .filter_map(|row| row.target_id)
        .map(UserId)
        .collect();
    users.sort_unstable();
    users.dedup();
    let mut given = Vec::new();
    for users in users.chunks(AT_ONCE) {
        let last = last_word(act, users).await?;
        let held = roles::of_users(act.tx(), users).await?;
        let in_hands = hands::open(act.tx(), users).await?;
        let there = user::Entity::find()
            .filter(user::Column::Id.is_in(users.iter().copied()))
            .filter(user::Column::OrganizationId.eq(act.account()))
            .filter(user::Column::DeletedAt.is_null())
            .filter(
                // Whom an own admin blocked is dismissed.
                Condition::any()
                    .add(user::Column::BlockedAt.is_null())
                    .add(user::Column::BlockedGrantId.is_not_null()),
            )
            .all(act.tx())
            .await?;
        for user in users {
            let reachable = there.iter().any(|row| row.id == *user)
                && !in_hands.iter().any(|row| row.user_id == *user);
            let held = held.get(user).map_or(RoleSet::NONE, |held| held.all);
            for role in AdminRole::ALL {
                let back = last.get(&(*user, *role)) == Some(&Some(grant));
                if back && reachable && !held.contains(*role) {
                    roles::insert_role(act, act.account(), *user, *role).await?;
                    given.push((*user, *role));
                }
            }
        }
    }
    Ok(given)
}

/// Under which grant each role of these users was last taken that the account had given; `None` where an own admin
/// has decided about it since.
async fn last_word(
    act: &Act<'_>,
    users: &[UserId],
) -> Result<HashMap<(UserId, AdminRole), Option<GrantId>>> {
    let kinds = [
        OperationKind::AssignAdminRole,
        OperationKind::RemoveAdminRole,
    ];
    let rows = operation::Entity::find()
        .filter(operation::Column::OrganizationId.eq(act.account()))
        .filter(operation::Column::TargetId.is_in(users.iter().map(|user| user.0)))
        .filter(operation::Column::Kind.is_in(kinds.map(|kind| kind.spec().stable)))
        .filter(operation::Column::Outcome.eq(Outcome::Done))
        .order_by_asc(operation::Column::Seq)
        .all(act.tx())
        .await?;
    let mut last = HashMap::new();
    for row in rows {
        let body: Option<Body> = serde_json::from_str(&row.body).ok();
        let Some((body, target)) = body.zip(row.target_id) else {
            continue;
        };
        let named = body.changes.get("role");
        let role = AdminRole::ALL
            .iter()
            .find(|role| named.is_some_and(|name| role.as_str() == name));
        let Some(role) = role else { continue };
        let appointed = body.changes.contains_key(APPOINTED);
        let removed = row.kind == OperationKind::RemoveAdminRole.spec().stable;
        let key = (UserId(target), *role);
        match (row.grant_id, removed && appointed) {
            // What a delegate gives, or takes that a delegate gave, changes nothing of what is owed.
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
