//! The only rule of who may do what: [`decide`].
//!
//! Guards, the executor, `allowedOperations`, `explainAccess` and the pages call it; nothing else decides who
//! may do what. It checks the steps in the order of [`Step`].

mod basis;
mod facts;
mod half;
mod step;
mod touch;

use chrono::{DateTime, Utc};
use entity::{
    ids::{GrantId, OrganizationId},
    states::{AdminRole, AuthorityKind, DelegatedRole},
};

use self::basis::bases;
pub use self::{
    basis::standing_of,
    facts::{
        AccountFacts, ClientTarget, DeviceTarget, DomainTarget, Facts, OfferTarget, RequestFacts,
        ServiceTarget, Target, UserTarget,
    },
    half::half,
    step::Step,
};
use crate::domain::{
    grant::GrantFacts,
    hands::{self, Cause},
    kind::{Concern, OperationKind, Proof, Requirement, Secret, TargetRule},
    reason::{Denial, Reason},
    role::RoleSet,
    viewer::{Actor, Caller, Job},
    visibility::{self, Relation, View},
};

/// Why an actor may act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authority {
    /// By its roles in its own organization.
    Own,
    /// By a delegated role under a grant.
    Delegated {
        /// The delegate, and the grant.
        cause: Cause,
        /// The role in force: the lesser of the user's and the grant's cap.
        role: DelegatedRole,
    },
    /// By a role in its own organization that a delegate gave: it counts only while the grant is active.
    Given(Cause),
    /// On itself.
    Myself,
    /// By a secret.
    Anyone,
    /// As a job of the server.
    System(Job),
}

impl Authority {
    /// The kind of authority, as recorded.
    pub fn kind(self) -> AuthorityKind {
        match self {
            Self::Own => AuthorityKind::Own,
            Self::Delegated { .. } => AuthorityKind::Delegated,
            Self::Given(_) => AuthorityKind::Given,
            Self::Myself => AuthorityKind::Myself,
            Self::Anyone => AuthorityKind::Anyone,
            Self::System(_) => AuthorityKind::System,
        }
    }

    /// The person of a partner whom it rests on, and the grant.
    pub fn cause(self) -> Option<Cause> {
        match self {
            Self::Delegated { cause, .. } | Self::Given(cause) => Some(cause),
            _ => None,
        }
    }

    /// The grant it rests on.
    pub fn grant(self) -> Option<GrantId> {
        self.cause().map(|cause| cause.grant)
    }

    /// The delegated role in force.
    pub fn role(self) -> Option<DelegatedRole> {
        match self {
            Self::Delegated { role, .. } => Some(role),
            _ => None,
        }
    }
}

/// The permission to do one thing in one account. Only [`decide`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    kind: OperationKind,
    account: OrganizationId,
    authority: Authority,
    hands: Vec<Cause>,
}

impl Permit {
    /// What is permitted.
    pub fn kind(&self) -> OperationKind {
        self.kind
    }

    /// The account in which it is permitted.
    pub fn account(&self) -> OrganizationId {
        self.account
    }

    /// Why it is permitted.
    pub fn authority(&self) -> Authority {
        self.authority
    }

    /// In whose hands the actor is, apart from what the act rests on.
    pub fn hands(&self) -> &[Cause] {
        &self.hands
    }

    /// All persons of partners whom the act rests on, with their grants.
    pub fn causes(&self) -> Vec<Cause> {
        let mut causes: Vec<Cause> = self.authority.cause().into_iter().collect();
        for cause in &self.hands {
            hands::add(&mut causes, *cause);
        }
        causes
    }
}

/// Whether the caller may do `kind`, by the facts, at `now`.
pub fn decide(kind: OperationKind, facts: &Facts, now: DateTime<Utc>) -> Result<Permit, Denial> {
    follow(kind, facts, now, &mut |_| {})
}

/// The same decision, which also reports each step that was passed.
pub fn follow(
    kind: OperationKind,
    facts: &Facts,
    now: DateTime<Utc>,
    passed: &mut dyn FnMut(Step),
) -> Result<Permit, Denial> {
    let spec = kind.spec();
    let found = |reason| facts.account.as_ref().ok_or(Denial::from(reason));
    let hands = match (&facts.caller, &facts.target) {
        (Caller::User(actor), _) => actor.hands.causes(),
        // By a secret: the actor is the user whom the secret belongs to.
        (_, Target::User(user)) if spec.requirement == Requirement::Anyone => user.hands.causes(),
        _ => Vec::new(),
    };
    let permit = |account: &AccountFacts, authority| {
        Ok(Permit {
            kind,
            account: account.id,
            authority,
            hands: hands.clone(),
        })
    };
    match (&facts.caller, spec.requirement) {
        (Caller::System(job), Requirement::System) => {
            return permit(found(Reason::NoSuchThing)?, Authority::System(*job));
        }
        (Caller::System(_), _) => return Err(Reason::RoleRequired.into()),
        (_, Requirement::Anyone) => {
            let secret = spec.secret();
            let account = found(opens_nothing(secret))?;
            awake(secret, &facts.target)?;
            return permit(account, Authority::Anyone);
        }
        _ => {}
    }
    let Caller::User(actor) = &facts.caller else {
        return Err(Reason::NotSignedIn.into());
    };
    passed(Step::SignedIn);
    half::role(kind, actor)?;
    passed(Step::Role);
    half::in_hands(kind, actor)?;
    passed(Step::Hands);
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
    let bases = bases(kind, actor, relation, grant)?;
    passed(Step::Authority);
    if spec.certified && !account.certification.is_current() {
        return Err(Reason::NotCertified.into());
    }
    passed(Step::Certified);
    let basis = touch::first(kind, actor, account, &bases, facts, now)?;
    passed(Step::Target);
    let rests = basis.authority.cause().is_some() || !actor.hands.is_empty();
    rules(account, rests, facts.request)?;
    passed(Step::Rules);
    fresh(kind, actor, facts.request)?;
    permit(account, basis.authority)
}

