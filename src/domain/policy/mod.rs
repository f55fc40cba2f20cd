//! The only rule of who may do what: [`decide`].
//!
//! Guards, the executor, `allowedOperations`, `explainAccess` and the pages ask it; nothing else
//! decides. The order of refusal is that of [`Step`].

mod facts;
mod step;
mod touch;

use chrono::{DateTime, Utc};
use entity::{
    ids::{GrantId, OrganizationId},
    states::{AdminRole, AuthorityKind, DelegatedRole},
};

pub use self::{
    facts::{
        AccountFacts, Brought, ClientTarget, DeviceTarget, DomainTarget, Facts, OfferTarget,
        ServiceTarget, Target, UserTarget,
    },
    step::Step,
};
use crate::domain::{
    grant::GrantFacts,
    kind::{Concern, Delegation, OperationKind, Requirement, TargetRule},
    reason::{Denial, Reason},
    role::RoleSet,
    viewer::{Actor, Caller, Given, Job},
    visibility::{self, Relation, View},
};

/// Why an actor may act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authority {
    /// By its roles in its own organization.
    Own,
    /// By a delegated role under a grant.
    Delegated {
        /// The grant.
        grant: GrantId,
        /// Who administers.
        partner: OrganizationId,
        /// The role in force: the lesser of the user's and the grant's cap.
        role: DelegatedRole,
    },
    /// By a role in its own organization that a delegate gave: it is worth what the grant is.
    Given {
        /// The grant.
        grant: GrantId,
        /// Whose delegate gave it.
        partner: OrganizationId,
    },
    /// On itself.
    Myself,
    /// By a secret.
    Anyone,
    /// A job.
    System(Job),
}

impl Authority {
    /// The kind of authority, as recorded.
    pub fn kind(self) -> AuthorityKind {
        match self {
            Self::Own => AuthorityKind::Own,
            Self::Delegated { .. } => AuthorityKind::Delegated,
            Self::Given { .. } => AuthorityKind::Given,
            Self::Myself => AuthorityKind::Myself,
            Self::Anyone => AuthorityKind::Anyone,
            Self::System(_) => AuthorityKind::System,
        }
    }

    /// The grant it rests on.
    pub fn grant(self) -> Option<GrantId> {
        match self {
            Self::Delegated { grant, .. } | Self::Given { grant, .. } => Some(grant),
            _ => None,
        }
    }

    /// The delegated role in force.
    pub fn role(self) -> Option<DelegatedRole> {
        match self {
            Self::Delegated { role, .. } => Some(role),
            _ => None,
        }
    }
}

/// Leave to do one thing in one account. Only [`decide`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    kind: OperationKind,
    account: OrganizationId,
    authority: Authority,
}

impl Permit {
    /// What is permitted.
    pub fn kind(&self) -> OperationKind {
        self.kind
    }

    /// Where.
    pub fn account(&self) -> OrganizationId {
        self.account
    }

    /// Why.
    pub fn authority(&self) -> Authority {
        self.authority
    }
}

/// Whether the caller may do `kind`, by the facts, at `now`.
pub fn decide(kind: OperationKind, facts: &Facts, now: DateTime<Utc>) -> Result<Permit, Denial> {
    follow(kind, facts, now, &mut |_| {})
}

