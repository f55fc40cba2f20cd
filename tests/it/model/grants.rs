//! Random sequences of offers, answers, holds, ends, roles and days, against a model of who may act in which client.
//! What fails is shrunk to the shortest sequence that fails, and told with its seed.
//!
//! `MODEL_SEQUENCES=1000 MODEL_SEED=1 cargo test --release --test it -- model::grants` runs more of them.

mod api;

use mandate::ambient::Rng;
use proptest::{
    prelude::*,
    sample::select,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};

use self::api::Api;

/// Of the two partners, and of the two clients.
const TWO: [usize; 2] = [0, 1];
/// The partner of each technician: Fiona, Liam and Tom.
pub const PARTNER_OF: [usize; 3] = [0, 0, 1];

/// A delegated role; the greater one includes the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Limited,
    Full,
}

/// Which side of a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Client,
    Partner,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Terms {
    offer: usize,
    cap: Role,
    days: u32,
}

#[derive(Clone, Debug)]
struct Grant {
    terms: Terms,
    until: u32,
    /// By the client, by the partner.
    held: [bool; 2],
}

/// What is true.
#[derive(Clone, Debug)]
pub struct State {
    day: u32,
    made: usize,
    /// The latest offer of each partner, until it is withdrawn.
    offers: [Option<Terms>; 2],
    /// By partner and client: the grant that nobody has ended.
    grants: [[Option<Grant>; 2]; 2],
    suspended: [bool; 2],
    roles: [Option<Role>; 3],
    /// Whether the last step is to be refused.
    pub refused: bool,
}

/// One step; partners, clients and technicians by number.
#[derive(Clone, Debug)]
pub enum Step {
    Offer(usize, Role, u32),
    Withdraw(usize),
    Accept {
        partner: usize,
        client: usize,
        lower: bool,
        amend: bool,
    },
    /// Whether it is refused or not, it changes nobody's authority.
    Decline(usize, usize),
    End(usize, usize, Side),
    Hold(usize, usize, Side),
    Lift(usize, usize, Side),
    Give(usize, Role),
    Take(usize),
    Suspend(usize),
    Reinstate(usize),
    Wait(u32),
}

use Step::{
    Accept, Decline, End, Give, Hold, Lift, Offer, Reinstate, Suspend, Take, Wait, Withdraw,
};

impl State {
    /// As what a technician may act in a client now.
    pub fn acts_as(&self, technician: usize, client: usize) -> Option<Role> {
        let partner = PARTNER_OF[technician];
        let grant = self.running(partner, client)?;
        let free = !grant.held.contains(&true) && !self.suspended[partner];
        free.then(|| self.roles[technician].map(|role| role.min(grant.terms.cap)))?
    }

    /// How many grants a client has to a partner that nobody has ended.
    pub fn open_grants(&self, partner: usize, client: usize) -> u64 {
        u64::from(self.grants[partner][client].is_some())
    }

    fn running(&self, partner: usize, client: usize) -> Option<&Grant> {
        let grant = self.grants[partner][client].as_ref();
        grant.filter(|grant| self.day < grant.until)
    }

    fn held(&mut self, partner: usize, client: usize, side: Side) -> Option<&mut bool> {
        let grant = self.grants[partner][client].as_mut();
        grant.map(|grant| &mut grant.held[side as usize])
    }

    fn accept(&mut self, partner: usize, client: usize, lower: bool, amend: bool) {
        let Some(mut terms) = self.offers[partner].filter(|_| !self.suspended[partner]) else {
            self.refused = true;
            return;
        };
        if lower {
            terms.cap = Role::Limited;
        }
        let until = self.day + terms.days;
        if let Some(grant) = self.running(partner, client)
            && (grant.terms == terms || !amend)
        {
            self.refused = grant.terms != terms;
            return;
        }
        // What is renewed or put on other terms stays held; a new grant, after an end or long after its term, does not.
        let held = self.grants[partner][client]
            .as_ref()
            .filter(|grant| self.day < grant.until + api::GRACE_DAYS)
            .map_or([false; 2], |grant| grant.held);
        self.grants[partner][client] = Some(Grant { terms, until, held });
    }
}

