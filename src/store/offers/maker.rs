//! What every reader of an offer is told of who made it.

use chrono::{DateTime, Utc};
use entity::{
    grant,
    ids::{GrantId, OrganizationId, UserId},
    user,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::error::Result;

/// How far is counted.
pub const MOST: i64 = 100;

/// The reach of a partner, each number counted up to one more than [`MOST`].
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// People who hold a delegated role.
    pub people: i64,
    /// Clients with a grant that is open and not expired.
    pub clients: i64,
}

/// The reach of the partner that made an offer.
pub async fn reach<C: ConnectionTrait>(
    conn: &C,
    partner: OrganizationId,
    now: DateTime<Utc>,
) -> Result<Reach> {
    let people: Vec<UserId> = user::Entity::find()
        .select_only()
        .column(user::Column::Id)
        .filter(user::Column::OrganizationId.eq(partner))
        .filter(user::Column::DelegatedRole.is_not_null())
        .filter(user::Column::DeletedAt.is_null())
        .limit(MOST.unsigned_abs() + 1)
        .into_tuple()
        .all(conn)
        .await?;
    let clients: Vec<GrantId> = grant::Entity::find()
        .select_only()
        .column(grant::Column::Id)
        .filter(grant::Column::PartnerId.eq(partner))
        .filter(grant::Column::EndedAt.is_null())
        .filter(grant::Column::ExpiresAt.gt(now))
        .limit(MOST.unsigned_abs() + 1)
        .into_tuple()
        .all(conn)
        .await?;
    let number = |len: usize| i64::try_from(len).unwrap_or(i64::MAX);
    Ok(Reach {
        people: number(people.len()),
        clients: number(clients.len()),
    })
}
