//! The chains against the rules alone: every decision is the policy's, and what follows from it is told here in a few
//! lines for each act, without any database.

use chrono::{DateTime, Utc};
use entity::{
    ids::{GrantId, OfferId, OrganizationId, UserId},
    states::{AdminRole, DelegatedRole, Way},
};
use mandate::domain::{
    certification::Certification,
    grant::{GrantFacts, GrantState},
    hands::Cause,
    kind::OperationKind,
    policy::{OfferTarget, Target},
};
use uuid::Uuid;

use super::{
    By, CARLA, Done, FIRST_ADDED, IVAN, PAUL,
    Party::{self, Fiona, Liam, Owner, Tom},
    Step, UMA, What, World, asked, run,
};

mod asked;
mod effects;

const CLIENT: OrganizationId = OrganizationId(Uuid::from_u128(1));

/// An open hand: by what, whose, renewed at which step.
#[derive(Clone, Copy, Debug)]
struct Held {
    way: Way,
    cause: Cause,
    renewed: i64,
}

#[derive(Clone, Debug)]
struct User {
    roles: Vec<(AdminRole, Option<Cause>)>,
    hands: Vec<Held>,
    /// Whether a password is there, whether it is temporary, and at which step it was set.
    password: bool,
    temporary: bool,
    changed: i64,
    enrolled: bool,
    verified: bool,
    contact_own: bool,
    reader: Party,
    /// The open link: whether it proves the contact alone, and whether no own admin had it sent.
    link: Option<(bool, bool)>,
    recovered: bool,
    blocked: Option<bool>,
    deleted: Option<bool>,
}

struct Rules {
    users: Vec<User>,
    grants: [Grant; 2],
    roles: [(Party, Option<DelegatedRole>); 3],
    past: Vec<GrantId>,
    step: i64,
}

#[derive(Clone, Copy)]
struct Grant {
    id: GrantId,
    held: bool,
    ended: bool,
    cap: DelegatedRole,
}

fn partner(number: usize) -> OrganizationId {
    OrganizationId(Uuid::from_u128(10 + number as u128))
}

fn person(party: Party) -> UserId {
    UserId(Uuid::from_u128(100 + party as u128))
}

fn user_id(user: usize) -> UserId {
    UserId(Uuid::from_u128(1000 + user as u128))
}

fn moment(step: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + step, 0).unwrap()
}

impl Rules {
    fn new() -> Self {
        let of = |roles: &[AdminRole]| User {
            roles: roles.iter().map(|role| (*role, None)).collect(),
            hands: Vec::new(),
            password: true,
            temporary: false,
            changed: 0,
            enrolled: true,
            verified: true,
            contact_own: true,
            reader: Owner,
            link: None,
            recovered: false,
            blocked: None,
            deleted: None,
        };
        let mut users = vec![of(&[]); FIRST_ADDED];
        users[CARLA] = of(&[AdminRole::GlobalAdmin]);
        users[UMA] = of(&[AdminRole::UserAdmin]);
        users[PAUL] = of(&[AdminRole::PasswordAdmin]);
        users[IVAN] = of(&[]);
        let grant = |number: u128| Grant {
            id: GrantId(Uuid::from_u128(number)),
            held: false,
            ended: false,
            cap: DelegatedRole::Full,
        };
        Self {
            users,
            grants: [grant(20), grant(21)],
            roles: [
                (Fiona, Some(DelegatedRole::Full)),
                (Liam, Some(DelegatedRole::Limited)),
                (Tom, Some(DelegatedRole::Full)),
            ],
            past: Vec::new(),
            step: 1,
        }
    }

    fn role_of(&self, party: Party) -> Option<DelegatedRole> {
        self.roles.iter().find(|(one, _)| *one == party)?.1
    }

    fn facts_of(&self, number: usize) -> GrantFacts {
        let grant = self.grants[number];
        GrantFacts {
            id: grant.id,
            partner: partner(number),
            client: CLIENT,
            role_cap: grant.cap,
            expires_at: moment(i64::from(u32::MAX)),
            ended_at: grant.ended.then(|| moment(self.step)),
            client_hold: grant.held,
            partner_hold: false,
            partner_certification: Certification::Current,
        }
    }

    /// The state and the cap of the grant that something was caused under.
    fn grant(&self, id: GrantId) -> (GrantState, DelegatedRole) {
        let now = moment(self.step);
        match self.grants.iter().position(|grant| grant.id == id) {
            Some(number) => (self.facts_of(number).state(now), self.grants[number].cap),
            None => (GrantState::Ended, DelegatedRole::Full),
        }
    }

    fn role_now(&self, id: Option<UserId>) -> Option<DelegatedRole> {
        let mut parties = [Fiona, Liam, Tom].into_iter();
        self.role_of(parties.find(|party| Some(person(*party)) == id)?)
    }

