//! Which users and things an act may touch, given what it rests on.

use chrono::{DateTime, Utc};
use entity::states::AdminRole;

use super::{AccountFacts, Authority, Facts, RequestFacts, Target, UserTarget, basis::Basis};
use crate::domain::{
    hands::Left,
    kind::{Consent, Dismissal, Gives, OperationKind, Requirement, SignIn, TargetRule},
    reason::{Denial, Reason},
    role,
    viewer::Actor,
    visibility::{self, View},
};

/// The first basis that may touch the target; if none may, why the last one may not.
pub(super) fn first(
    kind: OperationKind,
    actor: &Actor,
    account: &AccountFacts,
    bases: &[Basis],
    facts: &Facts,
    now: DateTime<Utc>,
) -> Result<Basis, Denial> {
    let mut refused = Denial::from(Reason::RoleRequired);
    for basis in bases {
        match touch(kind, actor, account, *basis, facts, now) {
            Ok(()) => {
                in_hands(kind, actor, account, facts, now)?;
                return Ok(*basis);
            }
            Err(denial) => refused = denial,
        }
    }
    Err(refused)
}

/// If the actor is in a partner's hands: whether a delegate of that partner could touch the target too.
fn in_hands(
    kind: OperationKind,
    actor: &Actor,
    account: &AccountFacts,
    facts: &Facts,
    now: DateTime<Utc>,
) -> Result<(), Denial> {
    match (actor.hands.left(), actor.hands.causes().first()) {
        (Left::Delegate(role), Some(cause)) => {
            let basis = Basis::delegated(*cause, role);
            touch(kind, actor, account, basis, facts, now)
        }
        (Left::All, _) => Ok(()),
        _ => Err(Reason::InHands.into()),
    }
}

/// Whether an act on this basis may touch the target.
fn touch(
    kind: OperationKind,
    actor: &Actor,
    account: &AccountFacts,
    basis: Basis,
    facts: &Facts,
    now: DateTime<Utc>,
) -> Result<(), Denial> {
    let spec = kind.spec();
    let authority = basis.authority;
    let delegated = authority.grant().is_some();
    if delegated && facts.service.is_some_and(|service| !service.delegable) {
        return Err(Reason::DeviceManagement.into());
    }
    match (spec.target, &facts.target) {
        // Once the recovery's link was redeemed, only global admins and operators stop it.
        (TargetRule::Recovery, _)
            if facts.let_in && actor.organization == account.id && !actor.is_global_admin() =>
        {
            Err(Reason::RecoveryOver.into())
        }
        // An admin whose mailbox is the partner's cannot consent for the account.
        (TargetRule::Grant, _)
            if spec.consent == Consent::Gives
                && actor.organization == account.id
                && facts.contact_of_partner =>
        {
            Err(Reason::ContactOfPartner.into())
        }
        // A user who has just recovered its sign-in may end grants, but nobody's sign-in.
        (TargetRule::Grant, _) if facts.request.ends_sign_ins && actor.recovered => {
            Err(Reason::RecentlyRecovered.into())
        }
        // Only the account itself chooses whose sign-in ends.
        (TargetRule::Grant, _)
            if facts.request.ends_sign_ins && actor.organization != account.id =>
        {
            Err(Reason::OwnOnly.into())
        }
        // An admin whose mailbox is the partner's takes nobody out of that partner's hands.
        (_, Target::User(_))
            if spec.sets_contact && authority == Authority::Own && facts.contact_of_partner =>
        {
            Err(Reason::ContactOfPartner.into())
        }
        // The account of a named grant is its client. With no grant named, only one's own organization may be meant.
        (TargetRule::Grant, _) if facts.grant.is_some() || actor.organization == account.id => {
            Ok(())
        }
        (TargetRule::Grant, _) => Err(Reason::NoSuchThing.into()),
        (TargetRule::Offer, Target::Unspecified) if account.platform => {
            Err(Reason::OwnOffer.into())
        }
        (_, Target::Unspecified)
        | (TargetRule::None | TargetRule::Recovery | TargetRule::Secret(_), _) => Ok(()),
        (TargetRule::AnyUser, Target::User(user)) if user.organization == account.id => {
            guard(kind, actor, account, authority, user, facts.request)?;
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
            touch_user(kind, actor, account, basis, user, facts.request)?;
            standing(kind, user)
        }
        (TargetRule::UserWithinRoleOrSelf, Target::User(user))
            if user.organization == account.id =>
        {
            touch_user(kind, actor, account, basis, user, facts.request)?;
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
            } else if facts.contact_of_partner {
                Err(Reason::ContactOfPartner.into())
            } else {
                Ok(())
            }
        }
        _ => Err(Reason::NoSuchThing.into()),
    }
}

