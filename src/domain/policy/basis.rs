//! What an act may rest on: roles that the organization itself gave, roles that delegates gave, a delegated
//! role under a grant.

use entity::states::{AuthorityKind, DelegatedRole};

use super::{Authority, by_partner_role, delegated, meets, own_only, role_required};
use crate::domain::{
    grant::GrantFacts,
    hands::Cause,
    kind::{Delegation, OperationKind, Requirement, TargetRule},
    reason::{Denial, Reason},
    role::{self, RoleSet},
    viewer::Actor,
    visibility::Relation,
};

/// What an act may rest on: an authority, and the admin roles that it acts with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Basis {
    pub(super) authority: Authority,
    pub(super) roles: RoleSet,
}

impl Basis {
    /// A delegated role, in force as `role`.
    pub(super) fn delegated(cause: Cause, role: DelegatedRole) -> Self {
        Self {
            authority: Authority::Delegated { cause, role },
            roles: RoleSet::of(&[role::stands_for(role)]),
        }
    }
}

/// Whether the actor's roles in its own organization are enough for `kind` there.
pub(super) fn in_own(kind: OperationKind, actor: &Actor) -> bool {
    !own_bases(kind, actor).is_empty()
}

/// What `kind` may rest on in the actor's own organization: the roles that the organization itself gave, if
/// they suffice, and then each role that a delegate gave and that suffices, the oldest first. What delegates
/// may not do themselves cannot be done by roles that they gave either.
fn own_bases(kind: OperationKind, actor: &Actor) -> Vec<Basis> {
    let spec = kind.spec();
    let appointed = Basis {
        authority: Authority::Own,
        roles: actor.appointed,
    };
    let given = actor.given.iter().map(|given| Basis {
        authority: Authority::Given(given.cause),
        roles: RoleSet::of(&[given.role]),
    });
    let delegable = spec.delegation == Delegation::Delegable;
    std::iter::once(appointed)
        .chain(given.filter(|_| delegable))
        .filter(|basis| meets(spec.requirement, actor, basis.roles))
        .collect()
}

/// The authority by which one of the account's own users acts, or was about to act, for the entry of a refusal.
pub fn standing_of(kind: OperationKind, actor: &Actor) -> AuthorityKind {
    match own_bases(kind, actor).first() {
        Some(basis) => basis.authority.kind(),
        None if actor.appointed.is_empty() && !actor.given.is_empty() => AuthorityKind::Given,
        None => AuthorityKind::Own,
    }
}

/// Whether operators do it in organizations other than the platform.
fn by_operator(requirement: Requirement) -> bool {
    match requirement {
        Requirement::Operator => true,
        Requirement::AnyOf(any) => any.iter().any(|one| by_operator(*one)),
        _ => false,
    }
}

/// Every role that the actor holds, whether it counts now or not.
pub(super) fn all_roles(actor: &Actor) -> RoleSet {
    actor.roles.union(actor.dormant)
}

/// What the act may rest on; the first that may touch its target counts.
pub(super) fn bases(
    kind: OperationKind,
    actor: &Actor,
    relation: Relation,
    grant: Option<&GrantFacts>,
) -> Result<Vec<Basis>, Denial> {
    let spec = kind.spec();
    let own = || {
        Ok(vec![Basis {
            authority: Authority::Own,
            roles: actor.appointed,
        }])
    };
    match relation {
        Relation::Own { .. } if in_own(kind, actor) => Ok(own_bases(kind, actor)),
        Relation::Operator if by_operator(spec.requirement) => own(),
        Relation::Own { .. } if meets(spec.requirement, actor, all_roles(actor)) => {
            Err(Reason::RoleGivenByDelegate.into())
        }
        Relation::Own { .. } | Relation::Operator | Relation::Stranger => Err(role_required(kind)),
        _ if spec.target == TargetRule::Grant && by_partner_role(spec.requirement, actor) => own(),
        // `standing` refused them.
        Relation::HeldGrant => Err(Reason::GrantHeld.into()),
        Relation::PastGrant(_) => Err(Reason::GrantEnded.into()),
        Relation::PartnerAdmin => Err(match spec.delegation {
            Delegation::Delegable => Denial::with_cure(
                Reason::RoleRequired,
                "Give yourself a delegated role: administrative access to the clients you support.",
            ),
            Delegation::OwnOnly => own_only(kind),
            Delegation::NotSupported => Reason::DeviceManagement.into(),
        }),
        Relation::ActiveGrant(role) => match spec.delegation {
            Delegation::OwnOnly => Err(own_only(kind)),
            Delegation::NotSupported => Err(Reason::DeviceManagement.into()),
            Delegation::Delegable => {
                delegated(kind, role, grant)?;
                grant.map_or(Err(Reason::NoSuchThing.into()), |grant| {
                    let cause = Cause {
                        grant: grant.id,
                        partner: grant.partner,
                        person: Some(actor.user),
                        role: actor.delegated_role.unwrap_or(role),
                    };
                    Ok(vec![Basis::delegated(cause, role)])
                })
            }
        },
    }
}
