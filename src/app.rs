//! What every part of the server is given: configuration, database, clock, randomness, keys, mail.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use tokio::sync::Notify;

use crate::{
    ambient::{Clock, Rng},
    anchors::Anchors,
    auth::{keys::Keys, limit::Limiters, password::Hasher},
    config::{Config, MailTransport},
    db::{Db, Observer},
    disk,
    dns::Dns,
    lanes::Lanes,
    live::Live,
    mail::Mailer,
    metrics::Metrics,
    tally::Tally,
};

/// The application: cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of an [`App`].
pub struct Parts {
    /// Settings.
    pub config: Config,
    /// The database.
    pub db: Db,
    pub clock: Clock,
    /// Randomness and ids.
    pub rng: Rng,
    pub keys: Arc<Keys>,
    /// The ends of records that were seen.
    pub anchors: Anchors,
    /// Password hashing.
    pub hasher: Hasher,
    /// Rate limits.
    pub limiters: Limiters,
    /// Outgoing mail.
    pub mailer: Mailer,
    /// Look-ups of domain names.
    pub dns: Dns,
    /// Where acts wait for a transaction.
    pub lanes: Lanes,
    /// Tells subscribers of new entries.
    pub live: Live,
    /// What is counted for those who run the server.
    pub metrics: Metrics,
    /// Counts of events that are too frequent to make an entry of each.
    pub tally: Tally,
    /// Wakes the worker when there is something to deliver.
    pub wake: Notify,
}

impl App {
    /// An application with these settings: opens the database and the keys.
    ///
    /// # Errors
    /// When one of them cannot be opened, or a setting is not acceptable.
    pub async fn open(
        config: Config,
        clock: Clock,
        rng: Rng,
        observer: Option<Observer>,
    ) -> anyhow::Result<Self> {
        let keys = Arc::new(Keys::open(&config.keys.dir)?);
        let db = Db::connect(&config.database, observer).await?;
        let parts = Parts {
            lanes: Lanes::new(db.lanes()),
            db,
            anchors: Anchors::open(&config.anchors.dir, Arc::clone(&keys))?,
            keys,
            hasher: Hasher::new(&config.auth, &rng)?,
            limiters: Limiters::new(&config),
            dns: Dns::new(&config.dns)?,
            live: Live::new(&config.live),
            mailer: Mailer::new(
                &config.mail,
                &config.http.public_url,
                &config.platform.domain,
            )?,
            metrics: Metrics::new(clock.now()),
            tally: Tally::default(),
            wake: Notify::new(),
            clock,
            rng,
            config,
        };
        Ok(Self(Arc::new(parts)))
    }

    /// The current time, cut to microseconds.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The first of the folders that the server writes to which is full or cannot be written.
    pub fn full_folder(&self) -> Option<PathBuf> {
        let config = &self.config;
        let mut folders = vec![config.anchors.dir.clone()];
        if config.mail.transport == MailTransport::File {
            folders.push(config.mail.folder.clone());
        }
        let folder = config.database.file().and_then(Path::parent);
        folders.extend(folder.map(Path::to_path_buf));
        disk::full(&folders).map(Path::to_path_buf)
    }

    /// Writes what waits, and closes the connections.
    pub async fn close(&self) {
        self.anchors.flush(self.now()).await;
        self.db.close().await;
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
