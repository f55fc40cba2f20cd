//! Lanes: where acts wait before they take a connection. What waits in a lane shares a transaction.
//!
//! An account is always in the same lane. SQLite has one writer, and so one lane; on PostgreSQL there are as many in each
//! process as `database.lanes` says. An act that ends authority goes first, one for each account; among the others,
//! organizations take turns, so that nobody who asks for much keeps others waiting. Lanes are bounded. They do not
//! know what an act is: whoever finds a lane idle empties it. What another process keeps from its account leaves the
//! lane, so that the others go on, and waits for the account with those that come after it.

use std::{
    any::Any,
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use entity::ids::OrganizationId;
use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// Most acts that wait in a lane.
const MOST: usize = 2_000;

/// Most of them that are asked for by one organization; and most that wait for one account that another process locked.
const MOST_OF_ONE: usize = 1_000;

/// How many transactions may wait for locks at once, each on a connection of its own.
const ALONE: usize = 2;

/// An act that waits.
pub type Act = Box<dyn Any + Send>;

/// Where an act stands in its lane.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    /// The account that it is in.
    pub account: OrganizationId,
    /// The organization that asks for it.
    pub asker: OrganizationId,
    /// Whether it goes before others.
    pub first: bool,
}

/// The lanes of a server.
pub struct Lanes {
    lanes: Vec<Mutex<Lane>>,
    /// What waits for accounts that another process locked.
    locked: Mutex<BTreeMap<OrganizationId, VecDeque<Act>>>,
    /// For what waits for locks.
    pub alone: Semaphore,
}

#[derive(Default)]
struct Lane {
    /// Whether somebody empties it.
    running: bool,
    first: VecDeque<(OrganizationId, Act)>,
    /// Whom it is the turn of, and what each asks for.
    others: VecDeque<(OrganizationId, VecDeque<Act>)>,
    waiting: usize,
}

impl Lane {
    /// Whether there is room for these acts.
    fn has_room(&self, acts: &[(Turn, Act)]) -> bool {
        let asker = acts.first().map(|(turn, _)| turn.asker);
        let of_one = self.others.iter().find(|(of, _)| Some(*of) == asker);
        let of_one = of_one.map_or(0, |(_, acts)| acts.len());
        self.waiting + acts.len() <= MOST && of_one + acts.len() <= MOST_OF_ONE
    }

    /// Takes acts in; true if it was idle.
    fn push(&mut self, acts: Vec<(Turn, Act)>) -> bool {
        self.waiting += acts.len();
        for (turn, act) in acts {
            let mut ahead = self.first.iter().map(|(account, _)| account);
            if turn.first && !ahead.any(|account| *account == turn.account) {
                self.first.push_back((turn.account, act));
                continue;
            }
            let found = self.others.iter_mut().find(|(of, _)| *of == turn.asker);
            match found {
                Some((_, acts)) => acts.push_back(act),
                None => self.others.push_back((turn.asker, VecDeque::from([act]))),
            }
        }
        !std::mem::replace(&mut self.running, true)
    }

    fn put_back(&mut self, asker: OrganizationId, act: Act) {
        self.waiting += 1;
        match self.others.iter_mut().find(|(of, _)| *of == asker) {
            Some((_, acts)) => acts.push_front(act),
            None => self.others.push_front((asker, VecDeque::from([act]))),
        }
    }

    fn take(&mut self, most: usize) -> Vec<Act> {
        let mut taken = Vec::new();
        while taken.len() < most {
            if let Some((_, act)) = self.first.pop_front() {
                taken.push(act);
                continue;
            }
            let Some((asker, mut acts)) = self.others.pop_front() else {
                break;
            };
            taken.extend(acts.pop_front());
            if !acts.is_empty() {
                self.others.push_back((asker, acts));
            }
        }
        self.waiting -= taken.len().min(self.waiting);
        self.running = !taken.is_empty();
        taken
    }
}

impl Lanes {
    /// So many lanes.
    pub fn new(number: usize) -> Self {
        Self {
            lanes: (0..number).map(|_| Mutex::default()).collect(),
            locked: Mutex::default(),
            alone: Semaphore::new(ALONE),
        }
    }

    /// The lane of an account.
    pub fn of(&self, account: OrganizationId) -> usize {
        let (_, low) = account.0.as_u64_pair();
        usize::try_from(low).unwrap_or_default() % self.lanes.len().max(1)
    }

