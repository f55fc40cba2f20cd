//! Users and their roles.

use entity::{
    ids::{GrantId, OrganizationId, UserId},
    states::DelegatedRole,
    user,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr,
};

use crate::{
    domain::{
        policy::UserTarget,
        reason::Reason,
        values::{Email, Name, SignInName},
        visibility::{Scope, View},
    },
    error::{Error, Result},
    store::{
        act::Act,
        db,
        page::{self, Page, Slice},
    },
};

/// A user to be added.
pub struct NewUser<'a> {
    /// Its id.
    pub id: UserId,
    /// Its organization: the act's account, or the one being registered by it.
    pub organization: OrganizationId,
    /// Its name.
    pub display_name: &'a Name,
    /// Its sign-in name.
    pub sign_in_name: &'a SignInName,
    /// Where its links are sent.
    pub contact: &'a Email,
}

/// Adds a user to the act's account, or to an organization that the act registers.
///
/// # Errors
/// [`Reason::NameTaken`] when the sign-in name is in use.
pub(in crate::store) async fn insert(act: &Act<'_>, new: NewUser<'_>) -> Result<()> {
    let row = user::ActiveModel {
        id: Set(new.id),
        organization_id: Set(new.organization),
        display_name: Set(new.display_name.as_str().to_owned()),
        sign_in_name: Set(new.sign_in_name.shown()),
        sign_in_key: Set(new.sign_in_name.key()),
        delegated_role: Set(None),
        contact: Set(new.contact.as_str().to_owned()),
        contact_verified_at: Set(None),
        password_hash: Set(None),
        password_changed_at: Set(None),
        secret_grant_id: Set(None),
        enrolled_at: Set(None),
        created_at: Set(act.now()),
    };
    match user::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await
    {
        Err(error) if db::is_duplicate(&error) => Err(Error::Failed(Reason::NameTaken)),
        other => Ok(other.map(drop)?),
    }
}

/// Adds a user to the act's account.
///
/// # Errors
/// [`Reason::NameTaken`] when the sign-in name is in use.
pub async fn add(
    act: &Act<'_>,
    display_name: &Name,
    sign_in_name: &SignInName,
    contact: &Email,
) -> Result<UserId> {
    let id = act.id();
    insert(
        act,
        NewUser {
            id,
            organization: act.account(),
            display_name,
            sign_in_name,
            contact,
        },
    )
    .await?;
    Ok(id)
}

/// Sets or takes the delegated role.
///
/// # Errors
/// When the database cannot be written.
pub async fn set_delegated_role(
    act: &Act<'_>,
    user: &UserTarget,
    role: Option<DelegatedRole>,
) -> Result<()> {
    update(
        act,
        user.id,
        [(user::Column::DelegatedRole, Expr::value(role))],
    )
    .await
}

/// Sets a password that the user chose by a link. Redeeming a link proves the contact; the grant is
/// the one under which a delegate caused the link.
///
/// # Errors
/// When the database cannot be written.
pub async fn set_password_by_link(
    act: &Act<'_>,
    user: &UserTarget,
    hash: &str,
    cause: Option<GrantId>,
) -> Result<()> {
    let now = act.now();
    let mut changes = vec![
        (user::Column::PasswordHash, Expr::value(hash)),
        (user::Column::PasswordChangedAt, Expr::value(now)),
        (user::Column::ContactVerifiedAt, Expr::value(now)),
        (user::Column::SecretGrantId, Expr::value(cause)),
    ];
    if !user.enrolled {
        changes.push((user::Column::EnrolledAt, Expr::value(now)));
    }
    update(act, user.id, changes).await
}

/// Sets the acting user's own password: from now on no delegate caused it.
///
/// # Errors
/// When the database cannot be written.
pub async fn set_own_password(act: &Act<'_>, user: UserId, hash: &str) -> Result<()> {
    let changes = [
        (user::Column::PasswordHash, Expr::value(hash)),
        (user::Column::PasswordChangedAt, Expr::value(act.now())),
        (user::Column::SecretGrantId, Expr::value(None::<GrantId>)),
    ];
    update(act, user, changes).await
}

