//! Licences: seats of subscriptions that users have, and the services that they open.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    ids::{PlanId, ServiceId, SubscriptionId, UserId},
    licence, plan, service, service_off, subscription,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use crate::{
    domain::{policy::UserTarget, reason::Reason},
    error::{Error, Result},
    store::{act::Act, plans, subscriptions},
};

/// Assigns a user a seat of a subscription of the account. The account is locked, so that no two
/// acts take the last seat.
///
/// # Errors
/// [`Reason::SubscriptionOver`], [`Reason::NoSeatLeft`], [`Reason::LicenceHeld`].
pub async fn assign(
    act: &Act<'_>,
    user: &UserTarget,
    subscription: &subscription::Model,
) -> Result<()> {
    if !subscriptions::runs(subscription, act.now()) {
        return Err(Error::Failed(Reason::SubscriptionOver));
    }
    if held(act, user.id, subscription.id).await? {
        return Err(Error::Failed(Reason::LicenceHeld));
    }
    let seats = u64::try_from(subscription.seats).unwrap_or_default();
    if subscriptions::assigned(act, subscription.id).await? >= seats {
        return Err(Error::Failed(Reason::NoSeatLeft));
    }
    let row = licence::ActiveModel {
        user_id: Set(user.id),
        subscription_id: Set(subscription.id),
        organization_id: Set(act.account()),
        assigned_at: Set(act.now()),
    };
    // A delegate cannot open a service by a licence either if no delegate may administer it.
    let closed = match act.grant() {
        Some(_) => not_open(act, user.id, subscription).await?,
        None => Vec::new(),
    };
    licence::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await?;
    for service in closed {
        set_service(act, user.id, service, false).await?;
    }
    Ok(())
}

/// Services of a subscription's plan that delegates may not administer and that the user does not
/// have yet.
async fn not_open(
    act: &Act<'_>,
    user: UserId,
    subscription: &subscription::Model,
) -> Result<Vec<ServiceId>> {
    let plan = subscription.plan_id;
    let offered = plans::services_of(act.tx(), &[plan]).await?.remove(&plan);
    let mut has = services(act.tx(), &[user], act.now()).await?;
    let has = has.remove(&user).unwrap_or_default();
    let new = offered.unwrap_or_default().into_iter().filter(|service| {
        !service.delegable && !has.iter().any(|had| had.service.id == service.id)
    });
    Ok(new.map(|service| service.id).collect())
}

async fn held(act: &Act<'_>, user: UserId, subscription: SubscriptionId) -> Result<bool> {
    Ok(licence::Entity::find_by_id((user, subscription))
        .one(act.tx())
        .await?
        .is_some())
}

/// Takes a seat from a user.
///
/// # Errors
/// [`Reason::LicenceNotHeld`] when the user has none of this subscription.
pub async fn unassign(act: &Act<'_>, user: UserId, subscription: SubscriptionId) -> Result<()> {
    let gone = licence::Entity::delete_many()
        .filter(licence::Column::UserId.eq(user))
        .filter(licence::Column::SubscriptionId.eq(subscription))
        .filter(licence::Column::OrganizationId.eq(act.account()))
        .exec(act.tx())
        .await?;
    if gone.rows_affected == 0 {
        Err(Error::Failed(Reason::LicenceNotHeld))
    } else {
        Ok(())
    }
}

/// Frees every seat of a user.
pub async fn free_all(act: &Act<'_>, user: UserId) -> Result<u64> {
    let gone = licence::Entity::delete_many()
        .filter(licence::Column::UserId.eq(user))
        .filter(licence::Column::OrganizationId.eq(act.account()))
        .exec(act.tx())
        .await?;
    Ok(gone.rows_affected)
}

