//! The half of the rule that needs no account: what the actor could do in any account at all, by its roles and the
//! hands that it is in.

use super::{
    basis::{all_roles, in_own},
    by_partner_role, delegated, meets, own_only, role_required,
};
use crate::domain::{
    hands::{Hand, Left},
    kind::{Concern, Delegation, OperationKind, Requirement},
    reason::{Denial, Reason},
    viewer::Actor,
};

/// The half of the rule that needs no account: whether there could be any account in which `actor` may do
/// `kind`. The answer does not depend on the account that is named, and so reveals nothing about it.
pub fn half(kind: OperationKind, actor: &Actor) -> Result<(), Denial> {
    role(kind, actor)?;
    in_hands(kind, actor)
}

/// Whether the actor's roles could be enough for `kind` anywhere.
pub(super) fn role(kind: OperationKind, actor: &Actor) -> Result<(), Denial> {
    let spec = kind.spec();
    if actor.must_change && !spec.left_with_temporary_password {
        return Err(Reason::PasswordChangeRequired.into());
    }
    if in_own(kind, actor) || by_partner_role(spec.requirement, actor) {
        return Ok(());
    }
    if meets(spec.requirement, actor, all_roles(actor)) {
        return Err(Reason::RoleGivenByDelegate.into());
    }
    let Some(held) = actor.delegated_role else {
        return Err(role_required(kind));
    };
    if matches!(spec.requirement, Requirement::DelegateOf(_)) {
        return Err(Reason::RoleLimited.into());
    }
    match spec.delegation {
        Delegation::NotSupported => Err(Reason::DeviceManagement.into()),
        Delegation::OwnOnly => Err(own_only(kind)),
        Delegation::Delegable => delegated(kind, held, None),
    }
}

/// Whether the actor could do `kind` in spite of the hands that it is in: in its own organization what a delegate
/// could do as well, in other accounts nothing, and always the acts on its own sign-in. Besides, a user who has
/// just chosen a password by a link that no admin of its own organization had sent can only hold, lower and end
/// grants for some time, so that an impostor can be stopped.
pub(super) fn in_hands(kind: OperationKind, actor: &Actor) -> Result<(), Denial> {
    let spec = kind.spec();
    if spec.concern == Concern::Personal {
        return Ok(());
    }
    if actor.recovered && !spec.left_to_recovered {
        return Err(Reason::RecentlyRecovered.into());
    }
    let left = actor.hands.left();
    if left == Left::All {
        return Ok(());
    }
    match (spec.delegation, left) {
        (Delegation::NotSupported, _) => Err(Reason::DeviceManagement.into()),
        (Delegation::Delegable, Left::Delegate(role)) if in_own(kind, actor) => {
            delegated(kind, role, None).map_err(|_| Reason::InHands.into())
        }
        _ => {
            let asleep = actor.hands.asleep().map_or("", Hand::sleeps_because);
            let cure = format!("{asleep}{}", Reason::InHands.cure());
            Err(Denial::with_cure(Reason::InHands, cure))
        }
    }
}
