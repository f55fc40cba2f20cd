//! What has left lately: to a mailbox, and from an organization.

use chrono::{DateTime, Utc};
use entity::{certification, domain, ids::OrganizationId, organization, outbox};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use crate::{db::Trusted, domain::delivery::Urgency, error::Result};

/// A mailbox, as the outbox remembers it: a keyed hash, so that it holds no addresses of people who are gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox(pub String);

/// What an organization has shown of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is the platform.
    Platform,
    /// It is certified, or has proven a domain name.
    Proven,
    /// It may be anyone.
    Unproven,
}

/// What an organization has shown of itself.
pub async fn standing<C: Trusted>(conn: &C, id: OrganizationId) -> Result<Standing> {
    let platform = organization::Entity::find_by_id(id)
        .filter(organization::Column::Platform.eq(true))
        .one(conn)
        .await?;
    if platform.is_some() {
        return Ok(Standing::Platform);
    }
    let certified = certification::Entity::find()
        .filter(certification::Column::OrganizationId.eq(id))
        .filter(certification::Column::SuspendedAt.is_null())
        .one(conn)
        .await?;
    let proven = domain::Entity::find()
        .filter(domain::Column::OrganizationId.eq(id))
        .filter(domain::Column::Initial.eq(false))
        .filter(domain::Column::VerifiedAt.is_not_null())
        .one(conn)
        .await?;
    Ok(match certified.is_some() || proven.is_some() {
        true => Standing::Proven,
        false => Standing::Unproven,
    })
}

/// When the `nth` delivery before now was made to the mailbox within this time, of those as urgent: by one organization,
/// or by all. `None` where there were fewer.
pub async fn nth_to<C: Trusted>(
    conn: &C,
    mailbox: &Mailbox,
    cause: Option<OrganizationId>,
    urgency: Urgency,
    nth: u64,
    since: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>> {
    let mut query = outbox::Entity::find()
        .filter(outbox::Column::Mailbox.eq(mailbox.0.as_str()))
        .filter(outbox::Column::Urgency.eq(urgency.rank()));
    if let Some(cause) = cause {
        query = query.filter(outbox::Column::Cause.eq(cause));
    }
    the_nth(conn, query, nth, since).await
}

/// When the `nth` mail before now was sent for an organization within this time, of those as urgent.
pub async fn nth_from<C: Trusted>(
    conn: &C,
    cause: OrganizationId,
    urgency: Urgency,
    nth: u64,
    since: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>> {
    let query = outbox::Entity::find()
        .filter(outbox::Column::Cause.eq(cause))
        .filter(outbox::Column::Urgency.eq(urgency.rank()))
        .filter(outbox::Column::Mailbox.is_not_null());
    the_nth(conn, query, nth, since).await
}

async fn the_nth<C: Trusted>(
    conn: &C,
    query: Select<outbox::Entity>,
    nth: u64,
    since: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>> {
    let row: Option<Option<DateTime<Utc>>> = query
        .select_only()
        .column(outbox::Column::DoneAt)
        .filter(outbox::Column::DoneAt.gt(since))
        .order_by_desc(outbox::Column::DoneAt)
        .offset(nth.saturating_sub(1))
        .limit(1)
        .into_tuple()
        .one(conn)
        .await?;
    Ok(row.flatten())
}
