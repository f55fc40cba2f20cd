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
mod grants;
mod rules;
mod truth;

use entity::states::Way;
use mandate::ambient::Rng;
use rand::{SeedableRng, rngs::StdRng};

use self::truth::Model;

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

use Party::{Owner, Tom};

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
    /// A technician loses the delegated role, or holds LIMITED alone, and gets it back.
    Dismiss(Party),
    Demote(Party),
    /// A day goes by.
    Wait,
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
    world.step(Step::Wait).await;
    for user in 1..model.users.len() {
        let truth = &model.users[user];
        let own = truth.reader == Owner && truth.holders.keys().eq([&Owner]);
        if own && !truth.gone && world.hands(user).await.is_empty() {
            continue;
        }
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
    let seed =
        number("MODEL_SEED").unwrap_or_else(|| u64::from_le_bytes(Rng::from_os().unwrap().bytes()));
    (number("MODEL_CHAINS").unwrap_or(chains), seed)
}
