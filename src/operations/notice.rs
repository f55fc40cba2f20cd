//! The mails that the catalogue asks for, besides those that an operation itself sends. Both sides are told
//! what becomes of a grant. A client's global admins are told what is done to an admin, and of each contact
//! that is set, if the act rests on a grant.

use std::collections::BTreeSet;

use entity::{ids::GrantId, recovery, states::Side};

use crate::{
    domain::{
        delivery::{Addressee, Delivery},
        kind::Tells,
        policy::{Target, UserTarget},
        record::Key,
    },
    error::Result,
    operations::Effect,
    store::{act::Act, grants, recoveries, roles},
};

/// The notices of an act that was applied, as the catalogue says.
pub async fn notices(act: &Act<'_>, effect: &Effect) -> Result<Vec<Delivery>> {
    let rests = !act.causes().is_empty();
    let touched = match &act.facts().target {
        Target::User(user) => Some(user),
        _ => None,
    };
    match (act.permit().kind().spec().tells, touched) {
        (Tells::Parties, _) => of_grant(act).await,
        (Tells::Admins, Some(user)) if rests => of_admin(act, user).await,
        (Tells::AdminsOfAdmin, Some(user))
            if rests && (!user.roles.is_empty() || user.is_guarded()) =>
        {
            of_admin(act, user).await
        }
        (Tells::AdminsOfContact, _) if rests => of_contact(act, effect).await,
        (_, Some(user)) if effect.changes.has(Key::RolesThatWaited) => of_admin(act, user).await,
        _ => Ok(Vec::new()),
    }
}

async fn of_grant(act: &Act<'_>) -> Result<Vec<Delivery>> {
    let Some(grant) = &act.facts().grant else {
        return Ok(Vec::new());
    };
    let sides = [
        (Side::Client, roles::admin_contacts(act).await?),
        (Side::Partner, grants::partner_contacts(act, grant).await?),
    ];
    Ok(grant_changed(act, grant.id, sides))
}

/// Tells both sides what the act changed of a grant, each address once.
pub(super) fn grant_changed(
    act: &Act<'_>,
    grant: GrantId,
    sides: [(Side, Vec<Addressee>); 2],
) -> Vec<Delivery> {
    let mut told = BTreeSet::new();
    let mut deliveries = Vec::new();
    for (side, addresses) in sides {
        for to in addresses {
            if told.insert(to.to.to_lowercase()) {
                deliveries.push(Delivery::GrantChanged {
                    grant,
                    operation: act.operation(),
                    side,
                    to,
                });
            }
        }
    }
    deliveries
}

/// Tells everyone concerned what becomes of a recovery by the act.
pub async fn of_recovery(act: &Act<'_>, row: &recovery::Model) -> Result<Vec<Delivery>> {
    let told = recoveries::told_of(act, row).await?;
    let deliveries = told.into_iter().map(|one| Delivery::RecoveryChanged {
        recovery: row.id,
        operation: act.operation(),
        to: Addressee::user(one.user, one.to),
        stops: one.stops,
    });
    Ok(deliveries.collect())
}

async fn of_admin(act: &Act<'_>, user: &UserTarget) -> Result<Vec<Delivery>> {
    let told = roles::admin_contacts(act).await?;
    let deliveries = told.into_iter().map(|to| Delivery::AdminChanged {
        user: user.id,
        operation: act.operation(),
        to,
    });
    Ok(deliveries.collect())
}

async fn of_contact(act: &Act<'_>, effect: &Effect) -> Result<Vec<Delivery>> {
    let Some(user) = effect.ids.user else {
        return Ok(Vec::new());
    };
    let told = roles::admin_contacts(act).await?;
    let deliveries = told.into_iter().map(|to| Delivery::ContactSet {
        user,
        operation: act.operation(),
        to,
    });
    Ok(deliveries.collect())
}
