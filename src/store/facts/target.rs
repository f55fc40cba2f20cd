//! Loads what an operation touches.

use entity::{device, domain, ids::OrganizationId, user};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::{TargetId, between, responded};
use crate::{
    domain::policy::{ClientTarget, DeviceTarget, DomainTarget, Facts, Target, UserTarget},
    error::Result,
    store::viewer,
};

/// What is touched in an account; missing where there is none.
pub(super) async fn target_of<C: ConnectionTrait>(
    conn: &C,
    facts: &Facts,
    account: OrganizationId,
    target: TargetId,
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
                Some(row) => Target::User(user_target(conn, row).await?),
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

/// A user that is touched.
pub(super) async fn user_target<C: ConnectionTrait>(
    conn: &C,
    row: user::Model,
) -> Result<UserTarget> {
    let (roles, appointed) = viewer::roles(conn, row.id).await?;
    Ok(UserTarget {
        id: row.id,
        organization: row.organization_id,
        roles,
        appointed,
        delegated_role: row.delegated_role,
        enrolled: row.enrolled_at.is_some(),
        contact_grant: row.contact_grant_id,
        shown_to_delegate: row.shown_grant_id.is_some(),
        contact_verified: row.contact_verified_at.is_some(),
        blocked: row.blocked_at.is_some(),
        deleted: row.deleted_at.is_some(),
        name: row.display_name,
        sign_in_name: row.sign_in_name,
    })
}
