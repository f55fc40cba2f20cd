//! Places: how many of something one client, user or network may hold at once.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The places that are taken, by who holds them.
#[derive(Clone, Debug)]
pub struct Places<K> {
    most: usize,
    taken: Arc<Mutex<HashMap<K, usize>>>,
}

/// A place that is taken until it is dropped.
#[derive(Debug)]
pub struct Place<K: Eq + Hash> {
    key: K,
    taken: Arc<Mutex<HashMap<K, usize>>>,
}

fn lock<K>(taken: &Mutex<HashMap<K, usize>>) -> MutexGuard<'_, HashMap<K, usize>> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<K: Eq + Hash + Clone> Places<K> {
    /// So many places for each.
    pub fn new(most: usize) -> Self {
        Self {
            most,
            taken: Arc::default(),
        }
    }

    /// Takes a place; `None` if all of them are taken.
    pub fn take(&self, key: K) -> Option<Place<K>> {
        self.take_of(key, 1)
    }

    /// Takes a place of one who has some times as many.
    pub fn take_of(&self, key: K, times: usize) -> Option<Place<K>> {
        let mut taken = lock(&self.taken);
        let held = taken.get(&key).copied().unwrap_or_default();
        if held >= self.most.saturating_mul(times) {
            return None;
        }
        taken.insert(key.clone(), held + 1);
        Some(Place {
            key,
            taken: Arc::clone(&self.taken),
        })
    }
}

impl<K: Eq + Hash> Drop for Place<K> {
    fn drop(&mut self) {
        let mut taken = lock(&self.taken);
        match taken.get_mut(&self.key) {
            Some(held) if *held > 1 => *held -= 1,
            _ => drop(taken.remove(&self.key)),
        }
    }
}
