//! What is due is done here: deliveries, their retries, summaries of refusals. No decision waits
//! for it.

mod mail;

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::{
    app::App,
    domain::viewer::Job,
    error::Result,
    operations::{self, Envelope, system::summarise_refusals::SummariseRefusals},
    store::{facts::Who, outbox, refusals},
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
    for counter in refusals::due(app.db.read(), app.now(), CLOSED).await? {
        let operation = SummariseRefusals { counter };
        let who = Who::System(Job::Worker);
        operations::run(app, who, Envelope::default(), operation).await?;
    }
    app.limiters.tidy();
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
