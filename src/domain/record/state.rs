//! Which grants and roles there are now according to the records, to be compared with what the database says.

use std::collections::{BTreeMap, BTreeSet};

use entity::{
    ids::{GrantId, OrganizationId, UserId},
    states::{AdminRole, AuthorityKind, Outcome},
};
use uuid::Uuid;

use super::{Body, Key, TargetType};
use crate::domain::{kind::OperationKind, record::fault::Fault};

/// Names of changes that are about roles.
const ROLES: [Key; 2] = [Key::RolesGivenBack, Key::RolesThatWaited];

/// A grant, as the record says or as the database does. Times are as in the record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GrantState {
    pub partner: Option<Uuid>,
    pub role_cap: String,
    /// The end of the term.
    pub expires_at: String,
    /// Whether the client holds it.
    pub client_hold: bool,
    /// Whether the partner holds it.
    pub partner_hold: bool,
    /// Whether it was ended.
    pub ended: bool,
}

/// What one record says, or several of them one after another.
#[derive(Debug, Default)]
pub struct Told {
    /// The grants that each account gave, each of which is in its own record alone.
    grants: BTreeMap<OrganizationId, BTreeMap<Uuid, GrantState>>,
    /// Changes of roles in their order: those of one user can be in the records of several organizations.
    roles: Vec<RoleChange>,
    unfounded: Vec<(OrganizationId, Fault)>,
}

#[derive(Debug)]
enum RoleChange {
    Given(Uuid, AdminRole),
    Taken(Uuid, AdminRole),
    Delegated(Uuid, String),
}

/// What all records together say.
#[derive(Debug, Default)]
pub struct ImpliedState {
    grants: BTreeMap<Uuid, (OrganizationId, GrantState)>,
    roles: BTreeSet<(Uuid, AdminRole)>,
    delegated: BTreeMap<Uuid, String>,
    unfounded: Vec<(OrganizationId, Fault)>,
}

impl Told {
    /// Adds what the next records say.
    pub fn join(&mut self, next: Self) {
        for (account, grants) in next.grants {
            self.grants.entry(account).or_default().extend(grants);
        }
        self.roles.extend(next.roles);
        self.unfounded.extend(next.unfounded);
    }

    /// Takes the next entry of a record.
    pub fn take(&mut self, body: &Body) {
        let Some(kind) = OperationKind::by_stable_name(&body.kind) else {
            return;
        };
        if body.outcome == Outcome::Done {
            self.rests(body);
            self.grant(kind, body);
            self.roles(kind, body);
        }
    }

    /// Checks that a delegated act rests on a grant which, by this record, was given and was neither held nor over at
    /// the time.
    fn rests(&mut self, body: &Body) {
        if body.authority != AuthorityKind::Delegated {
            return;
        }
        let own = self.grants.get(&body.organization);
        let grant = own
            .zip(body.grant)
            .and_then(|(own, grant)| own.get(&grant.0));
        let stood = grant.is_some_and(|grant| {
            !(grant.ended || grant.client_hold || grant.partner_hold)
                && body.at.to_string() < grant.expires_at
                && grant.partner == body.actor_organization.map(|organization| organization.0)
        });
        if !stood {
            let what = format!("entry {}, an act under a grant", body.seq);
            let fault = fault(what, "done", "no such grant stood then");
            self.unfounded.push((body.organization, fault));
        }
    }

    fn grant(&mut self, kind: OperationKind, body: &Body) {
        use OperationKind::*;
        let target = body
            .target
            .as_ref()
            .filter(|target| target.kind == TargetType::Grant.stable());
        if target.is_none() && kind != RestoreRecord {
            return;
        }
        let own = self.grants.entry(body.organization).or_default();
        if kind == RestoreRecord {
            let open = own.values_mut().filter(|grant| !grant.ended);
            open.for_each(|grant| grant.client_hold = true);
        }
        let Some(target) = target else { return };
        let change = |key| body.changes.get(key).map(str::to_owned);
        if kind == AcceptOffer {
            let partner = change(Key::Partner).and_then(|id| id.parse().ok());
            // A new grant to a partner ends the one before it, whose term is over.
            for (id, grant) in own.iter_mut() {
                grant.ended |= *id != target.id && grant.partner == partner;
            }
            own.entry(target.id).or_default().partner = partner;
        }
        let Some(grant) = own.get_mut(&target.id) else {
            return;
        };
        let by_client = change(Key::Side).as_deref() == Some("CLIENT");
        let held = match by_client {
            true => &mut grant.client_hold,
            false => &mut grant.partner_hold,
        };
        match kind {
            HoldGrant | HoldForLoss => *held = true,
            LiftGrant => *held = false,
            EndGrant | CloseGrant => grant.ended = true,
            AcceptOffer | LowerGrant | ShortenGrant => {
                grant.role_cap = change(Key::RoleCap).unwrap_or_else(|| grant.role_cap.clone());
                grant.expires_at =
                    change(Key::ExpiresAt).unwrap_or_else(|| grant.expires_at.clone());
            }
            _ => {}
        }
    }

