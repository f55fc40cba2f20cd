//! Admin roles, and global admins.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    ids::{OrganizationId, UserId},
    session,
    states::AdminRole,
    user, user_role,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Select,
    sea_query::{Query, SelectStatement},
};

use crate::{
    db::Trusted,
    domain::{
        delivery::Addressee,
        hands::Cause,
        policy::UserTarget,
        reason::Reason,
        role::{HeldRoles, RoleSet},
    },
    error::{Error, Result},
    store::{act::Act, hands},
};

/// Gives a role to a user of an organization that the act makes or acts on.
pub(in crate::store) async fn insert_role(
    act: &Act<'_>,
    organization: OrganizationId,
    user: UserId,
    role: AdminRole,
) -> Result<()> {
    insert_for(act, organization, user, role, act.cause()).await
}

/// Gives a role as one of the account's own: one of its admins gave it before, and it waited for this act, which may
/// itself rest on a grant.
pub(in crate::store) async fn appoint(
    act: &Act<'_>,
    user: &UserTarget,
    role: AdminRole,
) -> Result<()> {
    if user.roles.contains(role) {
        remove(act, user, role).await?;
    }
    insert_for(act, act.account(), user.id, role, None).await
}

async fn insert_for(
    act: &Act<'_>,
    organization: OrganizationId,
    user: UserId,
    role: AdminRole,
    cause: Option<Cause>,
) -> Result<()> {
    let row = user_role::ActiveModel {
        user_id: Set(user),
        role: Set(role),
        organization_id: Set(organization),
        grant_id: Set(cause.map(|cause| cause.grant)),
        person_id: Set(cause.and_then(|cause| cause.person)),
        assigned_at: Set(act.now()),
    };
    user_role::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await?;
    Ok(())
}

/// Gives an admin role. If one of the account's own admins gives a role that a delegate had given, it counts as given
/// by the account itself from then on.
///
/// # Errors
/// [`Reason::RoleHeld`] when the user holds it.
pub async fn assign(act: &Act<'_>, user: &UserTarget, role: AdminRole) -> Result<()> {
    let rests = act.grant().is_some();
    if user.appointed.contains(role) || (rests && user.roles.contains(role)) {
        return Err(Error::Failed(Reason::RoleHeld));
    }
    if user.roles.contains(role) {
        remove(act, user, role).await?;
    }
    insert_role(act, act.account(), user.id, role).await
}

/// Gives the global admin's role to a user that this act just added.
pub async fn make_global_admin(act: &Act<'_>, user: UserId) -> Result<()> {
    insert_role(act, act.account(), user, AdminRole::GlobalAdmin).await
}

/// Takes an admin role.
///
/// # Errors
/// [`Reason::RoleNotHeld`] when the user does not hold it.
pub async fn remove(act: &Act<'_>, user: &UserTarget, role: AdminRole) -> Result<()> {
    let gone = user_role::Entity::delete_many()
        .filter(user_role::Column::UserId.eq(user.id))
        .filter(user_role::Column::OrganizationId.eq(act.account()))
        .filter(user_role::Column::Role.eq(role))
        .exec(act.tx())
        .await?;
    if gone.rows_affected == 0 {
        Err(Error::Failed(Reason::RoleNotHeld))
    } else {
        Ok(())
    }
}

/// Fails if the act would leave its account without an enrolled global admin whom the account itself appointed,
/// not counting `user`.
///
/// # Errors
/// [`Reason::LastGlobalAdmin`] when `user` is the last.
pub async fn keep_a_global_admin(act: &Act<'_>, user: &UserTarget) -> Result<()> {
    if user.roles.contains(AdminRole::GlobalAdmin)
        && !has_other_global_admin(act, Some(user.id)).await?
    {
        return Err(Error::Failed(Reason::LastGlobalAdmin));
    }
    Ok(())
}

/// Whether the act's account has an enrolled global admin other than `user` whom it appointed itself, who is in
/// nobody's hands and can sign in. Those whom delegates appointed do not count.
pub async fn has_other_global_admin(act: &Act<'_>, user: Option<UserId>) -> Result<bool> {
    let mut query = usable_global_admins(act.account());
    if let Some(user) = user {
        query = query.filter(user::Column::Id.ne(user));
    }
    Ok(query.one(act.tx()).await?.is_some())
}

/// Whether a usable global admin other than `user` signed in since then, who can help.
pub async fn has_present_global_admin(
    act: &Act<'_>,
    user: UserId,
    since: DateTime<Utc>,
) -> Result<bool> {
    let present = Query::select()
        .column(session::Column::UserId)
        .from(session::Entity)
        .and_where(session::Column::OrganizationId.eq(act.account()))
        .and_where(session::Column::CreatedAt.gte(since))
        .to_owned();
    let query = usable_global_admins(act.account())
        .filter(user::Column::Id.ne(user))
        .filter(user::Column::Id.in_subquery(present));
    Ok(query.one(act.tx()).await?.is_some())
}

