//! The chains against the rules alone: every decision is the policy's, and what follows from it is told here in a few
//! lines for each act, without any database.

use chrono::{DateTime, Utc};
use entity::{
    ids::{GrantId, HandId, OfferId, OrganizationId, SessionId, UserId},
    states::{AdminRole, DelegatedRole, Way},
};
use mandate::domain::{
    certification::Certification,
    grant::{GrantFacts, GrantState},
    hands::{Cause, Hand, Hands},
    kind::OperationKind,
    policy::{self, AccountFacts, Brought, Facts, OfferTarget, Permit, Target, UserTarget},
    role::RoleSet,
    rules::Rules as AccountRules,
    viewer::{Actor, Caller, Given},
};
use uuid::Uuid;

use super::{
    By, CARLA, Done, FIRST_ADDED, IVAN, PAUL,
    Party::{self, Fiona, Liam, Owner, Tom},
    Step, UMA, What, World, asked, run,
};

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

    fn stands(&self, id: Option<UserId>) -> bool {
        let parties = [Fiona, Liam, Tom];
        let party = parties.into_iter().find(|party| Some(person(*party)) == id);
        party.is_none_or(|party| self.role_of(party).is_some())
    }

    fn hands_of(&self, user: usize) -> Hands {
        let hands = self.users[user].hands.iter().map(|held| {
            let (state, role_cap) = self.grant(held.cause.grant);
            Hand {
                id: HandId(Uuid::nil()),
                way: held.way,
                cause: held.cause,
                renewed_at: moment(held.renewed),
                state,
                role_cap,
                person_stands: self.stands(held.cause.person),
            }
        });
        Hands(hands.collect())
    }

    fn target(&self, user: usize) -> UserTarget {
        let row = &self.users[user];
        let hands = self.hands_of(user);
        UserTarget {
            id: user_id(user),
            organization: CLIENT,
            roles: row.roles.iter().map(|(role, _)| *role).collect(),
            appointed: row
                .roles
                .iter()
                .filter(|(_, cause)| cause.is_none())
                .map(|(role, _)| *role)
                .collect(),
            delegated_role: None,
            enrolled: row.enrolled,
            contact_verified: row.verified,
            contact_own: row.contact_own,
            secret_asleep: row.temporary && hands.secret_asleep(Some(moment(row.changed))),
            hands,
            blocked: row.blocked.is_some(),
            blocked_by_own: row.blocked == Some(true),
            deleted: row.deleted.is_some(),
            deleted_by_own: row.deleted == Some(true),
            name: String::new(),
            sign_in_name: String::new(),
        }
    }

    /// Who acts; `None` where nobody can sign in.
    fn actor(&self, by: By) -> Option<Actor> {
        let bare = |user, organization| Actor {
            user,
            session: SessionId(Uuid::nil()),
            organization,
            platform: false,
            certification: Certification::Current,
            must_change: false,
            roles: RoleSet::NONE,
            appointed: RoleSet::NONE,
            given: Vec::new(),
            dormant: RoleSet::NONE,
            hands: Hands::default(),
            recovered: false,
            delegated_role: None,
            name: String::new(),
            sign_in_name: String::new(),
            organization_name: String::new(),
        };
        match by {
            By::Delegate(party) => Some(Actor {
                delegated_role: self.role_of(party),
                ..bare(person(party), partner(party.partner()))
            }),
            By::As(user, _) => {
                let row = &self.users[user];
                let target = self.target(user);
                let opens = self.opens(OperationKind::SignIn, target.clone());
                if !row.password || target.blocked || target.deleted || !opens {
                    return None;
                }
                let given: Vec<Given> = row
                    .roles
                    .iter()
                    .filter_map(|(role, cause)| Some((*role, (*cause)?)))
                    .filter(|(_, cause)| {
                        self.grant(cause.grant) == (GrantState::Active, DelegatedRole::Full)
                            && self.stands(cause.person)
                    })
                    .map(|(role, cause)| Given { role, cause })
                    .collect();
                let counts = given.iter().map(|given| given.role).collect::<RoleSet>();
                Some(Actor {
                    must_change: row.temporary,
                    roles: target.appointed.union(counts),
                    appointed: target.appointed,
                    dormant: target.roles,
                    given,
                    hands: target.hands,
                    recovered: row.recovered,
                    ..bare(user_id(user), CLIENT)
                })
            }
        }
    }

    fn decide(
        &self,
        kind: OperationKind,
        actor: Actor,
        target: Target,
        shown: bool,
    ) -> Option<Permit> {
        let own = actor.organization == CLIENT;
        let number = usize::from(actor.organization == partner(1));
        let facts = Facts {
            caller: Caller::User(Box::new(actor)),
            account: Some(AccountFacts {
                rules: AccountRules {
                    show_once_allowed: true,
                    sign_ins_delegable: true,
                    ..AccountRules::default()
                },
                ..AccountFacts::bare(CLIENT)
            }),
            grant: (!own).then(|| self.facts_of(number)),
            responded: true,
            contact_of_partner: false,
            target,
            service: None,
            brought: Brought {
                shown_secret: shown,
                ..Brought::default()
            },
        };
        policy::decide(kind, &facts, moment(self.step)).ok()
    }

    /// Whether the policy lets a secret of this user open what it is for.
    fn opens(&self, kind: OperationKind, target: UserTarget) -> bool {
        let facts = Facts {
            caller: Caller::Anonymous,
            account: Some(AccountFacts::bare(CLIENT)),
            grant: None,
            responded: false,
            contact_of_partner: false,
            target: Target::User(target),
            service: None,
            brought: Brought::default(),
        };
        policy::decide(kind, &facts, moment(self.step)).is_ok()
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

    /// What an act that the policy permits does; `None` where the state of things does not let it.
    fn effect(&mut self, by: By, what: What, causes: &[Cause]) -> Option<()> {
        let own = causes.is_empty();
        let step = self.step;
        match what {
            What::Add(reader) => {
                let mut row = self.users[IVAN].clone();
                row = User {
                    roles: Vec::new(),
                    hands: Vec::new(),
                    password: false,
                    temporary: false,
                    enrolled: false,
                    verified: false,
                    contact_own: own,
                    reader,
                    link: Some((false, !own)),
                    recovered: false,
                    blocked: None,
                    deleted: None,
                    ..row
                };
                self.users.push(row);
                self.begin(self.users.len() - 1, Way::Contact, causes);
            }
            What::SetContact(user, reader) => {
                let row = &mut self.users[user];
                row.reader = reader;
                row.verified = false;
                row.contact_own = own;
                row.link = Some((row.enrolled, !own));
                self.begin(user, Way::Contact, causes);
            }
            What::Show(user) => {
                if !own && !self.users[user].verified {
                    return None;
                }
                let row = &mut self.users[user];
                (row.password, row.temporary, row.enrolled, row.changed) = (true, true, true, step);
                row.link = None;
                self.begin(user, Way::Secret, causes);
            }
            What::Send(user) => {
                let target = self.target(user);
                if (target.enrolled && !target.contact_verified) || target.contact_asleep() {
                    return None;
                }
                let row = &mut self.users[user];
                if own || !target.is_guarded() {
                    (row.password, row.temporary) = (false, false);
                }
                row.link = Some((false, !own));
            }
            What::Choose => {
                let By::As(user, _) = by else { return None };
                let row = &mut self.users[user];
                (row.temporary, row.changed, row.link) = (false, step, None);
            }
            What::Give(user, global) => {
                let role = if global {
                    AdminRole::GlobalAdmin
                } else {
                    AdminRole::UserAdmin
                };
                let held = self.users[user]
                    .roles
                    .iter()
                    .position(|(one, _)| *one == role);
                if own && !self.users[user].hands.is_empty() {
                    return None;
                }
                if causes.iter().any(|cause| cause.grant != causes[0].grant) {
                    return None;
                }
                match held {
                    Some(place) if own && self.users[user].roles[place].1.is_some() => {
                        self.users[user].roles.remove(place);
                    }
                    Some(_) => return None,
                    None => {}
                }
                self.users[user].roles.push((role, causes.first().copied()));
            }
            What::Take(user, global) => {
                let role = if global {
                    AdminRole::GlobalAdmin
                } else {
                    AdminRole::UserAdmin
                };
                let place = self.users[user]
                    .roles
                    .iter()
                    .position(|(one, _)| *one == role)?;
                if user == CARLA && global {
                    return None;
                }
                self.users[user].roles.remove(place);
            }
            What::Confirm(user) => {
                let held = |way| {
                    self.users[user]
                        .hands
                        .iter()
                        .any(move |held| held.way == way)
                };
                if !held(Way::Contact) {
                    return None;
                }
                let proves = self.users[user].enrolled && !held(Way::Secret);
                let row = &mut self.users[user];
                row.contact_own = true;
                row.link = Some((proves, false));
            }
            What::Block(user) => {
                let row = &mut self.users[user];
                if user == CARLA || (row.blocked.is_some() && (!own || row.blocked == Some(true))) {
                    return None;
                }
                row.blocked = Some(own);
            }
            What::Unblock(user) => {
                self.users[user].blocked.take()?;
            }
            What::Delete(user) if user == CARLA => return None,
            What::Delete(user) => self.users[user].deleted = Some(own),
            What::Restore(user) => {
                let row = &mut self.users[user];
                row.deleted.take()?;
                (row.password, row.temporary, row.link) = (false, false, None);
            }
            What::Touch(_) | What::Consent => {}
        }
        Some(())
    }

    fn open(&mut self, user: usize) -> Option<Done> {
        let target = self.target(user);
        let (proves, of_others) = self.users[user].link?;
        let kind = match (proves, target.enrolled) {
            (true, _) => OperationKind::VerifyContact,
            (false, true) => OperationKind::RedeemReset,
            (false, false) => OperationKind::Enrol,
        };
        if target.blocked || target.deleted || !self.opens(kind, target.clone()) {
            return None;
        }
        let guarded = target.is_guarded();
        let (step, reader) = (self.step, self.users[user].reader);
        let row = &mut self.users[user];
        row.link = None;
        row.verified = true;
        if row.contact_own {
            row.hands.retain(|held| held.way != Way::Contact);
        }
        if !proves {
            (row.password, row.temporary, row.enrolled, row.changed) = (true, false, true, step);
            row.recovered = of_others && guarded;
            let readers = row.hands.iter().filter(|held| held.way == Way::Contact);
            let readers: Vec<Cause> = readers.map(|held| held.cause).collect();
            if readers.is_empty() {
                row.hands.retain(|held| held.way != Way::Secret);
            }
            self.begin(user, Way::Secret, &readers);
        }
        Some(Done {
            named: Vec::new(),
            reader: Some(reader),
            chosen: !proves,
        })
    }

    /// What ends with a grant.
    fn end(&mut self, number: usize) -> Option<Done> {
        if self.grants[number].ended {
            return None;
        }
        let id = self.grants[number].id;
        self.grants[number].ended = true;
        self.past.push(id);
        for user in 1..self.users.len() {
            self.strip(user, id);
            let by = |row: &User, way| {
                row.hands
                    .iter()
                    .any(|held| held.way == way && held.cause.grant == id)
            };
            let row = &mut self.users[user];
            let read = row.hands.iter().any(|held| held.way == Way::Contact);
            let consents = row.roles.contains(&(AdminRole::GlobalAdmin, None));
            if by(row, Way::Secret) {
                let safe = row.verified && !read && row.deleted.is_none();
                if (safe || row.temporary) && !consents {
                    (row.password, row.temporary, row.link) = (false, false, None);
                }
                if safe {
                    row.link = Some((false, false));
                }
            }
        }
        Some(Done::default())
    }

    /// Takes the roles that were given under a grant, and closes links to contacts that were set under it.
    fn strip(&mut self, user: usize, id: GrantId) {
        let row = &mut self.users[user];
        row.roles
            .retain(|(_, cause)| cause.is_none_or(|cause| cause.grant != id));
        let set = row
            .hands
            .iter()
            .any(|held| held.way == Way::Contact && held.cause.grant == id);
        if set && !row.contact_own {
            row.link = None;
        }
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
            Step::Renew(number) => {
                if !self.grants[number].ended || self.users[CARLA].recovered {
                    return None;
                }
                self.grants[number] = Grant {
                    id: GrantId(Uuid::from_u128(1000 + u128::try_from(self.step).unwrap())),
                    held: false,
                    ended: false,
                    cap: DelegatedRole::Full,
                };
                Some(Done::default())
            }
            Step::Dismiss(party) | Step::Return(party) => {
                let full = if party == Liam {
                    DelegatedRole::Limited
                } else {
                    DelegatedRole::Full
                };
                let wanted = matches!(step, Step::Return(_)).then_some(full);
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