/// Nothing but restoring and erasing may be done to a deleted user.
fn standing(kind: OperationKind, user: &UserTarget) -> Result<(), Denial> {
    let may = kind.spec().undoes == Dismissal::Deletion || kind == OperationKind::EraseUser;
    if user.deleted && !may {
        Err(Reason::UserDeleted.into())
    } else {
        Ok(())
    }
}

fn touch_user(
    kind: OperationKind,
    actor: &Actor,
    account: &AccountFacts,
    basis: Basis,
    user: &UserTarget,
    request: RequestFacts,
) -> Result<(), Denial> {
    let acting = basis.roles;
    let least = match kind.spec().requirement {
        Requirement::Own(least) => least,
        _ => AdminRole::GlobalAdmin,
    };
    let privileged = user.delegated_role.is_some() && !acting.contains(AdminRole::GlobalAdmin);
    if privileged
        || !user
            .roles
            .union(user.awaited)
            .within(role::targets_of(acting, least))
    {
        return Err(Reason::TargetPrivileged.into());
    }
    guard(kind, actor, account, basis.authority, user, request)?;
    dismissed(kind, basis.authority, user)
}

/// Delegates, and admins whom delegates appointed, can neither obtain a guarded user's sign-in nor lock that
/// user out, nor change its roles or its name. They may have a link sent to it. Unless the account's rules
/// allow it, they also cannot obtain the sign-in of a user who holds an admin role that the account itself
/// gave, since that user's acts count as the account's own; and they cannot change a contact that one of the
/// account's own admins set or confirmed.
fn guard(
    kind: OperationKind,
    actor: &Actor,
    account: &AccountFacts,
    authority: Authority,
    user: &UserTarget,
    request: RequestFacts,
) -> Result<(), Denial> {
    let spec = kind.spec();
    let sign_in = match spec.sign_in {
        _ if request.shown_secret => SignIn::Obtained,
        sign_in => sign_in,
    };
    // Acts by a role that the account itself gave count as the account's own, and so do acts in the account's
    // clients. So neither is given to a user who is in a partner's hands.
    let gives = match spec.gives {
        Gives::AdminRole => authority.cause().is_none() && !request.waits,
        Gives::DelegatedRole => true,
        Gives::Nothing => false,
    };
    if gives && !user.hands.is_empty() {
        return Err(Reason::SignInByDelegate.into());
    }
    let trusted = authority == Authority::Own && actor.appointed.contains(AdminRole::GlobalAdmin);
    if user.is_guarded() && !trusted && (sign_in != SignIn::Apart || request.names) {
        return Err(Reason::SecretGuarded.into());
    }
    if authority.cause().is_none() || account.rules.sign_ins_delegable {
        return Ok(());
    }
    if sign_in == SignIn::Obtained && !user.given_by_own().is_empty() {
        return Err(Reason::AdminGuarded.into());
    }
    if spec.sets_contact && user.contact_own {
        return Err(Reason::ContactGuarded.into());
    }
    Ok(())
}

/// A user whom the account's own admins blocked or deleted is let back in only by them.
fn dismissed(kind: OperationKind, authority: Authority, user: &UserTarget) -> Result<(), Denial> {
    let lifts = match kind.spec().undoes {
        Dismissal::Block => user.blocked_by_own,
        Dismissal::Deletion => user.deleted_by_own,
        Dismissal::None => false,
    };
    if lifts && authority.grant().is_some() {
        return Err(Reason::Dismissed.into());
    }
    Ok(())
}