    fn begin(&mut self, user: usize, way: Way, causes: &[Cause]) {
        for cause in causes {
            let same = |held: &&mut Held| {
                (held.way, held.cause.grant, held.cause.person) == (way, cause.grant, cause.person)
            };
            let renewed = self.step;
            match self.users[user].hands.iter_mut().find(same) {
                Some(held) => held.renewed = renewed,
                None => self.users[user].hands.push(Held {
                    way,
                    cause: *cause,
                    renewed,
                }),
            }
        }
    }

    fn act(&mut self, by: By, what: What) -> Option<Done> {
        use OperationKind as Kind;
        let actor = self.actor(by)?;
        let (kind, target) = match what {
            What::Add(_) => (Kind::AddUser, None),
            What::SetContact(user, _) => (Kind::ChangeContact, Some(user)),
            What::Show(user) | What::Send(user) => (Kind::ResetPassword, Some(user)),
            What::Choose => (Kind::ChangeOwnPassword, None),
            What::Give(user, _) => (Kind::AssignAdminRole, Some(user)),
            What::Take(user, _) => (Kind::RemoveAdminRole, Some(user)),
            What::Confirm(user) => (Kind::ConfirmContact, Some(user)),
            What::Touch(user) => (Kind::UpdateProfile, Some(user)),
            What::Block(user) => (Kind::BlockSignIn, Some(user)),
            What::Unblock(user) => (Kind::UnblockSignIn, Some(user)),
            What::Delete(user) => (Kind::DeleteUser, Some(user)),
            What::Restore(user) => (Kind::RestoreUser, Some(user)),
            What::Consent => (Kind::AcceptOffer, None),
        };
        let aimed = match (what, target) {
            (What::Consent, _) => Target::Offer(OfferTarget {
                id: OfferId(Uuid::nil()),
                partner: partner(0),
                certification: Certification::Current,
                withdrawn: false,
                expires_at: None,
            }),
            (_, Some(user)) => Target::User(self.target(user)),
            (_, None) => Target::Unspecified,
        };
        let permit = self.decide(kind, actor, aimed, matches!(what, What::Show(_)))?;
        let causes = permit.causes();
        self.effect(by, what, &causes)?;
        let parties = [Fiona, Liam, Tom].into_iter();
        let named = parties.filter(|party| {
            causes
                .iter()
                .any(|cause| cause.person == Some(person(*party)))
        });
        Some(Done {
            named: named.collect(),
            ..Done::default()
        })
    }
}

impl World for Rules {
    async fn step(&mut self, step: Step) -> Option<Done> {
        self.step += 1;
        match step {
            Step::Act(by, what) => self.act(by, what),
            Step::Open(user) => self.open(user),
            Step::Hold(number) | Step::Lift(number) => {
                let held = matches!(step, Step::Hold(_));
                let grant = &mut self.grants[number];
                if grant.ended || grant.held == held || (!held && self.users[CARLA].recovered) {
                    return None;
                }
                grant.held = held;
                Some(Done::default())
            }
            Step::Wait => {
                for user in &mut self.users {
                    user.recovered = false;
                }
                Some(Done::default())
            }
            Step::End(number) => self.end(number),
            Step::Lower(number) => {
                let grant = &mut self.grants[number];
                if grant.ended || grant.cap == DelegatedRole::Limited {
                    return None;
                }
                grant.cap = DelegatedRole::Limited;
                let id = grant.id;
                for user in 1..self.users.len() {
                    self.strip(user, id);
                    for held in &mut self.users[user].hands {
                        if held.cause.grant == id {
                            held.cause.role = DelegatedRole::Limited;
                        }
                    }
                }
                Some(Done::default())
            }
            Step::Renew(number) => self.renew(number),
            Step::Dismiss(party) | Step::Demote(party) | Step::Return(party) => {
                let wanted = match step {
                    Step::Dismiss(_) => None,
                    Step::Return(_) if party != Liam => Some(DelegatedRole::Full),
                    _ => Some(DelegatedRole::Limited),
                };
                let held = self.roles.iter_mut().find(|(one, _)| *one == party)?;
                (held.1 != wanted).then(|| held.1 = wanted)?;
                Some(Done::default())
            }
        }
    }

    async fn hands(&mut self, user: usize) -> Vec<(Way, Party)> {
        let party = |id| {
            [Fiona, Liam, Tom]
                .into_iter()
                .find(|party| Some(person(*party)) == id)
        };
        let held = self.users[user].hands.iter();
        held.filter_map(|held| Some((held.way, party(held.cause.person)?)))
            .collect()
    }
}

#[tokio::test]
async fn chains_against_the_rules_alone() {
    let (chains, seed) = asked(10_000);
    println!("{chains} chains from MODEL_SEED={seed}");
    for number in 0..chains {
        let ended = run(&mut Rules::new(), seed.wrapping_add(number), 40).await;
        ended.unwrap_or_else(|what| panic!("{what}"));
    }
}