/// The same decision, telling each step that was passed on the way.
pub fn follow(
    kind: OperationKind,
    facts: &Facts,
    now: DateTime<Utc>,
    passed: &mut dyn FnMut(Step),
) -> Result<Permit, Denial> {
    let spec = kind.spec();
    let found = |reason| facts.account.as_ref().ok_or(Denial::from(reason));
    let permit = |account: &AccountFacts, authority| {
        Ok(Permit {
            kind,
            account: account.id,
            authority,
        })
    };
    match (&facts.caller, spec.requirement) {
        (Caller::System(job), Requirement::System) => {
            return permit(found(Reason::NoSuchThing)?, Authority::System(*job));
        }
        (Caller::System(_), _) => return Err(Reason::RoleRequired.into()),
        (_, Requirement::Anyone) => {
            return permit(found(secret_reason(kind))?, Authority::Anyone);
        }
        _ => {}
    }
    let Caller::User(actor) = &facts.caller else {
        return Err(Reason::NotSignedIn.into());
    };
    passed(Step::SignedIn);
    half(kind, actor)?;
    passed(Step::Role);
    let account = found(Reason::NoSuchThing)?;
    if spec.requirement == Requirement::Myself {
        return permit(account, Authority::Myself);
    }
    let grant = facts.grant.as_ref();
    let relation = visibility::relation(actor, account.id, grant, facts.responded, now);
    if !visibility::sees(relation, View::Card) {
        return Err(Reason::NoSuchThing.into());
    }
    passed(Step::Visible);
    standing(kind, actor, relation, grant)?;
    passed(Step::Grant);
    let authority = authority(kind, actor, relation, grant)?;
    passed(Step::Authority);
    if spec.certified && !account.certification.is_current() {
        return Err(Reason::NotCertified.into());
    }
    passed(Step::Certified);
    touch::touch(kind, actor, account, authority, facts, now)?;
    passed(Step::Target);
    rules(account, authority, facts.brought)?;
    passed(Step::Rules);
    permit(account, authority)
}