    /// Puts acts into the lane of their accounts, all or, if there is no room, none; those of one lane at once, so
    /// that they can share a transaction. Gives the lanes that nobody empties: whoever put them there is to begin.
    ///
    /// # Errors
    /// [`Error::Overloaded`] when too many wait.
    pub fn push(&self, acts: Vec<(Turn, Act)>) -> Result<Vec<usize>> {
        self.have_room(&acts)?;
        let mut by_lane: BTreeMap<usize, Vec<(Turn, Act)>> = BTreeMap::new();
        for (turn, act) in acts {
            let lane = self.of(turn.account);
            by_lane.entry(lane).or_default().push((turn, act));
        }
        // All are locked before any takes an act in: one that has taken some in must be emptied.
        let mut lanes = Vec::with_capacity(by_lane.len());
        for (place, acts) in by_lane {
            let lane = self.lane(place)?;
            if !lane.has_room(&acts) {
                return Err(Error::Overloaded);
            }
            lanes.push((place, lane, acts));
        }
        let pushed = lanes.into_iter().filter_map(|(place, mut lane, acts)| {
            let idle = lane.push(acts);
            idle.then_some(place)
        });
        Ok(pushed.collect())
    }

    /// Puts an act back that was taken, to where it was. The one who took it goes on emptying the lane.
    pub fn put_back(&self, turn: Turn, act: Act) -> Result<()> {
        self.lane(self.of(turn.account))?.put_back(turn.asker, act);
        Ok(())
    }

    /// Takes those whose turn it is; none, if none waits: then the lane is idle.
    pub fn take(&self, lane: usize, most: usize) -> Vec<Act> {
        self.lane(lane)
            .map(|mut lane| lane.take(most))
            .unwrap_or_default()
    }

    /// Has acts wait for their account, which another process locked, behind those that wait for it already; an act that
    /// ends authority before them. True if none waited: then whoever put them there is to take them.
    pub fn wait(&self, account: OrganizationId, acts: Vec<(Turn, Act)>) -> bool {
        let mut locked = self.locked();
        let idle = !locked.contains_key(&account);
        let waiting = locked.entry(account).or_default();
        for (turn, act) in acts {
            match turn.first {
                true => waiting.push_front(act),
                false => waiting.push_back(act),
            }
        }
        idle
    }

    /// Takes the first of those that wait for an account; none, if none waits: then nobody has to take them any more.
    pub fn next(&self, account: OrganizationId, most: usize) -> Vec<Act> {
        let mut locked = self.locked();
        let Some(waiting) = locked.get_mut(&account) else {
            return Vec::new();
        };
        let taken: Vec<Act> = waiting.drain(..most.min(waiting.len())).collect();
        if taken.is_empty() {
            locked.remove(&account);
        }
        taken
    }

    /// Whether acts wait for this account.
    pub fn is_locked(&self, account: OrganizationId) -> bool {
        self.locked().contains_key(&account)
    }

    /// How many acts wait.
    pub fn waiting(&self) -> usize {
        let lanes = self.lanes.iter();
        let waiting = lanes.map(|lane| lane.lock().unwrap_or_else(PoisonError::into_inner).waiting);
        waiting.sum::<usize>() + self.kept_waiting()
    }

    /// Whether few enough wait for each account that another process locked: what is done in others goes on.
    fn have_room(&self, acts: &[(Turn, Act)]) -> Result<()> {
        let locked = self.locked();
        let full = |(turn, _): &(Turn, Act)| {
            let waiting = locked.get(&turn.account);
            waiting.is_some_and(|waiting| waiting.len() >= MOST_OF_ONE)
        };
        if acts.iter().any(full) {
            return Err(Error::Overloaded);
        }
        Ok(())
    }

    /// How many acts wait for accounts that another process locked.
    fn kept_waiting(&self) -> usize {
        self.locked().values().map(VecDeque::len).sum()
    }

    fn locked(&self) -> MutexGuard<'_, BTreeMap<OrganizationId, VecDeque<Act>>> {
        self.locked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lane(&self, lane: usize) -> Result<MutexGuard<'_, Lane>> {
        let lane = self.lanes.get(lane).ok_or(Error::Overloaded)?;
        Ok(lane.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
