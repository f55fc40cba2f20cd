//! Which subscribers wait for new entries of which record. Entries themselves are never passed here: a
//! subscriber that is woken reads the record again, as far as it may at that time.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use entity::ids::{OrganizationId, UserId};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::{
    config::LiveConfig,
    places::{self, Places},
};

/// The subscribers of one server, by organization.
pub struct Live {
    rooms: Arc<Mutex<HashMap<OrganizationId, Room>>>,
    places: Arc<Semaphore>,
    /// How many places there are.
    most: usize,
    of_users: Places<UserId>,
}

struct Room {
    length: watch::Sender<i64>,
    waiting: usize,
}

/// A place in the room of one organization's record.
pub struct Place {
    organization: OrganizationId,
    length: watch::Receiver<i64>,
    rooms: Arc<Mutex<HashMap<OrganizationId, Room>>>,
    _place: Option<(OwnedSemaphorePermit, places::Place<UserId>)>,
}

impl Live {
    /// Rooms as the configuration says.
    pub fn new(config: &LiveConfig) -> Self {
        Self {
            rooms: Arc::default(),
            places: Arc::new(Semaphore::new(config.subscriptions)),
            most: config.subscriptions,
            of_users: Places::new(config.subscriptions_per_user),
        }
    }

    /// How many subscriptions there are.
    pub fn subscriptions(&self) -> usize {
        self.most.saturating_sub(self.places.available_permits())
    }

    /// A place of a user in an organization's room; `None` when the server has no room for another, or
    /// the user has as many as one may.
    pub fn enter(&self, organization: OrganizationId, user: UserId) -> Option<Place> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let counted = self.of_users.take(user)?;
        let mut entered = self.listen(organization);
        entered._place = Some((place, counted));
        Some(entered)
    }

    /// A place at the door of an organization's room, beside one that was entered.
    pub fn listen(&self, organization: OrganizationId) -> Place {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let room = rooms.entry(organization).or_insert_with(|| Room {
            length: watch::Sender::new(0),
            waiting: 0,
        });
        room.waiting += 1;
        Place {
            organization,
            length: room.length.subscribe(),
            rooms: Arc::clone(&self.rooms),
            _place: None,
        }
    }

    /// Wakes who waits for an organization's record.
    pub fn wake(&self, organization: OrganizationId) {
        let rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(room) = rooms.get(&organization) {
            room.length.send_modify(|_| {});
        }
    }

    /// Wakes who waits for a record that has become longer than when last told: by another server.
    pub fn grown(&self, organization: OrganizationId, length: i64) {
        let rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(room) = rooms.get(&organization) {
            room.length.send_if_modified(|known| {
                let grown = length > *known;
                *known = length.max(*known);
                grown
            });
        }
    }

    /// The organizations whose records are waited for.
    pub fn waited_for(&self) -> Vec<OrganizationId> {
        let rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        rooms.keys().copied().collect()
    }
}

impl Place {
    /// Waits until it is woken.
    pub async fn woken(&mut self) {
        // The room is there as long as the place is.
        if self.length.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(room) = rooms.get_mut(&self.organization) {
            room.waiting -= 1;
            if room.waiting == 0 {
                rooms.remove(&self.organization);
            }
        }
    }
}
