//! Passwords of users, as hashes, and under which grant a delegate caused them.

use chrono::{DateTime, Utc};
use entity::{
    ids::{GrantId, UserId},
    user,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::users::{none, update};
use crate::{domain::policy::UserTarget, error::Result, store::act::Act};

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
        (
            user::Column::SecretGrantId,
            Expr::value(cause.or(user.contact_grant)),
        ),
        // Whoever set the contact may have read the link.
        (user::Column::ShownGrantId, Expr::value(user.contact_grant)),
        (user::Column::TemporaryUntil, none()),
    ];
    if !user.enrolled {
        changes.push((user::Column::EnrolledAt, Expr::value(now)));
    }
    update(act, user.id, changes).await
}

/// Sets the acting user's own password: from now on no delegate caused it. A delegate who knew the
/// old one may still be who chose this one.
///
/// # Errors
/// When the database cannot be written.
pub async fn set_own_password(act: &Act<'_>, user: UserId, hash: &str) -> Result<()> {
    let changes = [
        (user::Column::PasswordHash, Expr::value(hash)),
        (user::Column::PasswordChangedAt, Expr::value(act.now())),
        (user::Column::SecretGrantId, Expr::value(None::<GrantId>)),
        (user::Column::TemporaryUntil, none()),
    ];
    update(act, user, changes).await
}

/// Sets a temporary password, good until `until` and only for choosing another.
///
/// # Errors
/// When the database cannot be written.
pub async fn set_temporary_password(
    act: &Act<'_>,
    user: &UserTarget,
    hash: &str,
    until: DateTime<Utc>,
) -> Result<()> {
    let now = act.now();
    let mut changes = vec![
        (user::Column::PasswordHash, Expr::value(hash)),
        (user::Column::PasswordChangedAt, Expr::value(now)),
        (user::Column::SecretGrantId, Expr::value(act.grant())),
        (user::Column::ShownGrantId, Expr::value(act.grant())),
        (user::Column::TemporaryUntil, Expr::value(until)),
    ];
    if !user.enrolled {
        changes.push((user::Column::EnrolledAt, Expr::value(now)));
    }
    update(act, user.id, changes).await
}

/// Takes the password, while a reset is pending.
///
/// # Errors
/// When the database cannot be written.
pub async fn clear_password(act: &Act<'_>, user: &UserTarget) -> Result<()> {
    let changes = [
        (user::Column::PasswordHash, Expr::value(None::<String>)),
        (user::Column::TemporaryUntil, none()),
    ];
    update(act, user.id, changes).await
}

/// What a password is checked against, by the sign-in name as compared.
///
/// # Errors
/// When the database cannot be read.
pub async fn password_hash<C: ConnectionTrait>(conn: &C, key: &str) -> Result<Option<String>> {
    let query = user::Entity::find().filter(user::Column::SignInKey.eq(key));
    Ok(query.one(conn).await?.and_then(|row| row.password_hash))
}
