//! Which grants and roles there are in the database, for the verifier of records and for `mandate record
//! restored`; no scope restricts it.

use chrono::{DateTime, Utc};
use entity::{
    grant,
    ids::{GrantId, OrganizationId, UserId},
    states::AdminRole,
    user, user_role,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    db::Trusted,
    domain::record::{self, state::GrantState},
    error::Result,
};

/// Every grant, with the client.
pub async fn grants<C: Trusted>(conn: &C) -> Result<Vec<(OrganizationId, GrantId, GrantState)>> {
    let rows = grant::Entity::find().all(conn).await?.into_iter();
    let grants = rows.map(|row| {
        let state = GrantState {
            partner: Some(row.partner_id.0),
            role_cap: row.role_cap.as_str().to_owned(),
            expires_at: record::time(row.expires_at),
            client_hold: row.client_hold_at.is_some(),
            partner_hold: row.partner_hold_at.is_some(),
            ended: row.ended_at.is_some(),
        };
        (row.client_id, row.id, state)
    });
    Ok(grants.collect())
}

/// A user with its roles.
pub struct Holder {
    /// The user.
    pub id: UserId,
    pub organization: OrganizationId,
    /// Its admin roles.
    pub roles: Vec<AdminRole>,
    pub delegated_role: Option<&'static str>,
}

/// Every user who holds any role.
pub async fn users<C: Trusted>(conn: &C) -> Result<Vec<Holder>> {
    let rows = user_role::Entity::find()
        .order_by_asc(user_role::Column::UserId)
        .all(conn)
        .await?;
    let mut holders: Vec<Holder> = Vec::new();
    for row in rows {
        match holders.last_mut().filter(|last| last.id == row.user_id) {
            Some(last) => last.roles.push(row.role),
            None => holders.push(Holder {
                id: row.user_id,
                organization: row.organization_id,
                roles: vec![row.role],
                delegated_role: None,
            }),
        }
    }
    let delegates = user::Entity::find()
        .filter(user::Column::DelegatedRole.is_not_null())
        .all(conn)
        .await?;
    for row in delegates {
        holders.push(Holder {
            id: row.id,
            organization: row.organization_id,
            roles: Vec::new(),
            delegated_role: row.delegated_role.map(|role| role.as_str()),
        });
    }
    Ok(holders)
}

/// Grants of a partner that nobody ended, and that the partner does not hold.
pub async fn of_partner<C: Trusted>(
    conn: &C,
    partner: OrganizationId,
    now: DateTime<Utc>,
) -> Result<Vec<GrantId>> {
    let rows = grant::Entity::find()
        .filter(grant::Column::PartnerId.eq(partner))
        .filter(grant::Column::EndedAt.is_null())
        .filter(grant::Column::PartnerHoldAt.is_null())
        .filter(grant::Column::ExpiresAt.gt(now))
        .order_by_asc(grant::Column::Id)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
