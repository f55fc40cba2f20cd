//! Who is told of an act by its nature, whatever its kind tells besides: both sides of what becomes of
//! a grant, and a client's global admins of what a delegate does to an admin.

use std::collections::BTreeSet;

use entity::{ids::GrantId, states::Side};

use crate::{
    domain::{
        delivery::Delivery,
        kind::OperationKind,
        policy::{Target, UserTarget},
    },
    error::Result,
    store::{act::Act, grants, roles},
};

/// The notices of an act that was applied.
///
/// # Errors
/// When the database cannot be read.
pub async fn notices(act: &Act<'_>) -> Result<Vec<Delivery>> {
    use OperationKind::{EndGrant, HoldGrant, LiftGrant, LowerGrant, RemindOfTerm, ShortenGrant};
    let kind = act.permit().kind();
    match (kind, act.grant(), &act.facts().target) {
        (HoldGrant | LiftGrant | LowerGrant | ShortenGrant | EndGrant | RemindOfTerm, _, _) => {
            of_grant(act).await
        }
        (_, Some(_), Target::User(user)) if changes_admin(kind, user) => of_admin(act, user).await,
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

/// Tells addresses of both sides what the act made of a grant, each address once.
pub(super) fn grant_changed(
    act: &Act<'_>,
    grant: GrantId,
    sides: [(Side, Vec<String>); 2],
) -> Vec<Delivery> {
    let mut told = BTreeSet::new();
    let mut deliveries = Vec::new();
    for (side, addresses) in sides {
        for to in addresses {
            if told.insert(to.to_lowercase()) {
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

/// Whether the kind changes an admin, or makes one. Contacts have a notice of their own.
fn changes_admin(kind: OperationKind, user: &UserTarget) -> bool {
    use OperationKind::{
        AssignAdminRole, BlockSignIn, ChangeSignInName, DeleteUser, RemoveAdminRole, ResetPassword,
        RestoreUser, RevokeSessions, UnblockSignIn,
    };
    let is_admin = !user.roles.is_empty();
    match kind {
        AssignAdminRole => true,
        RemoveAdminRole | ResetPassword | ChangeSignInName | BlockSignIn | UnblockSignIn
        | DeleteUser | RestoreUser | RevokeSessions => is_admin,
        _ => false,
    }
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
