//! Random chains of acts by delegates, own admins and users whose sign-in others took, against a model of what is
//! true: who can sign in as whom, and who reads whose mailbox.
//!
//! The model knows nothing of roles or hands. It says only: whoever can sign in as a user has a hand on it; what is
//! done with such a sign-in names that hand; it never consents; and it does nothing to anyone else, and opens
//! nothing, once the grant by which it was taken is not active. And an honest admin can give every user its
//! sign-in back.
//!
//! `MODEL_CHAINS=100000 MODEL_SEED=1 cargo test --release --test it -- model` runs more of them.

mod api;
mod rules;

use std::collections::BTreeMap;

use entity::states::Way;
use rand::{RngExt, SeedableRng, rngs::StdRng};

/// Someone who may come by a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    /// The user whose sign-in it is.
    Owner,
    /// A technician: FULL, of Northwind.
    Fiona,
    /// A technician: LIMITED, of Northwind.
    Liam,
    /// A technician: FULL, of Tailspin.
    Tom,
}

use Party::{Fiona, Liam, Owner, Tom};

impl Party {
    /// Which of the two partners.
    pub fn partner(self) -> usize {
        usize::from(self == Tom)
    }
}

/// Users of the client by number; those from [`FIRST_ADDED`] on are added in the chain.
pub const CARLA: usize = 0;
pub const UMA: usize = 1;
pub const PAUL: usize = 2;
pub const IVAN: usize = 3;
pub const FIRST_ADDED: usize = 4;
const MOST_USERS: usize = 7;

/// Who acts: a technician under a grant, or whoever signs in as a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Delegate(Party),
    As(usize, Party),
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Adds a user, with a mailbox that this party reads.
    Add(Party),
    /// Sets a user's contact to a mailbox that this party reads.
    SetContact(usize, Party),
    /// Resets a password, and is shown a temporary one.
    Show(usize),
    /// Resets a password by a link.
    Send(usize),
    /// Changes the own password.
    Choose,
    /// Gives, or takes, the role of a user admin, or of a global admin.
    Give(usize, bool),
    Take(usize, bool),
    /// Confirms a contact.
    Confirm(usize),
    /// Anything at all that is done to a user.
    Touch(usize),
    Block(usize),
    Unblock(usize),
    Delete(usize),
    Restore(usize),
    /// Accepts an offer of Northwind.
    Consent,
}

/// One step of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Act(By, What),
    /// Whoever reads the mailbox opens the last link that was sent to the user.
    Open(usize),
    Hold(usize),
    Lift(usize),
    End(usize),
    Lower(usize),
    /// Carla accepts again after an end.
    Renew(usize),
    /// A technician loses the delegated role, and gets it back.
    Dismiss(Party),
    Return(Party),
}

/// How a step that was not refused went.
#[derive(Default)]
pub struct Done {
    /// The technicians that the entry names.
    pub named: Vec<Party>,
    /// Who read the mailbox of the link that was opened.
    pub reader: Option<Party>,
    /// Whether a password was chosen by it.
    pub chosen: bool,
}

/// Where chains run.
pub trait World {
    /// Takes a step; `None` where it is refused, or nothing was there to be done.
    async fn step(&mut self, step: Step) -> Option<Done>;
    /// Who has an open hand on a user, by what.
    async fn hands(&mut self, user: usize) -> Vec<(Way, Party)>;
}

/// What is true of a user.
#[derive(Clone, Debug)]
struct Truth {
    /// Who knows the password, with how many ends of that party's grant there had been.
    holders: BTreeMap<Party, u32>,
    /// Who reads the mailbox that links are sent to.
    reader: Party,
    /// Which technicians are behind the roles that it was given, with how many ends there had been.
    given: Vec<(Party, u32)>,
    /// Whether its own organization gave it a role.
    appointed: bool,
    /// Whether the password is good only for choosing another.
    temporary: bool,
    gone: bool,
}

