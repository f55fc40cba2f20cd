//! What decisions are made of, to be changed by a test where it matters.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    ids::{GrantId, HandId, OrganizationId, SessionId, UserId},
    states::{AdminRole, DelegatedRole, Way},
};
use mandate::domain::{
    certification::Certification,
    grant::{GrantFacts, GrantState},
    hands::{Cause, Hand, Hands},
    policy::{AccountFacts, Facts, RequestFacts, Target, UserTarget},
    role::RoleSet,
    viewer::{Actor, Caller, GivenRole},
};
use uuid::Uuid;

pub fn now() -> DateTime<Utc> {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

/// The organization of the actor.
pub const HOME: OrganizationId = OrganizationId(Uuid::from_u128(1));
/// A client of it, or the partner of whoever gave a role in it.
pub const CLIENT: OrganizationId = OrganizationId(Uuid::from_u128(2));

/// The user that acts.
pub const USER: UserId = UserId(Uuid::from_u128(10));

pub fn actor(roles: &[AdminRole], delegated_role: Option<DelegatedRole>) -> Actor {
    Actor {
        user: USER,
        session: SessionId(Uuid::from_u128(11)),
        organization: HOME,
        platform: false,
        certification: Certification::Current,
        must_change: false,
        roles: roles.iter().copied().collect(),
        appointed: roles.iter().copied().collect(),
        given: Vec::new(),
        dormant: RoleSet::NONE,
        hands: Hands::default(),
        fresh: true,
        recovered: false,
        delegated_role,
        name: String::new(),
        sign_in_name: String::new(),
        organization_name: String::new(),
    }
}

pub fn grant(role_cap: DelegatedRole) -> GrantFacts {
    GrantFacts {
        id: GrantId(Uuid::from_u128(20)),
        partner: HOME,
        client: CLIENT,
        role_cap,
        expires_at: now() + TimeDelta::days(1),
        ended_at: None,
        client_hold: false,
        partner_hold: false,
        partner_certification: Certification::Current,
    }
}

pub fn facts(
    actor: Actor,
    account: OrganizationId,
    grant: Option<GrantFacts>,
    target: Target,
) -> Facts {
    Facts {
        caller: Caller::User(Box::new(actor)),
        account: Some(AccountFacts::bare(account)),
        grant,
        responded: false,
        contact_of_partner: false,
        let_in: false,
        target,
        service: None,
        request: RequestFacts::default(),
    }
}

pub fn target(organization: OrganizationId, roles: &[AdminRole], delegated: bool) -> Target {
    Target::User(UserTarget {
        id: UserId(Uuid::from_u128(30)),
        organization,
        roles: roles.iter().copied().collect(),
        awaited: RoleSet::NONE,
        appointed: roles.iter().copied().collect(),
        delegated_role: delegated.then_some(DelegatedRole::Limited),
        enrolled: true,
        contact_verified: true,
        contact_own: false,
        hands: Hands::default(),
        secret_asleep: false,
        blocked: false,
        blocked_by_own: false,
        deleted: false,
        deleted_by_own: false,
        name: String::new(),
        sign_in_name: String::new(),
    })
}

pub fn under(grant: u128) -> GrantId {
    GrantId(Uuid::from_u128(grant))
}

pub fn given(role: AdminRole, grant: u128) -> GivenRole {
    GivenRole {
        role,
        cause: Cause {
            grant: under(grant),
            partner: CLIENT,
            person: None,
            role: DelegatedRole::Full,
        },
    }
}

/// The user that [`target`] makes.
pub fn other(target: &mut Target) -> &mut UserTarget {
    match target {
        Target::User(user) => user,
        _ => panic!("it is no user"),
    }
}

/// A hand by which a person of the partner `CLIENT` may hold a sign-in, under an active grant.
pub fn hand(way: Way, role: DelegatedRole) -> Hand {
    Hand {
        id: HandId(Uuid::from_u128(40)),
        way,
        cause: Cause {
            grant: under(41),
            partner: CLIENT,
            person: Some(UserId(Uuid::from_u128(42))),
            role,
        },
        renewed_at: now(),
        state: GrantState::Active,
        role_cap: DelegatedRole::Full,
        person_role: Some(role),
    }
}
