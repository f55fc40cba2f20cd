//! Reads the current user behind a token.

use chrono::{DateTime, Utc};
use entity::{
    certification,
    ids::{SessionId, UserId},
    organization, session, user, user_role,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{
    domain::{certification::Certification, role::RoleSet, viewer::Actor},
    error::Result,
};

/// The user of a session, as it is now; `None` when the session is over.
///
/// # Errors
/// When the database cannot be read.
pub async fn find<C: ConnectionTrait>(
    conn: &C,
    session: SessionId,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Option<Actor>> {
    let row = user::Entity::find_by_id(user)
        .find_also(user::Entity, organization::Entity)
        .find_also(user::Entity, certification::Entity)
        .find_also(user::Entity, session::Entity)
        .filter(session::Column::Id.eq(session))
        .one(conn)
        .await?;
    let Some((user, Some(organization), certification, Some(session))) = row else {
        return Ok(None);
    };
    let over = session.revoked_at.is_some() || now >= session.expires_at;
    if over || user.blocked_at.is_some() || user.deleted_at.is_some() {
        return Ok(None);
    }
    let held = user_role::Entity::find()
        .filter(user_role::Column::UserId.eq(user.id))
        .all(conn)
        .await?;
    let given = |row: &&user_role::Model| row.grant_id.is_none();
    Ok(Some(Actor {
        user: user.id,
        session: session.id,
        secret_grant: session.secret_grant_id,
        organization: organization.id,
        platform: organization.platform,
        certification: state(certification.as_ref()),
        roles: held.iter().map(|row| row.role).collect(),
        appointed: held.iter().filter(given).map(|row| row.role).collect(),
        roles_grant: held.iter().find_map(|row| row.grant_id),
        delegated_role: user.delegated_role,
        must_change: user.temporary_until.is_some(),
        name: user.display_name,
        sign_in_name: user.sign_in_name,
        organization_name: organization.name,
    }))
}

/// The admin roles of one user: all, and those that its organization itself gave.
///
/// # Errors
/// When the database cannot be read.
pub async fn roles<C: ConnectionTrait>(conn: &C, user: UserId) -> Result<(RoleSet, RoleSet)> {
    let rows = user_role::Entity::find()
        .filter(user_role::Column::UserId.eq(user))
        .all(conn)
        .await?;
    let appointed = rows.iter().filter(|row| row.grant_id.is_none());
    Ok((
        rows.iter().map(|row| row.role).collect(),
        appointed.map(|row| row.role).collect(),
    ))
}

/// The state that a certification's row tells.
pub fn state(certification: Option<&certification::Model>) -> Certification {
    match certification {
        None => Certification::None,
        Some(row) if row.suspended_at.is_some() => Certification::Suspended,
        Some(_) => Certification::Current,
    }
}