/// What is true.
struct Model {
    users: Vec<Truth>,
    /// By partner: whether its grant is active, and how often one ended.
    active: [bool; 2],
    ended: [bool; 2],
    ends: [u32; 2],
    dismissed: Vec<Party>,
}

impl Model {
    fn new() -> Self {
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
    fn judge(&self, step: Step, done: &Done) -> Result<(), String> {
        let must = |holds: bool, what: &str| match holds {
            true => Ok(()),
            false => Err(what.to_owned()),
        };
        match step {
            Step::Act(by, what) => {
                let (party, since) = self.behind(by);
                if let By::As(user, Owner) = by {
                    let truth = &self.users[user];
                    let by_gift = truth
                        .given
                        .iter()
                        .any(|(party, since)| self.has_power(*party, *since));
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
    fn apply(&mut self, step: Step, done: &Done) {
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
            Step::Lower(_) => {}
            Step::Dismiss(party) => self.dismissed.push(party),
            Step::Return(party) => self.dismissed.retain(|one| *one != party),
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
            | What::Unblock(_)
            | What::Consent => {}
        }
    }

    /// A step that may come next.
    fn draw(&self, rng: &mut StdRng) -> Step {
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
            11..=12 => return Step::Dismiss(technician(rng)),
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

/// Runs one chain; an error says after which steps what did not hold.
pub async fn run(world: &mut impl World, seed: u64, length: usize) -> Result<(), String> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut model = Model::new();
    let mut steps = Vec::new();
    for _ in 0..length {
        let step = model.draw(&mut rng);
        let Some(done) = world.step(step).await else {
            continue;
        };
        steps.push(step);
        let told = |what: String| format!("seed {seed}: {what}, after {steps:?}");
        model.judge(step, &done).map_err(told)?;
        model.apply(step, &done);
        for (user, truth) in model.users.iter().enumerate() {
            let knows = truth.holders.keys().map(|party| (Way::Secret, *party));
            let mut others: Vec<(Way, Party)> = knows.collect();
            others.push((Way::Contact, truth.reader));
            others.retain(|(_, party)| *party != Owner);
            let hands = world.hands(user).await;
            if let Some(hand) = others.iter().find(|hand| !hands.contains(hand)) {
                return Err(told(format!("{hand:?} is no hand on {user}")));
            }
            if user == CARLA && !others.is_empty() {
                return Err(told("who consents was taken".to_owned()));
            }
        }
    }
    give_back(world, &mut model)
        .await
        .map_err(|what| format!("seed {seed}: {what}, after {steps:?}"))
}

/// Carla gives every user its sign-in back.
async fn give_back(world: &mut impl World, model: &mut Model) -> Result<(), String> {
    let carla = By::As(CARLA, Owner);
    // What she was sent, she opens, whoever had it sent.
    world.step(Step::Open(CARLA)).await;
    for user in 1..model.users.len() {
        if model.users[user].gone {
            world.step(Step::Act(carla, What::Restore(user))).await;
        }
        world.step(Step::Act(carla, What::Unblock(user))).await;
        // To a mailbox of the user's own, proven by a link, and a new password by another where it takes one.
        for what in [What::SetContact(user, Owner), What::Send(user)] {
            if world.hands(user).await.is_empty() && what == What::Send(user) {
                continue;
            }
            let done = world.step(Step::Act(carla, what)).await;
            done.ok_or_else(|| format!("Carla could not {what:?}"))?;
            let opened = world.step(Step::Open(user)).await;
            opened.ok_or_else(|| format!("{user} could not open its link"))?;
        }
        let hands = world.hands(user).await;
        if !hands.is_empty() {
            return Err(format!("{user} is left in the hands of {hands:?}"));
        }
    }
    let consents = world.step(Step::Act(carla, What::Touch(IVAN))).await;
    consents
        .map(drop)
        .ok_or_else(|| "Carla was locked out".to_owned())
}

/// How many chains, from which seed on.
fn asked(chains: u64) -> (u64, u64) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let seed = number("MODEL_SEED").unwrap_or_else(rand::random);
    (number("MODEL_CHAINS").unwrap_or(chains), seed)
}
