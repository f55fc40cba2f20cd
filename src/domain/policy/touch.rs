//! Whom and what an authority may touch.

use chrono::{DateTime, Utc};
use entity::states::AdminRole;

use super::{AccountFacts, Authority, Facts, Target, UserTarget};
use crate::domain::{
    kind::{OperationKind, Requirement, TargetRule},
    reason::{Denial, Reason},
    role::{self, RoleSet},
    viewer::Actor,
    visibility::{self, View},
};

/// Whether the authority may touch the target.
pub(super) fn touch(
    kind: OperationKind,
    actor: &Actor,
    account: &AccountFacts,
    authority: Authority,
    facts: &Facts,
    now: DateTime<Utc>,
) -> Result<(), Denial> {
    let delegated = authority.grant().is_some();
    if delegated && facts.service.is_some_and(|service| !service.delegable) {
        return Err(Reason::DeviceManagement.into());
    }
    match (kind.spec().target, &facts.target) {
        // A grant is found with the account, which is its client; in general one's own may be meant.
        (TargetRule::Grant, _) if facts.grant.is_some() || actor.organization == account.id => {
            Ok(())
        }
        (TargetRule::Grant, _) => Err(Reason::NoSuchThing.into()),
        (TargetRule::Offer, Target::Unspecified) if account.platform => {
            Err(Reason::OwnOffer.into())
        }
        (_, Target::Unspecified) | (TargetRule::None | TargetRule::Secret, _) => Ok(()),
        (TargetRule::AnyUser, Target::User(user)) if user.organization == account.id => {
            guard(kind, actor, authority, user, false)?;
            standing(kind, user)
        }
        (TargetRule::Device, Target::Device(device)) if device.organization == account.id => Ok(()),
        (TargetRule::Domain, Target::Domain(domain)) if domain.organization == account.id => Ok(()),
        (TargetRule::Client, Target::Client(client)) => {
            let grant = client.grant.as_ref();
            let relation = visibility::relation(actor, client.id, grant, client.responded, now);
            if client.id != account.id && visibility::sees(relation, View::Grants) {
                Ok(())
            } else {
                Err(Reason::NoSuchThing.into())
            }
        }
        (TargetRule::UserWithinRole, Target::User(user)) if user.organization == account.id => {
            if user.id == actor.user {
                return Err(Reason::TargetSelf.into());
            }
            touch_user(kind, actor, authority, user, facts.brought.shown_secret)?;
            standing(kind, user)
        }
        (TargetRule::UserWithinRoleOrSelf, Target::User(user))
            if user.organization == account.id =>
        {
            touch_user(kind, actor, authority, user, facts.brought.shown_secret)?;
            standing(kind, user)
        }
        (TargetRule::Offer, Target::Offer(offer)) => {
            if offer.partner == account.id || account.platform {
                Err(Reason::OwnOffer.into())
            } else if offer.withdrawn {
                Err(Reason::OfferWithdrawn.into())
            } else if offer.expires_at.is_some_and(|until| now >= until) {
                Err(Reason::OfferExpired.into())
            } else if !offer.certification.is_current() {
                Err(Reason::NotCertified.into())
            } else {
                Ok(())
            }
        }
        _ => Err(Reason::NoSuchThing.into()),
    }
}

/// A deleted user is restored before anything else.
fn standing(kind: OperationKind, user: &UserTarget) -> Result<(), Denial> {
    if user.deleted && kind != OperationKind::RestoreUser {
        Err(Reason::UserDeleted.into())
    } else {
        Ok(())
    }
}

fn touch_user(
    kind: OperationKind,
    actor: &Actor,
    authority: Authority,
    user: &UserTarget,
    shown_secret: bool,
) -> Result<(), Denial> {
    let acting = match authority {
        Authority::Delegated { role, .. } => RoleSet::of(&[role::stands_for(role)]),
        _ => actor.roles,
    };
    let least = match kind.spec().requirement {
        Requirement::Own(least) => least,
        _ => AdminRole::GlobalAdmin,
    };
    let privileged = user.delegated_role.is_some() && !acting.contains(AdminRole::GlobalAdmin);
    if privileged || !user.roles.within(role::targets_of(acting, least)) {
        return Err(Reason::TargetPrivileged.into());
    }
    guard(kind, actor, authority, user, shown_secret)
}

/// Who consents for the account, or acts in its clients: delegates, and those whom delegates made
/// admins, neither come by its sign-in nor keep it out of it. They may have a link sent to it.
fn guard(
    kind: OperationKind,
    actor: &Actor,
    authority: Authority,
    user: &UserTarget,
    shown_secret: bool,
) -> Result<(), Denial> {
    let trusted = authority == Authority::Own && actor.is_global_admin();
    let concerns_sign_in = shown_secret
        || matches!(
            kind,
            OperationKind::ChangeContact
                | OperationKind::ChangeSignInName
                | OperationKind::RevokeSessions
                | OperationKind::BlockSignIn
                | OperationKind::UnblockSignIn
                | OperationKind::DeleteUser
                | OperationKind::RestoreUser
                | OperationKind::RemoveAdminRole
        );
    if concerns_sign_in && user.is_guarded() && !trusted {
        return Err(Reason::SecretGuarded.into());
    }
    Ok(())
}
