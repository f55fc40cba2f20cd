//! What is due is done here: deliveries, their retries, summaries of refusals, look-ups of domain
//! names, erasing of deleted users. No decision waits for it.

mod domain_names;
mod mail;
mod reminders;

use std::time::Duration;

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use crate::{
    app::App,
    domain::viewer::Job,
    error::Result,
    operations::{
        self, Envelope,
        system::{purge_user::PurgeUser, summarise_refusals::SummariseRefusals},
    },
    store::{facts::Who, outbox, refusals, users},
};

/// How many deliveries are claimed at once: few enough to be sent before the claim runs out.
const CLAIMED: u64 = 10;
/// How many counters are closed at once.
const CLOSED: u64 = 50;

/// Does everything that is due now.
///
/// # Errors
/// When the database cannot be used; a delivery that fails is put off, not an error.
pub async fn run_due(app: &App) -> Result<()> {
    for counter in refusals::due(app.db.read(), app.now(), CLOSED).await? {
        let operation = SummariseRefusals { counter };
        let who = Who::System(Job::Worker);
        operations::run(app, who, Envelope::default(), operation).await?;
    }
    domain_names::recheck(app).await?;
    purge(app).await?;
    reminders::remind(app).await?;
    // Last, so that what the others tell is sent at once.
    loop {
        let claims = outbox::claim(&app.db, app.now(), CLAIMED).await?;
        if claims.is_empty() {
            break;
        }
        for claim in claims {
            let ending = mail::deliver(app, &claim).await;
            outbox::finish(&app.db, claim.id, ending, app.now()).await?;
        }
    }
    app.limiters.tidy();
    Ok(())
}

/// Erases what is known of users who can no longer be restored.
async fn purge(app: &App) -> Result<()> {
    let restorable = TimeDelta::days(app.config.times.restore_days);
    let before = app.now() - restorable;
    for (organization, user) in users::to_purge(app.db.read(), before, CLOSED).await? {
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

/// Does what is due, again and again, until it is told to stop.
pub async fn run(app: App, stop: CancellationToken) {
    let pause = Duration::from_secs(app.config.worker.interval_seconds.max(1));
    while !stop.is_cancelled() {
        if let Err(error) = run_due(&app).await {
            error.log();
            tracing::warn!(%error, "The worker could not do all that was due.");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = app.wake.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}
