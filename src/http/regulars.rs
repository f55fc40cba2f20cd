//! Networks from which somebody who is signed in came lately: a part of the connections is kept for them, so that a crowd
//! of strangers, however many addresses it has, does not shut them out.

use std::{
    net::IpAddr,
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use ipnet::IpNet;
use lru::LruCache;
use tokio::time::Instant;

use super::address;

/// How long a network is remembered after a request of somebody who is signed in.
const LATELY: Duration = Duration::from_secs(3600);
/// How many networks are remembered.
const MOST: usize = 10_000;

/// The networks, the latest used.
#[derive(Clone)]
pub struct Regulars(Arc<Mutex<LruCache<IpNet, Instant>>>);

impl Default for Regulars {
    fn default() -> Self {
        let most = NonZeroUsize::new(MOST).unwrap_or(NonZeroUsize::MIN);
        Self(Arc::new(Mutex::new(LruCache::new(most))))
    }
}

impl Regulars {
    fn seen(&self) -> MutexGuard<'_, LruCache<IpNet, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether somebody who is signed in came from the network of this address lately.
    pub fn know(&self, peer: IpAddr) -> bool {
        let seen = self.seen().get(&address::network(peer)).copied();
        seen.is_some_and(|seen| seen.elapsed() < LATELY)
    }

    /// The peer of a connection.
    pub fn guest(&self, peer: IpAddr) -> Guest {
        Guest {
            regulars: self.clone(),
            peer,
        }
    }
}

/// The peer of a request's connection, among the request's extensions.
#[derive(Clone)]
pub struct Guest {
    regulars: Regulars,
    peer: IpAddr,
}

impl Guest {
    /// Notes that a request of somebody who is signed in came from there.
    pub fn is_signed_in(&self) {
        let network = address::network(self.peer);
        self.regulars.seen().put(network, Instant::now());
    }
}
