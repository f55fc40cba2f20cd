//! Loads what an operation touches.

use chrono::{DateTime, Utc};
use entity::{device, domain, hand, ids::OrganizationId, user, user_role};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::TargetId;
use crate::{
    db::Trusted,
    domain::{
        hands::Hands,
        policy::{ClientTarget, DeviceTarget, DomainTarget, Facts, Target, UserTarget},
        role::RoleSet,
    },
    error::Result,
    store::{awaited, from_rows::of_user, hands, roles, scopes, viewer::each},
};

/// The thing that is touched in an account; `Missing` if there is none by the id.
pub(super) async fn target_of<C: Trusted>(
    conn: &C,
    facts: &Facts,
    account: OrganizationId,
    target: TargetId,
    now: DateTime<Utc>,
) -> Result<Target> {
    Ok(match target {
        TargetId::None => Target::Unspecified,
        TargetId::User(id) | TargetId::UserService(id, _) => {
            let rows = user::Entity::find_by_id(id)
                .filter(user::Column::OrganizationId.eq(account))
                .filter(user::Column::PurgedAt.is_null())
                .find_also(user::Entity, hand::Entity)
                .find_also(user::Entity, user_role::Entity)
                .all(conn)
                .await?;
            // The statements are the same for a user who does not exist, and for one of whom the caller may not know.
            let held = roles::of_rows(rows.iter().filter_map(|row| row.2.as_ref()));
            let knows = facts
                .caller
                .actor()
                .is_none_or(|actor| actor.organization == account || facts.grant.is_some());
            let hands = each(rows.iter().filter_map(|row| row.1.clone()), |hand| hand.id);
            // Roles only wait for users who are in somebody's hands.
            let awaited = match hands.is_empty() || !knows {
                true => RoleSet::NONE,
                false => awaited::of_user(conn, id).await?,
            };
            match rows.into_iter().next() {
                Some((row, ..)) => Target::User(UserTarget {
                    awaited,
                    hands: match knows {
                        true => hands::of_rows(conn, hands, now).await?,
                        false => Hands::default(),
                    },
                    ..of_user(row, held)
                }),
                None => Target::Missing,
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
                grant: scopes::latest(conn, actor, id).await?,
                responded: scopes::responded(conn, actor.organization, id).await?,
            }),
            None => Target::Missing,
        },
    })
}

/// A user who is known by a secret, with its roles and its hands.
pub(super) async fn user_target<C: Trusted>(
    conn: &C,
    row: user::Model,
    now: DateTime<Utc>,
) -> Result<UserTarget> {
    let held = roles::of_user(conn, row.id).await?;
    let hands = hands::of_user(conn, row.id, now).await?;
    let awaited = match hands.is_empty() {
        true => RoleSet::NONE,
        false => awaited::of_user(conn, row.id).await?,
    };
    let temporary = row.temporary_until.is_some();
    Ok(UserTarget {
        awaited,
        secret_asleep: temporary && hands.secret_asleep(row.password_changed_at),
        hands,
        ..of_user(row, held)
    })
}