/// Turns a service on or off for a user; whether that changed anything.
///
/// # Errors
/// [`Reason::ServiceNotLicensed`] when none of the user's licences holds it.
pub async fn set_service(act: &Act<'_>, user: UserId, service: ServiceId, on: bool) -> Result<()> {
    let opened = services(act.tx(), &[user], act.now()).await?;
    let opened = opened.get(&user).map(Vec::as_slice).unwrap_or_default();
    if !opened.iter().any(|opened| opened.service.id == service) {
        return Err(Error::Failed(Reason::ServiceNotLicensed));
    }
    if on {
        service_off::Entity::delete_many()
            .filter(service_off::Column::UserId.eq(user))
            .filter(service_off::Column::ServiceId.eq(service))
            .filter(service_off::Column::OrganizationId.eq(act.account()))
            .exec(act.tx())
            .await?;
        return Ok(());
    }
    let row = service_off::ActiveModel {
        user_id: Set(user),
        service_id: Set(service),
        organization_id: Set(act.account()),
    };
    let off = service_off::Entity::find_by_id((user, service))
        .one(act.tx())
        .await?;
    if off.is_none() {
        service_off::Entity::insert(row)
            .exec_without_returning(act.tx())
            .await?;
    }
    Ok(())
}

/// A licence with its subscription and plan.
#[derive(Clone, Debug)]
pub struct Row {
    pub licence: licence::Model,
    pub subscription: subscription::Model,
    /// The subscription's plan.
    pub plan: plan::Model,
}

/// Licences of several users. The caller shows them only where its scope does.
pub async fn of_users<C: ConnectionTrait>(
    conn: &C,
    users: &[UserId],
) -> Result<HashMap<UserId, Vec<Row>>> {
    let rows = licence::Entity::find()
        .filter(licence::Column::UserId.is_in(users.iter().copied()))
        .find_also(licence::Entity, subscription::Entity)
        .order_by_asc(licence::Column::SubscriptionId)
        .all(conn)
        .await?;
    let ids = rows
        .iter()
        .filter_map(|(_, subscription)| subscription.as_ref());
    let ids: Vec<PlanId> = ids.map(|subscription| subscription.plan_id).collect();
    let plans = plans::plans_of(conn, &ids).await?;
    let mut licences: HashMap<_, Vec<Row>> = HashMap::new();
    for (licence, subscription) in rows {
        let Some(subscription) = subscription else {
            continue;
        };
        let Some(plan) = plans.get(&subscription.plan_id).cloned() else {
            continue;
        };
        licences.entry(licence.user_id).or_default().push(Row {
            licence,
            subscription,
            plan,
        });
    }
    Ok(licences)
}

/// A service that a user's licences open.
#[derive(Clone, Debug)]
pub struct OpenService {
    pub service: service::Model,
    /// Whether it is turned on.
    pub on: bool,
}

/// The services that the licences of several users open now. The caller shows them only where its
/// scope does.
pub async fn services<C: ConnectionTrait>(
    conn: &C,
    users: &[UserId],
    now: DateTime<Utc>,
) -> Result<HashMap<UserId, Vec<OpenService>>> {
    let licences = of_users(conn, users).await?;
    let plans: Vec<PlanId> = licences.values().flatten().map(|row| row.plan.id).collect();
    let held = plans::services_of(conn, &plans).await?;
    let off = service_off::Entity::find()
        .filter(service_off::Column::UserId.is_in(users.iter().copied()))
        .all(conn)
        .await?;
    let mut opened: HashMap<UserId, Vec<OpenService>> = HashMap::new();
    for (user, licences) in licences {
        let running = licences
            .iter()
            .filter(|row| subscriptions::runs(&row.subscription, now));
        let services = running.filter_map(|row| held.get(&row.plan.id)).flatten();
        let list = opened.entry(user).or_default();
        for service in services {
            if list.iter().all(|known| known.service.id != service.id) {
                let is_off =
                    |row: &service_off::Model| row.user_id == user && row.service_id == service.id;
                list.push(OpenService {
                    service: service.clone(),
                    on: !off.iter().any(is_off),
                });
            }
        }
        list.sort_by(|a, b| a.service.name.cmp(&b.service.name));
    }
    Ok(opened)
}
