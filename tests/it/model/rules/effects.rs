//! What follows from an act that the policy permits, in a few lines for each.

use entity::{
    ids::GrantId,
    states::{AdminRole, DelegatedRole, Way},
};
use mandate::domain::{hands::Cause, kind::OperationKind};
use uuid::Uuid;

use super::{
    super::{By, CARLA, Done, IVAN, What},
    Grant, Rules, User,
};

impl Rules {
    /// What an act that the policy permits does; `None` where the state of things does not let it.
    pub(super) fn effect(&mut self, by: By, what: What, causes: &[Cause]) -> Option<()> {
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
            What::Consent => {
                self.renew(0);
            }
            What::Touch(_) => {}
        }
        Some(())
    }

    pub(super) fn open(&mut self, user: usize) -> Option<Done> {
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
    pub(super) fn end(&mut self, number: usize) -> Option<Done> {
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
    pub(super) fn strip(&mut self, user: usize, id: GrantId) {
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

    /// Makes another grant where the last one ended.
    pub(super) fn renew(&mut self, number: usize) -> Option<Done> {
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
}