/// Takes the password, while a reset is pending.
///
/// # Errors
/// When the database cannot be written.
pub async fn clear_password(act: &Act<'_>, user: &UserTarget) -> Result<()> {
    update(
        act,
        user.id,
        [(user::Column::PasswordHash, Expr::value(None::<String>))],
    )
    .await
}

async fn update(
    act: &Act<'_>,
    user: UserId,
    changes: impl IntoIterator<Item = (user::Column, Expr)>,
) -> Result<()> {
    let mut query = user::Entity::update_many()
        .filter(user::Column::Id.eq(user))
        .filter(user::Column::OrganizationId.eq(act.account()));
    for (column, value) in changes {
        query = query.col_expr(column, value);
    }
    let done = query.exec(act.tx()).await?;
    if done.rows_affected == 1 {
        Ok(())
    } else {
        Err(Error::not_found())
    }
}

/// The acting user's own row, within the act.
///
/// # Errors
/// When the database cannot be read.
pub async fn row(act: &Act<'_>, user: UserId) -> Result<Option<user::Model>> {
    let query =
        user::Entity::find_by_id(user).filter(user::Column::OrganizationId.eq(act.account()));
    Ok(query.one(act.tx()).await?)
}

/// What a password is checked against, by the sign-in name as compared.
///
/// # Errors
/// When the database cannot be read.
pub async fn password_hash<C: ConnectionTrait>(conn: &C, key: &str) -> Result<Option<String>> {
    let query = user::Entity::find().filter(user::Column::SignInKey.eq(key));
    Ok(query.one(conn).await?.and_then(|row| row.password_hash))
}

/// One user that the scope shows.
///
/// # Errors
/// When the database cannot be read.
pub async fn find<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    id: UserId,
) -> Result<Option<user::Model>> {
    if !scope.sees_of_user(View::Users, id) {
        return Ok(None);
    }
    let query =
        user::Entity::find_by_id(id).filter(user::Column::OrganizationId.eq(scope.account()));
    Ok(query.one(conn).await?)
}

/// A page of the users that the scope shows.
///
/// # Errors
/// When the database cannot be read.
pub async fn list<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    page: Page,
) -> Result<Slice<user::Model>> {
    if !scope.sees(View::Users) {
        return Ok(Slice::empty());
    }
    let query = user::Entity::find().filter(user::Column::OrganizationId.eq(scope.account()));
    let rows = page::oldest_first(query, user::Column::Id, page)
        .all(conn)
        .await?;
    Ok(Slice::new(rows, page))
}

/// A page of the users who hold a delegated role.
///
/// # Errors
/// When the database cannot be read.
pub async fn staff<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    page: Page,
) -> Result<Slice<user::Model>> {
    if !scope.sees(View::Staff) {
        return Ok(Slice::empty());
    }
    let query = user::Entity::find()
        .filter(user::Column::OrganizationId.eq(scope.account()))
        .filter(user::Column::DelegatedRole.is_not_null());
    let rows = page::oldest_first(query, user::Column::Id, page)
        .all(conn)
        .await?;
    Ok(Slice::new(rows, page))
}

/// The organization of a user, whatever the viewer may see of it: only to find the scope to ask.
///
/// # Errors
/// When the database cannot be read.
pub async fn organization_of<C: ConnectionTrait>(
    conn: &C,
    id: UserId,
) -> Result<Option<OrganizationId>> {
    Ok(user::Entity::find_by_id(id)
        .one(conn)
        .await?
        .map(|row| row.organization_id))
}

/// The user with this sign-in name, for the loader of the demo world.
///
/// # Errors
/// When the database cannot be read.
pub async fn by_sign_in_key<C: ConnectionTrait>(
    conn: &C,
    key: &str,
) -> Result<Option<user::Model>> {
    Ok(user::Entity::find()
        .filter(user::Column::SignInKey.eq(key))
        .one(conn)
        .await?)
}
