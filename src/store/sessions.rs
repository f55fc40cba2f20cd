//! Sessions and their refresh tokens.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    ids::{SessionId, UserId},
    refresh_token, session,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};

use crate::{
    domain::visibility::Scope,
    error::Result,
    store::{act::Act, familiar},
};

/// Begins a session of a user of the act's account.
pub async fn begin(act: &Act<'_>, user: UserId, life: TimeDelta) -> Result<SessionId> {
    let id = act.id();
    let row = session::ActiveModel {
        id: Set(id),
        user_id: Set(user),
        organization_id: Set(act.account()),
        created_at: Set(act.now()),
        confirmed_at: Set(None),
        expires_at: Set(act.now() + life),
        revoked_at: Set(None),
    };
    session::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await?;
    Ok(id)
}

/// The viewer's own sessions that are good now, the latest first; at most so many.
pub async fn own<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    most: u64,
    now: DateTime<Utc>,
) -> Result<Vec<session::Model>> {
    let rows = session::Entity::find()
        .filter(session::Column::UserId.eq(scope.viewer()))
        .filter(session::Column::OrganizationId.eq(scope.account()))
        .filter(session::Column::RevokedAt.is_null())
        .filter(session::Column::ExpiresAt.gt(now))
        .order_by_desc(session::Column::Id)
        .limit(most);
    Ok(rows.all(conn).await?)
}

/// Adds a refresh token to a session.
pub async fn add_refresh(act: &Act<'_>, session: SessionId, hash: String) -> Result<()> {
    let row = refresh_token::ActiveModel {
        hash: Set(hash),
        session_id: Set(session),
        created_at: Set(act.now()),
        used_at: Set(None),
    };
    refresh_token::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await?;
    Ok(())
}

/// The use of a refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    First,
    /// Another so soon after the first that it may be the same request, sent again or twice.
    Repeated,
    /// Another: somebody else may have the token.
    Later,
}

/// Uses up a refresh token: gives its session, and which use this was.
pub async fn use_refresh(
    act: &Act<'_>,
    hash: &str,
    soon: TimeDelta,
) -> Result<Option<(SessionId, Use)>> {
    let Some(row) = refresh_token::Entity::find_by_id(hash)
        .one(act.tx())
        .await?
    else {
        return Ok(None);
    };
    let done = refresh_token::Entity::update_many()
        .filter(refresh_token::Column::Hash.eq(hash))
        .filter(refresh_token::Column::UsedAt.is_null())
        .col_expr(refresh_token::Column::UsedAt, Expr::value(act.now()))
        .exec(act.tx())
        .await?;
    let known = match (done.rows_affected, row.used_at) {
        (1, _) => Use::First,
        (_, Some(used)) if act.now() - used <= soon => Use::Repeated,
        _ => Use::Later,
    };
    Ok(Some((row.session_id, known)))
}

/// Whether a refresh token was not used yet.
pub async fn is_unused(act: &Act<'_>, hash: &str) -> Result<bool> {
    let row = refresh_token::Entity::find_by_id(hash)
        .one(act.tx())
        .await?;
    Ok(row.is_some_and(|row| row.used_at.is_none()))
}

/// Notes that the user has just proven by its password who it is.
pub async fn confirm(act: &Act<'_>, session: SessionId) -> Result<()> {
    session::Entity::update_many()
        .filter(session::Column::Id.eq(session))
        .filter(session::Column::OrganizationId.eq(act.account()))
        .filter(session::Column::RevokedAt.is_null())
        .col_expr(session::Column::ConfirmedAt, Expr::value(act.now()))
        .exec(act.tx())
        .await?;
    Ok(())
}

/// Ends one session of the account.
pub async fn revoke(act: &Act<'_>, session: SessionId) -> Result<()> {
    session::Entity::update_many()
        .filter(session::Column::Id.eq(session))
        .filter(session::Column::OrganizationId.eq(act.account()))
        .filter(session::Column::RevokedAt.is_null())
        .col_expr(session::Column::RevokedAt, Expr::value(act.now()))
        .exec(act.tx())
        .await?;
    Ok(())
}

/// Ends every session of a user of the account, except `keep`: those that are over too, which a clock that is put back
/// would revive. Without one, whoever signed in may be somebody else, so
/// the places are forgotten too.
pub async fn revoke_all(act: &Act<'_>, user: UserId, keep: Option<SessionId>) -> Result<()> {
    let mut query = session::Entity::update_many()
        .filter(session::Column::UserId.eq(user))
        .filter(session::Column::OrganizationId.eq(act.account()))
        .filter(session::Column::RevokedAt.is_null())
        .col_expr(session::Column::RevokedAt, Expr::value(act.now()));
    match keep {
        Some(keep) => query = query.filter(session::Column::Id.ne(keep)),
        None => familiar::forget(act, user).await?,
    }
    query.exec(act.tx()).await?;
    Ok(())
}
