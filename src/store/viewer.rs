//! Reads the current user behind a token.

use chrono::{DateTime, Utc};
use entity::{
    certification, hand,
    ids::{OrganizationId, SessionId, UserId},
    organization, session,
    states::DelegatedRole,
    user, user_role,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{
    db::{Db, Trusted},
    domain::{
        certification::Certification,
        grant::GrantState,
        hands::{Cause, Hands},
        role::RoleSet,
        viewer::{Actor, FRESH, GivenRole},
    },
    error::Result,
    store::{from_rows, hands::Causes},
};

/// The caller of a request: the user of its session, as it is now; `None` when the session is over.
pub async fn caller(
    db: &Db,
    session: SessionId,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Option<Actor>> {
    find(&db.server(), session, user, now).await
}

/// The user of a session, as it is now; `None` when the session is over.
pub async fn find<C: Trusted>(
    conn: &C,
    session: SessionId,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Option<Actor>> {
    let rows = user::Entity::find_by_id(user)
        .find_also(user::Entity, organization::Entity)
        .find_also(user::Entity, certification::Entity)
        .find_also(user::Entity, session::Entity)
        .find_also(user::Entity, hand::Entity)
        .find_also(user::Entity, user_role::Entity)
        .filter(session::Column::Id.eq(session))
        .all(conn)
        .await?;
    let hands = each(rows.iter().filter_map(|row| row.4.clone()), |hand| hand.id);
    let held = each(rows.iter().filter_map(|row| row.5.clone()), |role| {
        role.role
    });
    let Some((user, Some(organization), certification, Some(session), ..)) =
        rows.into_iter().next()
    else {
        return Ok(None);
    };
    let row = CallerRow {
        session: session.id,
        revoked_at: session.revoked_at,
        expires_at: session.expires_at,
        proven_at: session.confirmed_at.unwrap_or(session.created_at),
        organization: organization.id,
        organization_name: organization.name,
        platform: organization.platform,
        certification: from_rows::certification_state(certification.as_ref()),
        user: user.id,
        name: user.display_name,
        sign_in_name: user.sign_in_name,
        delegated_role: user.delegated_role,
        blocked: user.blocked_at.is_some(),
        deleted: user.deleted_at.is_some(),
        temporary: user.temporary_until.is_some(),
        recovered_until: user.recovered_until,
    };
    let Some(actor) = row.actor(now) else {
        return Ok(None);
    };
    let causes = causes(conn, &held, &hands).await?;
    let hands = causes.hands(hands, now);
    // A temporary password does not work while the grant under which it was shown is not active.
    if actor.must_change && hands.secret_asleep(user.password_changed_at) {
        return Ok(None);
    }
    let given = given(&held, &causes, now);
    let appointed = |row: &&user_role::Model| row.grant_id.is_none();
    let counts = |row: &&user_role::Model| {
        appointed(row) || given.iter().any(|given| given.role == row.role)
    };
    Ok(Some(Actor {
        roles: held.iter().filter(counts).map(|row| row.role).collect(),
        appointed: held.iter().filter(appointed).map(|row| row.role).collect(),
        dormant: held
            .iter()
            .filter(|row| !counts(row))
            .map(|row| row.role)
            .collect(),
        given,
        hands,
        ..actor
    }))
}

/// What is read of a caller, besides its roles and its hands.
pub(in crate::store) struct CallerRow {
    pub session: SessionId,
    pub revoked_at: Option<DateTime<Utc>>,
    pub expires_at: DateTime<Utc>,
    /// When the user last proved by its password who it is.
    pub proven_at: DateTime<Utc>,
    pub organization: OrganizationId,
    pub organization_name: String,
    pub platform: bool,
    pub certification: Certification,
    pub user: UserId,
    pub name: String,
    pub sign_in_name: String,
    pub delegated_role: Option<DelegatedRole>,
    pub blocked: bool,
    pub deleted: bool,
    /// Whether its password is temporary.
    pub temporary: bool,
    pub recovered_until: Option<DateTime<Utc>>,
}

impl CallerRow {
    /// The caller, so far without roles and hands; `None` when the session is over.
    pub(in crate::store) fn actor(self, now: DateTime<Utc>) -> Option<Actor> {
        let over = self.revoked_at.is_some() || now >= self.expires_at;
        if over || self.blocked || self.deleted {
            return None;
        }
        Some(Actor {
            user: self.user,
            session: self.session,
            organization: self.organization,
            platform: self.platform,
            certification: self.certification,
            must_change: self.temporary,
            roles: RoleSet::NONE,
            appointed: RoleSet::NONE,
            given: Vec::new(),
            dormant: RoleSet::NONE,
            fresh: now - self.proven_at <= FRESH,
            recovered: self.recovered_until.is_some_and(|until| now < until),
            hands: Hands::default(),
            delegated_role: self.delegated_role,
            name: self.name,
            sign_in_name: self.sign_in_name,
            organization_name: self.organization_name,
        })
    }
}

/// Rows that a join repeats, each once.
pub(in crate::store) fn each<T, K: PartialEq>(
    rows: impl Iterator<Item = T>,
    key: impl Fn(&T) -> K,
) -> Vec<T> {
    let mut once: Vec<T> = Vec::new();
    for row in rows {
        if once.iter().all(|other| key(other) != key(&row)) {
            once.push(row);
        }
    }
    once
}

/// The grants and persons of these roles and hands. Most users have none, and then no statement is run.
async fn causes<C: ConnectionTrait>(
    conn: &C,
    held: &[user_role::Model],
    hands: &[hand::Model],
) -> Result<Causes> {
    let grants = held.iter().filter_map(|row| row.grant_id);
    let grants = grants.chain(hands.iter().map(|row| row.grant_id));
    let people = held.iter().filter_map(|row| row.person_id);
    let people = people.chain(hands.iter().filter_map(|row| row.person_id));
    Causes::load(conn, grants.collect(), people.collect()).await
}

/// The roles that delegates gave and that count now, the oldest first: their grants are active and not capped
/// below FULL (since LIMITED cannot give roles), and the delegates who gave them still hold FULL.
fn given(held: &[user_role::Model], causes: &Causes, now: DateTime<Utc>) -> Vec<GivenRole> {
    let mut held: Vec<_> = held.iter().collect();
    held.sort_by_key(|row| row.assigned_at);
    let given = held.into_iter().filter_map(|row| {
        let grant = causes.grant(row.grant_id?)?;
        let counts = grant.state(now) == GrantState::Active
            && grant.role_cap == DelegatedRole::Full
            && causes.role_of(row.person_id) == Some(DelegatedRole::Full);
        counts.then_some(GivenRole {
            role: row.role,
            cause: Cause {
                grant: grant.id,
                partner: grant.partner,
                person: row.person_id,
                role: DelegatedRole::Full,
            },
        })
    });
    given.collect()
}
