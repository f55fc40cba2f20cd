//! Admin roles that one of the account's own admins gave to a user in a partner's hands: they wait until the user is
//! in nobody's hands.

use std::collections::HashMap;

use entity::{
    awaited_role,
    ids::{OperationId, UserId},
    operation,
    states::AdminRole,
    user,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use crate::{
    domain::{policy::UserTarget, reason::Reason, role::RoleSet},
    error::{Error, Result},
    store::{act::Act, hands, roles},
};

/// Notes a role that is to wait.
///
/// # Errors
/// [`Reason::RoleHeld`] when the user holds it, or it waits already.
pub async fn give(act: &Act<'_>, user: &UserTarget, role: AdminRole) -> Result<()> {
    let waits = of_users(act.tx(), &[user.id]).await?;
    let waits = waits
        .get(&user.id)
        .is_some_and(|roles| roles.contains(&role));
    if waits || user.appointed.contains(role) {
        return Err(Error::Failed(Reason::RoleHeld));
    }
    let admin = act.actor().ok_or_else(Error::not_found)?;
    let row = awaited_role::ActiveModel {
        user_id: Set(user.id),
        role: Set(role),
        organization_id: Set(act.account()),
        admin_id: Set(admin),
        operation_id: Set(act.operation()),
        since: Set(act.now()),
    };
    awaited_role::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await?;
    Ok(())
}

/// Takes back a role that waits; false if it does not wait.
pub async fn take(act: &Act<'_>, user: UserId, role: AdminRole) -> Result<bool> {
    let gone = awaited_role::Entity::delete_many()
        .filter(awaited_role::Column::UserId.eq(user))
        .filter(awaited_role::Column::OrganizationId.eq(act.account()))
        .filter(awaited_role::Column::Role.eq(role))
        .exec(act.tx())
        .await?;
    Ok(gone.rows_affected > 0)
}

/// Takes back all roles that wait for a user; false if none do.
pub async fn take_all(act: &Act<'_>, user: UserId) -> Result<bool> {
    let gone = awaited_role::Entity::delete_many()
        .filter(awaited_role::Column::UserId.eq(user))
        .filter(awaited_role::Column::OrganizationId.eq(act.account()))
        .exec(act.tx())
        .await?;
    Ok(gone.rows_affected > 0)
}

/// Gives the user, who has come out of all hands by a link that the act `sent_by` sent, the roles that waited for
/// this. A role is dropped if the admin who gave it, or the one who had the link sent, could not give it now: each
/// must be a global admin whom the account itself appointed, in nobody's hands.
pub async fn come_true(
    act: &Act<'_>,
    user: &UserTarget,
    sent_by: Option<OperationId>,
) -> Result<Vec<AdminRole>> {
    if user.hands.is_empty() || !hands::open(act.tx(), &[user.id]).await?.is_empty() {
        return Ok(Vec::new());
    }
    let rows = awaited_role::Entity::find()
        .filter(awaited_role::Column::UserId.eq(user.id))
        .order_by_asc(awaited_role::Column::Role)
        .all(act.tx())
        .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let sent = match sent_by {
        Some(id) => operation::Entity::find_by_id(id).one(act.tx()).await?,
        None => None,
    };
    let sender = sent.and_then(|entry| entry.actor_id);
    let by_own = match sender {
        Some(sender) => could_give(act, sender).await?,
        None => false,
    };
    let mut given = Vec::new();
    for row in &rows {
        let free = by_own && !user.appointed.contains(row.role);
        if free && could_give(act, row.admin_id).await? {
            roles::appoint(act, user, row.role).await?;
            given.push(row.role);
        }
    }
    take_all(act, user.id).await?;
    Ok(given)
}

async fn could_give(act: &Act<'_>, admin: UserId) -> Result<bool> {
    let row = user::Entity::find_by_id(admin)
        .filter(user::Column::OrganizationId.eq(act.account()))
        .filter(user::Column::DeletedAt.is_null())
        .filter(user::Column::BlockedAt.is_null())
        .one(act.tx())
        .await?;
    let recovered = |row: user::Model| row.recovered_until.is_some_and(|until| act.now() < until);
    if row.is_none_or(recovered) || !hands::open(act.tx(), &[admin]).await?.is_empty() {
        return Ok(false);
    }
    let held = roles::of_user(act.tx(), admin).await?;
    Ok(held.appointed.contains(AdminRole::GlobalAdmin))
}

/// Roles that wait for one user.
pub(in crate::store) async fn of_user<C: ConnectionTrait>(
    conn: &C,
    user: UserId,
) -> Result<RoleSet> {
    let mut roles = of_users(conn, &[user]).await?;
    Ok(roles
        .remove(&user)
        .unwrap_or_default()
        .into_iter()
        .collect())
}

/// Roles that wait, of several users. The caller shows them only where its scope does.
pub async fn of_users<C: ConnectionTrait>(
    conn: &C,
    users: &[UserId],
) -> Result<HashMap<UserId, Vec<AdminRole>>> {
    let rows = awaited_role::Entity::find()
        .filter(awaited_role::Column::UserId.is_in(users.iter().copied()))
        .order_by_asc(awaited_role::Column::Role)
        .all(conn)
        .await?;
    let mut roles: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        roles.entry(row.user_id).or_default().push(row.role);
    }
    Ok(roles)
}
