//! The model: what is true of each user, what must hold of each step that was not refused, and which step may be
//! next.

use std::collections::BTreeMap;

use rand::{RngExt, rngs::StdRng};

use super::{
    By, CARLA, Done, MOST_USERS,
    Party::{self, Fiona, Liam, Owner, Tom},
    Step, What,
};

/// What is true of a user.
#[derive(Clone, Debug)]
pub struct Truth {
    /// Who knows the password, with how many ends of that party's grant there had been.
    pub holders: BTreeMap<Party, u32>,
    /// Who reads the mailbox that links are sent to.
    pub reader: Party,
    /// Which technicians are behind the roles that it was given, with how many ends there had been.
    given: Vec<(Party, u32)>,
    /// Whether its own organization gave it a role.
    appointed: bool,
    /// Whether the password is good only for choosing another.
    temporary: bool,
    pub gone: bool,
}

/// What is true.
pub struct Model {
    pub users: Vec<Truth>,
    /// By partner: whether its grant is active, and how often one ended.
    active: [bool; 2],
    ended: [bool; 2],
    ends: [u32; 2],
    dismissed: Vec<Party>,
    demoted: Vec<Party>,
}

impl Model {
    pub fn new() -> Self {
        let of_itself = Truth {
            holders: [(Owner, 0)].into(),
            reader: Owner,
            given: Vec::new(),
            appointed: false,
            temporary: false,
            gone: false,
        };
        let appointed = Truth {
            appointed: true,
            ..of_itself.clone()
        };
        Self {
            users: vec![appointed.clone(), appointed.clone(), appointed, of_itself],
            active: [true; 2],
            ended: [false; 2],
            ends: [0; 2],
            dismissed: Vec::new(),
            demoted: Vec::new(),
        }
    }

    /// Whether a technician has any power now, by a sign-in that it came by after so many ends.
    fn has_power(&self, party: Party, since: u32) -> bool {
        let partner = party.partner();
        self.active[partner] && self.ends[partner] == since && !self.dismissed.contains(&party)
    }

    fn since(&self, party: Party) -> u32 {
        match party {
            Owner => 0,
            party => self.ends[party.partner()],
        }
    }

    /// Who is behind an act, and since how many ends.
    fn behind(&self, by: By) -> (Party, u32) {
        match by {
            By::Delegate(party) => (party, self.since(party)),
            By::As(user, party) => {
                let since = self.users[user].holders.get(&party).copied();
                (party, since.unwrap_or_default())
            }
        }
    }

    /// What must hold of a step that was not refused.
    pub fn judge(&self, step: Step, done: &Done) -> Result<(), String> {
        let must = |holds: bool, what: &str| match holds {
            true => Ok(()),
            false => Err(what.to_owned()),
        };
        match step {
            Step::Act(by, what) => {
                let (party, since) = self.behind(by);
                if let By::As(user, Owner) = by {
                    let truth = &self.users[user];
                    let by_gift = truth.given.iter().any(|(party, since)| {
                        self.has_power(*party, *since) && !self.demoted.contains(party)
                    });
                    let may = truth.appointed || by_gift || what == What::Choose;
                    return must(may, "a role that was given acted without an active grant");
                }
                must(what != What::Consent, "someone else consented")?;
                must(
                    done.named.contains(&party),
                    "the entry does not name who did it",
                )?;
                if what == What::Choose {
                    let By::As(user, _) = by else { return Ok(()) };
                    let awake = !self.users[user].temporary || self.has_power(party, since);
                    return must(awake, "a temporary password opened without an active grant");
                }
                must(
                    self.has_power(party, since),
                    "an act without an active grant",
                )?;
                let limited = matches!(what, What::Show(_) | What::Send(_));
                must(
                    limited || !self.demoted.contains(&party),
                    "who is LIMITED now did what takes FULL",
                )?;
                let taken = match what {
                    What::SetContact(user, _)
                    | What::Show(user)
                    | What::Give(user, _)
                    | What::Take(user, _)
                    | What::Block(user)
                    | What::Unblock(user)
                    | What::Delete(user)
                    | What::Restore(user) => user == CARLA,
                    _ => false,
                };
                must(!taken, "who consents was touched")
            }
            Step::Open(_) => match done.reader {
                Some(Owner) | None => Ok(()),
                Some(party) => must(
                    self.has_power(party, self.since(party)),
                    "a link opened without an active grant",
                ),
            },
            _ => Ok(()),
        }
    }

