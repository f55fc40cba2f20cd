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
    // By whose grants someone else may hold the sign-in.
    let hands = [user.contact_grant_id, user.shown_grant_id];
    let hands: Vec<GrantId> = hands.into_iter().flatten().collect();
    let of_roles = held.iter().filter_map(|row| row.grant_id);
    let causes: Vec<GrantId> = of_roles.chain(hands.iter().copied()).collect();
    let active = active_grants(conn, &causes, now).await?;
    let is_active = |id: GrantId| active.iter().any(|grant| grant.id == id);
    // A temporary password opens nothing while the grant under which it was shown is not active.
    if user.temporary_until.is_some() && user.shown_grant_id.is_some_and(|id| !is_active(id)) {
        return Ok(None);
    }
    let given = given(&held, &hands, &active);
    let appointed = |row: &&user_role::Model| row.grant_id.is_none() && hands.is_empty();
    let counts = |row: &&user_role::Model| {
        appointed(row) || given.iter().any(|given| given.role == row.role)
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
        given,
        in_hands: held
            .iter()
            .filter(|row| row.grant_id.is_none() && !hands.is_empty())
            .map(|row| row.role)
            .collect(),
        delegated_role: user.delegated_role.filter(|_| hands.is_empty()),
        must_change: user.temporary_until.is_some(),
        name: user.display_name,
        sign_in_name: user.sign_in_name,
        organization_name: organization.name,
    }))
}

/// Those of these roles that delegates gave and that count, the oldest first: their grants are active, and
/// not capped below FULL, since LIMITED gives no roles. In a partner's hands every role counts as given
/// there, and while all of those grants are so.
fn given(held: &[user_role::Model], hands: &[GrantId], active: &[grant::Model]) -> Vec<Given> {
    let full = |id: GrantId| {
        let mut grants = active.iter();
        grants.find(|grant| grant.id == id && grant.role_cap == DelegatedRole::Full)
    };
    if !hands.iter().all(|id| full(*id).is_some()) {
        return Vec::new();
    }
    let mut held: Vec<_> = held.iter().collect();
    held.sort_by_key(|row| row.assigned_at);
    let given = held.into_iter().filter_map(|row| {
        let grant = full(row.grant_id.or(hands.first().copied())?)?;
        Some(Given {
            role: row.role,
            grant: grant.id,
            partner: grant.partner_id,
        })
    });
    given.collect()
}

/// Those of these grants that are active.
///
/// # Errors
/// When the database cannot be read.
pub async fn active_grants<C: ConnectionTrait>(
    conn: &C,
    ids: &[GrantId],
    now: DateTime<Utc>,
) -> Result<Vec<grant::Model>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = grant::Entity::find()
        .filter(grant::Column::Id.is_in(ids.iter().copied()))
        .find_also(grant::Entity, certification::Entity)
        .all(conn)
        .await?;
    let active = rows.into_iter().filter_map(|(grant, certification)| {
        let facts = grant_facts(&grant, state(certification.as_ref()));
        (facts.state(now) == GrantState::Active).then_some(grant)
    });
    Ok(active.collect())
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
