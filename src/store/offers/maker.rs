//! What every reader of an offer is told of who made it.

use chrono::{DateTime, Utc};
use entity::{ids::OrganizationId, user};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};

use crate::{error::Result, store::grants};

/// How far is counted.
pub const MOST: u64 = 100;

/// The reach of a partner, each number counted up to one more than [`MOST`].
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// People who hold a delegated role.
    pub people: u64,
    /// Clients with a grant that is open and not expired.
    pub clients: u64,
}

/// The reach of the partner that made an offer.
pub async fn reach<C: ConnectionTrait>(
    conn: &C,
    partner: OrganizationId,
    now: DateTime<Utc>,
) -> Result<Reach> {
    let people = user::Entity::find()
        .select_only()
        .column(user::Column::Id)
        .filter(user::Column::OrganizationId.eq(partner))
        .filter(user::Column::DelegatedRole.is_not_null())
        .filter(user::Column::DeletedAt.is_null())
        .limit(MOST + 1);
    Ok(Reach {
        people: people.count(conn).await?,
        clients: grants::managed_by(conn, partner, MOST + 1, now).await?,
    })
}
