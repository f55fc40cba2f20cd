//! What is due is done here: deliveries, their retries, summaries of refusals, look-ups of domain
//! names, erasing of deleted users. No decision waits for it.

mod deliveries;
mod domain_names;
mod mail;
mod recoveries;
mod reminders;

use std::time::Duration;

use chrono::TimeDelta;
use tokio::time::MissedTickBehavior;

use crate::{
    app::App,
    domain::viewer::Job,
    error::Result,
    operations::{
        self, Envelope,
        system::{purge_user::PurgeUser, summarise_refusals::SummariseRefusals},
    },
    stop::Stop,
    store::{facts::Who, refusals, users},
};

/// How many counters are closed, and how many users erased, at once.
const AT_ONCE: u64 = 50;

/// Does everything that is due now.
///
/// # Errors
/// When the database cannot be used; a delivery that fails is put off, not an error.
pub async fn run_due(app: &App) -> Result<()> {
    look(app, &Stop::never()).await
}

async fn look(app: &App, stop: &Stop) -> Result<()> {
    tokio::select! {
        biased;
        // Each chore is an operation, whole or not at all.
        () = stop.asked() => return Ok(()),
        done = chores(app) => done?,
    }
    // Last, so that what the others tell is sent at once.
    deliveries::send(app, stop).await
}

async fn chores(app: &App) -> Result<()> {
    for counter in refusals::due(app.db.read(), app.now(), AT_ONCE).await? {
        let operation = SummariseRefusals { counter };
        let who = Who::System(Job::Worker);
        operations::run(app, who, Envelope::default(), operation).await?;
    }
    domain_names::recheck(app).await?;
    purge(app).await?;
    reminders::remind(app).await?;
    reminders::close(app).await?;
    recoveries::send(app).await?;
    app.limiters.tidy();
    Ok(())
}

/// Erases what is known of users who can no longer be restored.
async fn purge(app: &App) -> Result<()> {
    let restorable = TimeDelta::days(app.config.times.restore_days);
    let before = app.now() - restorable;
    for (organization, user) in users::to_purge(app.db.read(), before, AT_ONCE).await? {
        let operation = PurgeUser {
            organization,
            user,
            restorable,
        };
        let who = Who::System(Job::Worker);
        operations::run(app, who, Envelope::default(), operation).await?;
    }
    Ok(())
}

/// Looks for what is due, again and again, until it is told to stop. In between, a new delivery wakes it
/// for deliveries alone.
pub async fn run(app: App, stop: Stop) {
    let pause = Duration::from_secs(app.config.worker.interval_seconds.max(1));
    let mut pause = tokio::time::interval(pause);
    pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let done = tokio::select! {
            biased;
            () = stop.asked() => return,
            _ = pause.tick() => look(&app, &stop).await,
            () = app.wake.notified() => deliveries::send(&app, &stop).await,
        };
        if let Err(error) = done {
            error.log();
            tracing::warn!(%error, "The worker could not do all that was due.");
        }
    }
}