/// Global admins whom an organization itself appointed, who can sign in and are in nobody's hands.
fn usable_global_admins(organization: OrganizationId) -> Select<user::Entity> {
    global_admins(organization)
        .filter(user::Column::EnrolledAt.is_not_null())
        .filter(user::Column::PasswordHash.is_not_null())
        .filter(user::Column::TemporaryUntil.is_null())
        .filter(user::Column::ContactVerifiedAt.is_not_null())
        .filter(user::Column::Id.not_in_subquery(hands::held(organization)))
        .filter(user::Column::BlockedAt.is_null())
}

/// Global admins of the act's account who have not enrolled.
pub async fn unenrolled_global_admins(act: &Act<'_>) -> Result<Vec<UserId>> {
    let query = global_admins(act.account()).filter(user::Column::EnrolledAt.is_null());
    Ok(query
        .all(act.tx())
        .await?
        .into_iter()
        .map(|row| row.id)
        .collect())
}

/// Verified contacts of the account's global admins.
pub async fn admin_contacts(act: &Act<'_>) -> Result<Vec<Addressee>> {
    contacts_of_admins(act, act.account()).await
}

/// Verified contacts of an organization's global admins: the account's, or its grant's partner's.
pub async fn contacts_of_admins(
    act: &Act<'_>,
    organization: OrganizationId,
) -> Result<Vec<Addressee>> {
    let rows = global_admins(organization)
        .filter(user::Column::ContactVerifiedAt.is_not_null())
        .all(act.tx())
        .await?;
    Ok(addressees(rows))
}

/// Verified contacts of the act's account's global admins who are in nobody's hands.
pub async fn free_admin_contacts(act: &Act<'_>) -> Result<Vec<Addressee>> {
    let mut rows = global_admins(act.account())
        .filter(user::Column::ContactVerifiedAt.is_not_null())
        .all(act.tx())
        .await?;
    let ids: Vec<UserId> = rows.iter().map(|row| row.id).collect();
    let held = hands::open(act.tx(), &ids).await?;
    rows.retain(|row| held.iter().all(|hand| hand.user_id != row.id));
    Ok(addressees(rows))
}

fn addressees(rows: Vec<user::Model>) -> Vec<Addressee> {
    let rows = rows.into_iter();
    rows.map(|row| Addressee::user(row.id, row.contact))
        .collect()
}

/// Users to whom the organization itself gave one of these roles.
pub(in crate::store) fn appointed(
    organization: OrganizationId,
    roles: &[AdminRole],
) -> SelectStatement {
    Query::select()
        .column(user_role::Column::UserId)
        .from(user_role::Entity)
        .and_where(user_role::Column::OrganizationId.eq(organization))
        .and_where(user_role::Column::Role.is_in(roles.iter().copied()))
        .and_where(user_role::Column::GrantId.is_null())
        .to_owned()
}

/// Global admins whom an organization itself appointed, who are not deleted.
pub(in crate::store) fn global_admins(organization: OrganizationId) -> Select<user::Entity> {
    let holders = appointed(organization, &[AdminRole::GlobalAdmin]);
    user::Entity::find()
        .filter(user::Column::OrganizationId.eq(organization))
        .filter(user::Column::DeletedAt.is_null())
        .filter(user::Column::Id.in_subquery(holders))
}

/// Admin roles of several users. The caller shows them only where its scope does.
pub async fn of_users<C: ConnectionTrait>(
    conn: &C,
    users: &[UserId],
) -> Result<HashMap<UserId, HeldRoles>> {
    let mut roles: HashMap<_, HeldRoles> = HashMap::new();
    for ids in users.chunks(super::IDS_AT_ONCE) {
        let rows = user_role::Entity::find()
            .filter(user_role::Column::UserId.is_in(ids.iter().copied()))
            .all(conn)
            .await?;
        for row in rows {
            add(roles.entry(row.user_id).or_default(), &row);
        }
    }
    Ok(roles)
}

/// The roles of these rows, which are one user's.
pub(in crate::store) fn of_rows<'a>(
    rows: impl IntoIterator<Item = &'a user_role::Model>,
) -> HeldRoles {
    let mut held = HeldRoles::default();
    rows.into_iter().for_each(|row| add(&mut held, row));
    held
}

fn add(held: &mut HeldRoles, row: &user_role::Model) {
    let role = RoleSet::of(&[row.role]);
    held.all = held.all.union(role);
    if row.grant_id.is_none() {
        held.appointed = held.appointed.union(role);
    }
}

/// The admin roles of one user.
pub async fn of_user<C: Trusted>(conn: &C, user: UserId) -> Result<HeldRoles> {
    let mut held = of_users(conn, &[user]).await?;
    Ok(held.remove(&user).unwrap_or_default())
}