/// The kinds that `facts` permit on the target that they name, or on none; without the unlisted ones.
pub fn allowed(facts: &Facts, now: DateTime<Utc>) -> Vec<OperationKind> {
    OperationKind::ALL
        .iter()
        .copied()
        .filter(|kind| !matches!(kind.spec().concern, Concern::Personal | Concern::System))
        .filter(|kind| kind.spec().listed)
        .filter(|kind| decide(*kind, facts, now).is_ok())
        .collect()
}

/// The kinds that `facts` permit on the user that they name.
pub fn allowed_on_user(facts: &Facts, now: DateTime<Utc>) -> Vec<OperationKind> {
    let touches = |kind: &OperationKind| kind.spec().target.is_user();
    allowed(facts, now).into_iter().filter(touches).collect()
}

/// A link or a password that a partner prepared does not work while its grant is not active.
fn awake(secret: Secret, target: &Target) -> Result<(), Denial> {
    let Target::User(user) = target else {
        return Ok(());
    };
    let asleep = match secret {
        Secret::UserLink => user.contact_asleep(),
        Secret::Password | Secret::RefreshToken => user.secret_asleep,
        Secret::Link => false,
    };
    if asleep {
        return Err(opens_nothing(secret).into());
    }
    Ok(())
}

/// The refusal of a secret, which is the same whatever is wrong with the secret.
fn opens_nothing(secret: Secret) -> Reason {
    match secret {
        Secret::Password => Reason::CredentialsInvalid,
        Secret::RefreshToken => Reason::SessionInvalid,
        Secret::UserLink | Secret::Link => Reason::LinkInvalid,
    }
}

fn role_required(kind: OperationKind) -> Denial {
    Denial::with_cure(
        Reason::RoleRequired,
        format!("Ask a global admin for the role. {}", kind.least()),
    )
}

/// The refusal of a kind that no delegate may do, with who may do it.
fn own_only(kind: OperationKind) -> Denial {
    let cure = match kind.spec().requirement {
        Requirement::Operator => "Ask an operator of the platform: nobody else does this.",
        Requirement::System => "The server itself does this; nobody else does.",
        _ => return Reason::OwnOnly.into(),
    };
    Denial::with_cure(Reason::RoleRequired, cure)
}

fn meets(requirement: Requirement, actor: &Actor, roles: RoleSet) -> bool {
    match requirement {
        Requirement::Operator => actor.platform && roles.contains(AdminRole::GlobalAdmin),
        Requirement::Own(least) => roles.reaches(least),
        Requirement::HoldsDelegatedRole => actor.delegated_role.is_some(),
        Requirement::AnyOf(any) => any.iter().any(|one| meets(*one, actor, roles)),
        Requirement::Myself | Requirement::Anyone => true,
        Requirement::PartnerOf(_) | Requirement::DelegateOf(_) | Requirement::System => false,
    }
}

/// Whether the actor meets the requirement as a user of the grant's partner.
fn by_partner_role(requirement: Requirement, actor: &Actor) -> bool {
    match requirement {
        Requirement::PartnerOf(least) => actor.appointed.reaches(least),
        Requirement::DelegateOf(least) => actor.delegated_role.is_some_and(|held| held >= least),
        Requirement::AnyOf(any) => any.iter().any(|one| by_partner_role(*one, actor)),
        _ => false,
    }
}

/// Whether the grant is active, if the act would rest on it.
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

/// Whether the actor's sign-in is fresh, for kinds that need it: so nobody can consent with a stolen session. A mere
/// question, such as `explainAccess`, needs no fresh sign-in.
fn fresh(kind: OperationKind, actor: &Actor, request: RequestFacts) -> Result<(), Denial> {
    let wanted = match kind.spec().proof {
        Proof::Session => false,
        Proof::Fresh => true,
        Proof::FreshForConsent => request.gives_consent,
    };
    if wanted && request.acts && !actor.fresh {
        return Err(Reason::FreshSignInRequired.into());
    }
    Ok(())
}

/// Whether the ticket and the note are given that the account requires when an act rests on a grant.
fn rules(account: &AccountFacts, rests: bool, request: RequestFacts) -> Result<(), Denial> {
    if rests && account.rules.ticket_required && !request.ticket {
        Err(Reason::TicketRequired.into())
    } else if rests && account.rules.note_required && !request.note {
        Err(Reason::NoteRequired.into())
    } else {
        Ok(())
    }
}
