//! Passwords of users, as hashes.

use chrono::{DateTime, Utc};
use entity::{ids::UserId, states::Way, user};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, Func},
};

use super::users::{none, update};
use crate::{
    db::Trusted,
    domain::{hands::Cause, policy::UserTarget},
    error::Result,
    store::{act::Act, contacts, hands, links, sessions},
};

/// Sets a password that the user chose by a link; every older session, link and password ends. Redeeming a link
/// proves the contact. Persons of a partner who may read the contact may know the password too; if there are
/// none, the password is in nobody's hands any more. A guarded user waits for some time before it can consent,
/// unless one of the account's own admins had the link sent (`by_own`).
pub async fn set_password_by_link(
    act: &Act<'_>,
    user: &UserTarget,
    hash: &str,
    by_own: bool,
) -> Result<()> {
    let now = act.now();
    let waits = !by_own && user.is_guarded();
    let recovered = waits.then(|| now + act.config().times.recovered());
    let mut changes = vec![
        (user::Column::RecoveredUntil, Expr::value(recovered)),
        (user::Column::PasswordHash, Expr::value(hash)),
        (user::Column::PasswordChangedAt, Expr::value(now)),
        (user::Column::TemporaryUntil, none()),
    ];
    if !user.enrolled {
        changes.push((user::Column::EnrolledAt, Expr::value(now)));
    }
    update(act, user.id, changes).await?;
    contacts::verify(act, user).await?;
    sessions::revoke_all(act, user.id, None).await?;
    links::close_all(act, user.id).await?;
    let contact = hands::open(act.tx(), &[user.id]).await?;
    let contact = contact.iter().filter(|row| row.way == Way::Contact);
    let readers: Vec<_> = contact.map(|row| row.id).collect();
    let readers: Vec<Cause> = user
        .hands
        .by(Way::Contact)
        .filter(|hand| readers.contains(&hand.id))
        .map(|hand| hand.cause)
        .collect();
    match readers.is_empty() {
        true => hands::end(act, user.id, Way::Secret).await,
        false => hands::extend(act, user.id, &readers).await,
    }
}

/// Lets a user in again whom operators recovered: the contact that the link was sent to counts as its own. Contact
/// and password are in nobody's hands. The user waits for some time before it can consent.
pub async fn recover(act: &Act<'_>, user: &UserTarget, contact: &str, hash: &str) -> Result<()> {
    let now = act.now();
    contacts::remember(act, user.id).await?;
    let mut changes = vec![
        (user::Column::Contact, Expr::value(contact)),
        (user::Column::ContactVerifiedAt, Expr::value(now)),
        (user::Column::ContactOwnAt, Expr::value(now)),
        (
            user::Column::RecoveredUntil,
            Expr::value(now + act.config().times.recovered()),
        ),
        (user::Column::PasswordHash, Expr::value(hash)),
        (user::Column::PasswordChangedAt, Expr::value(now)),
        (user::Column::TemporaryUntil, none()),
    ];
    if !user.enrolled {
        changes.push((user::Column::EnrolledAt, Expr::value(now)));
    }
    update(act, user.id, changes).await?;
    sessions::revoke_all(act, user.id, None).await?;
    links::close_all(act, user.id).await?;
    hands::end(act, user.id, Way::Contact).await?;
    hands::end(act, user.id, Way::Secret).await
}

/// Sets the acting user's own password. No hand ends by this: whoever knew the old password may have chosen this one.
pub async fn set_own_password(act: &Act<'_>, user: UserId, hash: &str) -> Result<()> {
    let changes = [
        (user::Column::PasswordHash, Expr::value(hash)),
        (user::Column::PasswordChangedAt, Expr::value(act.now())),
        (user::Column::TemporaryUntil, none()),
    ];
    update(act, user, changes).await
}

/// Sets a temporary password, which works until `until` and only lets the user choose another. The persons whom
/// the act rests on are shown it, so the user is in their hands.
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
        (user::Column::TemporaryUntil, Expr::value(until)),
    ];
    if !user.enrolled {
        changes.push((user::Column::EnrolledAt, Expr::value(now)));
    }
    update(act, user.id, changes).await?;
    hands::begin(act, user.id, Way::Secret).await
}

/// Takes the password away, while a reset is pending.
pub async fn clear_password(act: &Act<'_>, user: &UserTarget) -> Result<()> {
    let changes = [
        (user::Column::FormerHash, former()),
        (user::Column::PasswordHash, Expr::value(None::<String>)),
        (user::Column::TemporaryUntil, none()),
    ];
    update(act, user.id, changes).await
}

/// The present hash, or else the one that was taken away last.
pub(in crate::store) fn former() -> Expr {
    Expr::expr(Func::coalesce([
        Expr::col(user::Column::PasswordHash),
        Expr::col(user::Column::FormerHash),
    ]))
}

/// The hash of a user's last password: the present one, or else the one that was taken away last.
pub async fn last<C: Trusted>(conn: &C, user: UserId) -> Result<Option<String>> {
    let row = user::Entity::find_by_id(user).one(conn).await?;
    Ok(row.and_then(|row| row.password_hash.or(row.former_hash)))
}

/// The hash that a password is checked against, by the sign-in name as compared.
pub async fn password_hash<C: Trusted>(conn: &C, key: &str) -> Result<Option<String>> {
    let query = user::Entity::find().filter(user::Column::SignInKey.eq(key));
    Ok(query.one(conn).await?.and_then(|row| row.password_hash))
}
