//! Loads what an operation touches.

use chrono::{DateTime, Utc};
use entity::{
    device, domain,
    ids::{GrantId, OrganizationId},
    user,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::{TargetId, between, responded};
use crate::{
    domain::policy::{ClientTarget, DeviceTarget, DomainTarget, Facts, Target, UserTarget},
    error::Result,
    store::{roles::Held, viewer},
};

/// What is touched in an account; missing where there is none.
pub(super) async fn target_of<C: ConnectionTrait>(
    conn: &C,
    facts: &Facts,
    account: OrganizationId,
    target: TargetId,
    now: DateTime<Utc>,
) -> Result<Target> {
    Ok(match target {
        TargetId::None => Target::Unspecified,
        TargetId::User(id) | TargetId::UserService(id, _) => {
            let row = user::Entity::find_by_id(id)
                .filter(user::Column::OrganizationId.eq(account))
                .filter(user::Column::PurgedAt.is_null())
                .one(conn)
                .await?;
            match row {
                Some(row) => Target::User(user_target(conn, row, now).await?),
                None => {
                    // The same statements as for a user who is there.
                    viewer::roles(conn, id).await?;
                    Target::Missing
                }
            }
        }
        TargetId::Device(id) => {
            let row = device::Entity::find_by_id(id)
                .filter(device::Column::OrganizationId.eq(account))
                .one(conn)
                .await?;
            row.map_or(Target::Missing, |row| {
                Target::Device(DeviceTarget {
                    id: row.id,
                    organization: row.organization_id,
                    name: row.name,
                    retired: row.retired_at.is_some(),
                    wiped: row.wipe_requested_at.is_some(),
                })
            })
        }
        TargetId::Domain(id) => {
            let row = domain::Entity::find_by_id(id)
                .filter(domain::Column::OrganizationId.eq(account))
                .one(conn)
                .await?;
            row.map_or(Target::Missing, |row| {
                Target::Domain(DomainTarget {
                    id: row.id,
                    organization: row.organization_id,
                    name: row.name,
                    initial: row.initial,
                    verified: row.verified_at.is_some(),
                    proof: row.proof,
                })
            })
        }
        TargetId::Client(id) => match facts.caller.actor() {
            Some(actor) => Target::Client(ClientTarget {
                id,
                grant: between(conn, actor, id).await?,
                responded: responded(conn, actor.organization, id).await?,
            }),
            None => Target::Missing,
        },
    })
}

/// A user that is touched, with its roles.
pub(super) async fn user_target<C: ConnectionTrait>(
    conn: &C,
    row: user::Model,
    now: DateTime<Utc>,
) -> Result<UserTarget> {
    let (all, appointed) = viewer::roles(conn, row.id).await?;
    let shown = row.shown_grant_id.filter(|_| row.temporary_until.is_some());
    let contact = row.contact_grant_id;
    let causes: Vec<_> = [shown, contact].into_iter().flatten().collect();
    let active = viewer::active_grants(conn, &causes, now).await?;
    let sleeps = |id: GrantId| !active.iter().any(|grant| grant.id == id);
    Ok(UserTarget {
        contact_asleep: contact.is_some_and(sleeps),
        secret_asleep: shown.is_some_and(sleeps),
        ..of_user(row, Held { all, appointed })
    })
}

/// A user as a decision on what is done to it sees it.
pub fn of_user(row: user::Model, held: Held) -> UserTarget {
    UserTarget {
        id: row.id,
        organization: row.organization_id,
        roles: held.all,
        appointed: held.appointed,
        delegated_role: row.delegated_role,
        enrolled: row.enrolled_at.is_some(),
        contact_grant: row.contact_grant_id,
        shown_to_delegate: row.shown_grant_id.is_some(),
        contact_verified: row.contact_verified_at.is_some(),
        contact_asleep: false,
        secret_asleep: false,
        blocked: row.blocked_at.is_some(),
        blocked_by_own: row.blocked_at.is_some() && row.blocked_grant_id.is_none(),
        deleted: row.deleted_at.is_some(),
        deleted_by_own: row.deleted_at.is_some() && row.deleted_grant_id.is_none(),
        name: row.display_name,
        sign_in_name: row.sign_in_name,
    }
}
