//! Reads the current user behind a token.

use chrono::{DateTime, Utc};
use entity::{
    certification, grant,
    ids::{GrantId, SessionId, UserId},
    organization, session,
    states::DelegatedRole,
    user, user_role,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{
    domain::{
        certification::Certification,
        grant::GrantState,
        role::RoleSet,
        viewer::{Actor, Given},
    },
    error::Result,
    store::facts::grant_facts,
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
    let active = active_grants(conn, &held, now).await?;
    let appointed = |row: &&user_role::Model| row.grant_id.is_none();
    let counts = |row: &&user_role::Model| match row.grant_id {
        Some(id) => active.iter().any(|given| given.grant == id),
        None => true,
    };
    Ok(Some(Actor {
        user: user.id,
        session: session.id,
        secret_grant: session.secret_grant_id,
        organization: organization.id,
        platform: organization.platform,
        certification: state(certification.as_ref()),
        roles: held.iter().filter(counts).map(|row| row.role).collect(),
        appointed: held.iter().filter(appointed).map(|row| row.role).collect(),
        dormant: held
            .iter()
            .filter(|row| !counts(row))
            .map(|row| row.role)
            .collect(),
        given: active.first().copied(),
        delegated_role: user.delegated_role,
        must_change: user.temporary_until.is_some(),
        name: user.display_name,
        sign_in_name: user.sign_in_name,
        organization_name: organization.name,
    }))
}

/// The grants of these roles under which they count: active, and not capped below FULL, since
/// LIMITED gives no roles.
async fn active_grants<C: ConnectionTrait>(
    conn: &C,
    held: &[user_role::Model],
    now: DateTime<Utc>,
) -> Result<Vec<Given>> {
    let ids: Vec<GrantId> = held.iter().filter_map(|row| row.grant_id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = grant::Entity::find()
        .filter(grant::Column::Id.is_in(ids))
        .find_also(grant::Entity, certification::Entity)
        .all(conn)
        .await?;
    let rows = rows.into_iter().filter(|(row, certification)| {
        let facts = grant_facts(row, state(certification.as_ref()));
        facts.state(now) == GrantState::Active && facts.role_cap == DelegatedRole::Full
    });
    let given = rows.map(|(row, _)| Given {
        grant: row.id,
        partner: row.partner_id,
    });
    Ok(given.collect())
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