/// The half of the rule that needs no account: whether there could be any in which `actor` may do
/// `kind`. It answers the same whatever account is named, and so tells nothing of any.
pub fn half(kind: OperationKind, actor: &Actor) -> Result<(), Denial> {
    let spec = kind.spec();
    let changes = matches!(
        kind,
        OperationKind::ChangeOwnPassword | OperationKind::SignOut
    );
    if actor.must_change && !changes {
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
    match spec.delegation {
        Delegation::NotSupported => Err(Reason::DeviceManagement.into()),
        Delegation::OwnOnly => Err(own_only(kind)),
        Delegation::Delegable => delegated(kind, held, None),
    }
}

/// The kinds that `facts` permit in the account, on the target that they name or on none in
/// particular.
pub fn allowed(facts: &Facts, now: DateTime<Utc>) -> Vec<OperationKind> {
    OperationKind::ALL
        .iter()
        .copied()
        .filter(|kind| !matches!(kind.spec().concern, Concern::Personal | Concern::System))
        .filter(|kind| decide(*kind, facts, now).is_ok())
        .collect()
}

/// The kinds that `facts` permit on the user that they name.
pub fn allowed_on_user(facts: &Facts, now: DateTime<Utc>) -> Vec<OperationKind> {
    let touches = |kind: &OperationKind| {
        matches!(
            kind.spec().target,
            TargetRule::AnyUser | TargetRule::UserWithinRole | TargetRule::UserWithinRoleOrSelf
        )
    };
    allowed(facts, now).into_iter().filter(touches).collect()
}

fn secret_reason(kind: OperationKind) -> Reason {
    match kind {
        OperationKind::SignIn => Reason::CredentialsInvalid,
        OperationKind::RefreshSession => Reason::SessionInvalid,
        _ => Reason::LinkInvalid,
    }
}

fn role_required(kind: OperationKind) -> Denial {
    Denial::with_cure(
        Reason::RoleRequired,
        format!("Ask a global admin for the role. {}", kind.least()),
    )
}

/// Why no delegate does it, and who does.
fn own_only(kind: OperationKind) -> Denial {
    let cure = match kind.spec().requirement {
        Requirement::Operator => "Ask an operator of the platform: nobody else does this.",
        Requirement::System => "The server itself does this; nobody else does.",
        _ => return Reason::OwnOnly.into(),
    };
    Denial::with_cure(Reason::RoleRequired, cure)
}

/// Whether the actor's standing in its own organization is enough for `kind` there. What delegates
/// may not do, they may not do through roles that they gave either.
fn in_own(kind: OperationKind, actor: &Actor) -> bool {
    let spec = kind.spec();
    let roles = match spec.delegation {
        Delegation::Delegable => actor.roles,
        Delegation::OwnOnly | Delegation::NotSupported => actor.appointed,
    };
    meets(spec.requirement, actor, roles)
}

/// Every role that it holds, whether it counts or not.
fn all_roles(actor: &Actor) -> RoleSet {
    actor.roles.union(actor.dormant)
}

/// What its standing in its own organization rests on.
fn in_own_by(kind: OperationKind, actor: &Actor) -> Authority {
    let delegable = kind.spec().delegation == Delegation::Delegable;
    match actor.rests_on() {
        Some(Given { grant, partner }) if delegable => Authority::Given { grant, partner },
        _ => Authority::Own,
    }
}

fn meets(requirement: Requirement, actor: &Actor, roles: RoleSet) -> bool {
    match requirement {
        Requirement::Operator => actor.platform && roles.contains(AdminRole::GlobalAdmin),
        Requirement::Own(least) => roles.reaches(least),
        Requirement::HoldsDelegatedRole => actor.delegated_role.is_some(),
        Requirement::AnyOf(any) => any.iter().any(|one| meets(*one, actor, roles)),
        Requirement::Myself | Requirement::Anyone => true,
        Requirement::PartnerOf(_) | Requirement::System => false,
    }
}

/// Whether the actor meets the requirement as one of the grant's partner.
fn by_partner_role(requirement: Requirement, actor: &Actor) -> bool {
    match requirement {
        Requirement::PartnerOf(least) => actor.appointed.reaches(least),
        Requirement::AnyOf(any) => any.iter().any(|one| by_partner_role(*one, actor)),
        _ => false,
    }
}

/// Whether the grant stands, where the act would rest on it.
fn standing(
    kind: OperationKind,
    actor: &Actor,
    relation: Relation,
    grant: Option<&GrantFacts>,
) -> Result<(), Denial> {
    let spec = kind.spec();
    match relation {
        _ if spec.target == TargetRule::Grant && by_partner_role(spec.requirement, actor) => Ok(()),
        Relation::HeldGrant => Err(match grant {
            Some(grant) => Denial::with_cure(Reason::GrantHeld, grant.held_cure()),
            None => Reason::GrantHeld.into(),
        }),
        Relation::PastGrant(state) => Err(state.refusal().unwrap_or(Reason::GrantEnded).into()),
        _ => Ok(()),
    }
}

fn authority(
    kind: OperationKind,
    actor: &Actor,
    relation: Relation,
    grant: Option<&GrantFacts>,
) -> Result<Authority, Denial> {
    let spec = kind.spec();
    match relation {
        Relation::Own { .. } if in_own(kind, actor) => Ok(in_own_by(kind, actor)),
        Relation::Operator if spec.requirement == Requirement::Operator => Ok(Authority::Own),
        Relation::Own { .. } if meets(spec.requirement, actor, all_roles(actor)) => {
            Err(Reason::RoleGivenByDelegate.into())
        }
        Relation::Own { .. } | Relation::Operator | Relation::Stranger => Err(role_required(kind)),
        _ if spec.target == TargetRule::Grant && by_partner_role(spec.requirement, actor) => {
            Ok(Authority::Own)
        }
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
                    Ok(Authority::Delegated {
                        grant: grant.id,
                        partner: grant.partner,
                        role,
                    })
                })
            }
        },
    }
}

/// Whether `role` is enough for a delegable kind.
fn delegated(
    kind: OperationKind,
    role: DelegatedRole,
    grant: Option<&GrantFacts>,
) -> Result<(), Denial> {
    match kind.least_delegated() {
        Some(least) if role >= least => Ok(()),
        Some(least) if grant.is_some_and(|grant| grant.role_cap < least) => Err(Denial::with_cure(
            Reason::RoleLimited,
            "The client capped this grant at LIMITED; only the client can accept a higher cap.",
        )),
        Some(_) => Err(Reason::RoleLimited.into()),
        None => Err(role_required(kind)),
    }
}

/// What the account asks delegates to give for its record.
fn rules(account: &AccountFacts, authority: Authority, brought: Brought) -> Result<(), Denial> {
    let delegated = authority.grant().is_some();
    if delegated && account.rules.ticket_required && !brought.ticket {
        Err(Reason::TicketRequired.into())
    } else if delegated && account.rules.reason_required && !brought.reason {
        Err(Reason::NoteRequired.into())
    } else {
        Ok(())
    }
}