    /// What is true after a step that was not refused.
    pub fn apply(&mut self, step: Step, done: &Done) {
        match step {
            Step::Act(by, what) => self.act(by, what),
            Step::Open(user) => {
                if let Some(reader) = done.reader.filter(|_| done.chosen) {
                    let since = self.since(reader);
                    self.users[user].holders = [(reader, since)].into();
                    self.users[user].temporary = false;
                }
            }
            Step::Hold(partner) => self.active[partner] = false,
            Step::Lift(partner) => self.active[partner] = !self.ended[partner],
            Step::End(partner) => {
                self.active[partner] = false;
                self.ended[partner] = true;
                self.ends[partner] += 1;
            }
            Step::Renew(partner) => {
                self.active[partner] = true;
                self.ended[partner] = false;
            }
            Step::Lower(_) | Step::Wait => {}
            Step::Dismiss(party) => {
                self.dismissed.push(party);
                self.demoted.retain(|one| *one != party);
            }
            Step::Demote(party) => {
                self.demoted.push(party);
                self.dismissed.retain(|one| *one != party);
            }
            Step::Return(party) => {
                self.dismissed.retain(|one| *one != party);
                self.demoted.retain(|one| *one != party);
            }
        }
    }

    fn act(&mut self, by: By, what: What) {
        let (party, since) = self.behind(by);
        match what {
            What::Add(reader) => self.users.push(Truth {
                holders: BTreeMap::new(),
                reader,
                given: Vec::new(),
                appointed: false,
                temporary: false,
                gone: false,
            }),
            What::SetContact(user, reader) => self.users[user].reader = reader,
            What::Show(user) => {
                self.users[user].holders = [(party, since)].into();
                self.users[user].temporary = true;
            }
            What::Choose => {
                if let By::As(user, _) = by {
                    self.users[user].holders = [(party, since)].into();
                    self.users[user].temporary = false;
                }
            }
            What::Delete(user) => self.users[user].gone = true,
            What::Restore(user) => {
                self.users[user].gone = false;
                self.users[user].holders.clear();
            }
            What::Give(user, _) => match by {
                By::As(CARLA, Owner) => self.users[user].appointed = true,
                By::As(giver, Owner) => {
                    let given = self.users[giver].given.clone();
                    self.users[user].given.extend(given);
                }
                _ => self.users[user].given.push((party, since)),
            },
            What::Send(_)
            | What::Confirm(_)
            | What::Take(..)
            | What::Touch(_)
            | What::Block(_)
            | What::Unblock(_) => {}
            // Where the grant had ended, this makes another.
            What::Consent if self.ended[0] => self.apply(Step::Renew(0), &Done::default()),
            What::Consent => {}
        }
    }

    /// A step that may come next.
    pub fn draw(&self, rng: &mut StdRng) -> Step {
        let some = |rng: &mut StdRng| rng.random_range(0..self.users.len());
        // Most often one who is worth it: whose sign-in, or whose mailbox, is another's.
        let taken: Vec<usize> = (0..self.users.len())
            .filter(|user| {
                let truth = &self.users[*user];
                truth.reader != Owner || truth.holders.keys().any(|party| *party != Owner)
            })
            .collect();
        let worth = |rng: &mut StdRng| match taken.is_empty() || rng.random_range(0..4) == 0 {
            true => some(rng),
            false => taken[rng.random_range(0..taken.len())],
        };
        let technician = |rng: &mut StdRng| [Fiona, Fiona, Liam, Tom][rng.random_range(0..4)];
        let partner = |rng: &mut StdRng| rng.random_range(0..2);
        match rng.random_range(0..100) {
            0..=1 => return Step::Hold(partner(rng)),
            2..=4 => return Step::Lift(partner(rng)),
            5..=6 => return Step::End(partner(rng)),
            7..=9 => return Step::Renew(partner(rng)),
            10 => return Step::Lower(partner(rng)),
            11 => return Step::Dismiss(technician(rng)),
            12 => return Step::Demote(technician(rng)),
            13..=15 => return Step::Return(technician(rng)),
            16..=33 => return Step::Open(worth(rng)),
            _ => {}
        }
        let by = match rng.random_range(0..10) {
            0..=4 => By::Delegate(technician(rng)),
            5 => By::As(CARLA, Owner),
            _ => {
                let user = worth(rng);
                let holders: Vec<Party> = self.users[user].holders.keys().copied().collect();
                match holders.is_empty() {
                    true => By::Delegate(technician(rng)),
                    false => By::As(user, holders[rng.random_range(0..holders.len())]),
                }
            }
        };
        let (party, _) = self.behind(by);
        let reader = if rng.random_range(0..4) == 0 {
            Owner
        } else {
            party
        };
        let target = some(rng);
        let what = match rng.random_range(0..27) {
            0..=2 if self.users.len() < MOST_USERS => What::Add(reader),
            0..=6 => What::SetContact(target, reader),
            7..=9 => What::Show(target),
            10..=12 => What::Send(target),
            13..=14 if matches!(by, By::As(..)) => What::Choose,
            // Carla stays the only one who consents: two of them could keep each other out.
            13..=16 => What::Give(target, by != By::As(CARLA, Owner) && rng.random()),
            17 => What::Take(target, rng.random()),
            // Who is honest confirms what is true.
            18..=19 if party != Owner || self.users[target].reader == Owner => {
                What::Confirm(target)
            }
            20 if rng.random() => What::Block(target),
            20 => What::Unblock(target),
            21 => What::Delete(target),
            22 => What::Restore(target),
            23 => What::Consent,
            _ => What::Touch(target),
        };
        Step::Act(by, what)
    }
}