impl ReferenceStateMachine for State {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self {
            day: 0,
            made: 0,
            offers: [None; 2],
            grants: Default::default(),
            suspended: [false; 2],
            roles: [Some(Role::Full), Some(Role::Limited), Some(Role::Full)],
            refused: false,
        })
        .boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Step> {
        let (partner, client) = (|| select(&TWO[..]), || select(&TWO[..]));
        let role = || select(&[Role::Limited, Role::Full][..]);
        let pair = || {
            (
                partner(),
                client(),
                select(&[Side::Client, Side::Partner][..]),
            )
        };
        prop_oneof![
            3 => (partner(), role(), select(&[20, 50][..])).prop_map(|(partner, cap, days)| Offer(partner, cap, days)),
            1 => partner().prop_map(Withdraw),
            6 => (partner(), client(), any::<bool>(), any::<bool>())
                .prop_map(|(partner, client, lower, amend)| Accept { partner, client, lower, amend }),
            2 => (partner(), client()).prop_map(|(partner, client)| Decline(partner, client)),
            1 => pair().prop_map(|(partner, client, side)| End(partner, client, side)),
            2 => pair().prop_map(|(partner, client, side)| Hold(partner, client, side)),
            2 => pair().prop_map(|(partner, client, side)| Lift(partner, client, side)),
            2 => (0..3_usize, role()).prop_map(|(technician, role)| Give(technician, role)),
            1 => (0..3_usize).prop_map(Take),
            1 => partner().prop_map(Suspend),
            2 => partner().prop_map(Reinstate),
            1 => select(&[1, 19, 20, 31][..]).prop_map(Wait),
        ]
        .boxed()
    }

    /// Steps that would change nothing are left out: other tests say how they are answered.
    fn preconditions(state: &Self, step: &Step) -> bool {
        match *step {
            Offer(..) | Wait(_) => true,
            Withdraw(partner) => state.offers[partner].is_some(),
            Accept { partner, .. } | Decline(partner, _) => state.offers[partner].is_some(),
            End(partner, client, _) => state.running(partner, client).is_some(),
            Hold(partner, client, side) | Lift(partner, client, side) => state
                .running(partner, client)
                .is_some_and(|grant| grant.held[side as usize] == matches!(step, Lift(..))),
            Give(technician, role) => state.roles[technician] != Some(role),
            Take(technician) => state.roles[technician].is_some(),
            Suspend(partner) => !state.suspended[partner],
            Reinstate(partner) => state.suspended[partner],
        }
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        state.refused = false;
        match *step {
            Offer(partner, ..) if state.suspended[partner] => state.refused = true,
            Offer(partner, cap, days) => {
                state.made += 1;
                let offer = state.made;
                state.offers[partner] = Some(Terms { offer, cap, days });
            }
            Withdraw(partner) => state.offers[partner] = None,
            Accept {
                partner,
                client,
                lower,
                amend,
            } => state.accept(partner, client, lower, amend),
            Decline(..) => {}
            End(partner, client, _) => state.grants[partner][client] = None,
            Hold(partner, client, side) | Lift(partner, client, side) => {
                if let Some(held) = state.held(partner, client, side) {
                    *held = matches!(step, Hold(..));
                }
            }
            Give(technician, role) => state.roles[technician] = Some(role),
            Take(technician) => state.roles[technician] = None,
            Suspend(partner) => state.suspended[partner] = true,
            Reinstate(partner) => state.suspended[partner] = false,
            Wait(days) => state.day += days,
        }
        state
    }
}

/// Runs sequences on one of the databases.
fn sequences<T>(most: u32)
where
    T: StateMachineTest<Reference = State>,
{
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|text| text.parse::<u64>().ok())
    };
    let seed =
        number("MODEL_SEED").unwrap_or_else(|| u64::from_le_bytes(Rng::from_os().unwrap().bytes()));
    let cases = number("MODEL_SEQUENCES").map_or(most, |cases| cases as u32);
    println!("MODEL_SEED={seed} MODEL_SEQUENCES={cases}");
    let config = Config {
        cases,
        max_shrink_iters: 200,
        failure_persistence: None,
        ..Config::default()
    };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(config.clone(), rng);
    let done = runner.run(
        &State::sequential_strategy(1..30),
        |(state, steps, seen)| {
            T::test_sequential(config.clone(), state, steps, seen);
            Ok(())
        },
    );
    done.unwrap_or_else(|error| panic!("MODEL_SEED={seed}: {error}"));
}

#[test]
fn sqlite() {
    sequences::<Api<false>>(24);
}

#[test]
fn postgres() {
    if api::has_postgres() {
        sequences::<Api<true>>(8);
    }
}