    fn roles(&mut self, kind: OperationKind, body: &Body) {
        use OperationKind::*;
        let change = |key| body.changes.get(key);
        let target = body.target.as_ref().map(|target| target.id);
        let one = change(Key::Role).and_then(role);
        match (kind, target, one) {
            (AssignAdminRole, Some(user), Some(role)) if change(Key::Waits).is_none() => {
                self.roles.push(RoleChange::Given(user, role));
            }
            (CreateOperator, Some(user), Some(role)) => {
                self.roles.push(RoleChange::Given(user, role));
            }
            (RemoveAdminRole, Some(user), Some(role)) if change(Key::Waits).is_none() => {
                self.roles.push(RoleChange::Taken(user, role));
            }
            (RegisterOrganization | CompleteSignUp, ..) => {
                let user = change(Key::FirstAdmin).and_then(|id| id.parse().ok());
                let given = user.map(|user| RoleChange::Given(user, AdminRole::GlobalAdmin));
                self.roles.extend(given);
            }
            (AssignDelegatedRole | RemoveDelegatedRole, Some(user), _) => {
                let now = change(Key::DelegatedRole).unwrap_or_default();
                self.roles.push(RoleChange::Delegated(user, now.to_owned()));
            }
            _ => {}
        }
        for name in ROLES {
            let given = named(change(name), target).into_iter();
            self.roles
                .extend(given.map(|(user, role)| RoleChange::Given(user, role)));
        }
        let taken = named(change(Key::RolesTaken), None).into_iter();
        self.roles
            .extend(taken.map(|(user, role)| RoleChange::Taken(user, role)));
    }
}

impl From<Told> for ImpliedState {
    fn from(told: Told) -> Self {
        let mut stands = Self {
            unfounded: told.unfounded,
            ..Self::default()
        };
        for (account, grants) in told.grants {
            let of_account = grants.into_iter().map(|(id, grant)| (id, (account, grant)));
            stands.grants.extend(of_account);
        }
        for change in told.roles {
            match change {
                RoleChange::Given(user, role) => {
                    stands.roles.insert((user, role));
                }
                RoleChange::Taken(user, role) => {
                    stands.roles.remove(&(user, role));
                }
                RoleChange::Delegated(user, role) => {
                    stands.delegated.insert(user, role);
                }
            }
        }
        stands
    }
}

impl ImpliedState {
    /// Acts that had no active grant to rest on, and grants that are not in the database: each with its organization.
    pub fn left(self) -> Vec<(OrganizationId, Fault)> {
        let gone = self.grants.into_iter().map(|(id, (account, _))| {
            let what = format!("grant {id}");
            (account, fault(what, "it is not there", "it was given"))
        });
        self.unfounded.into_iter().chain(gone).collect()
    }

    /// Compares a grant of the database.
    pub fn compare_grant(
        &mut self,
        client: OrganizationId,
        id: GrantId,
        state: &GrantState,
    ) -> Vec<Fault> {
        let what = |part: &str| format!("grant {id}, {part}");
        let Some((account, record)) = self.grants.remove(&id.0) else {
            return vec![fault(what("existence"), "it is there", "nobody gave it")];
        };
        let flag = |on: bool| if on { "yes" } else { "no" };
        let id_of = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        let (here, there) = (client.to_string(), account.to_string());
        let (partner, of_record) = (id_of(state.partner), id_of(record.partner));
        let parts = [
            ("client", &*here, &*there),
            ("partner", &*partner, &*of_record),
            ("role cap", &*state.role_cap, &*record.role_cap),
            ("end of the term", &*state.expires_at, &*record.expires_at),
            (
                "held by the client",
                flag(state.client_hold),
                flag(record.client_hold),
            ),
            (
                "held by the partner",
                flag(state.partner_hold),
                flag(record.partner_hold),
            ),
            ("ended", flag(state.ended), flag(record.ended)),
        ];
        let differ = parts
            .into_iter()
            .filter(|(_, state, record)| state != record);
        differ
            .map(|(part, state, record)| fault(what(part), state, record))
            .collect()
    }

    /// Compares the roles of a user of the database. A missing role is no fault: deleted users hold none.
    pub fn compare_user(
        &self,
        user: UserId,
        roles: &[AdminRole],
        delegated: Option<&str>,
    ) -> Vec<Fault> {
        let without = roles
            .iter()
            .filter(|role| !self.roles.contains(&(user.0, **role)));
        let mut faults: Vec<Fault> = without
            .map(|role| {
                fault(
                    format!("user {user}, admin role"),
                    role.as_str(),
                    "not held",
                )
            })
            .collect();
        let record = self.delegated.get(&user.0).map_or("", String::as_str);
        if let Some(delegated) = delegated.filter(|role| *role != record) {
            let record = if record.is_empty() { "none" } else { record };
            faults.push(fault(
                format!("user {user}, delegated role"),
                delegated,
                record,
            ));
        }
        faults
    }
}

fn fault(what: String, state: &str, record: &str) -> Fault {
    Fault::State {
        what,
        state: state.to_owned(),
        record: record.to_owned(),
    }
}

fn role(name: &str) -> Option<AdminRole> {
    AdminRole::ALL
        .iter()
        .copied()
        .find(|role| role.as_str() == name)
}

/// The roles of a list, each with its user; if none is named, the user that is touched.
fn named(list: Option<&str>, target: Option<Uuid>) -> Vec<(Uuid, AdminRole)> {
    let parts = list.unwrap_or_default().split(',').map(str::trim);
    let roles = parts.filter_map(|part| match part.split_once(':') {
        Some((user, name)) => Some((user.parse().ok()?, role(name)?)),
        None => Some((target?, role(part)?)),
    });
    roles.collect()
}
