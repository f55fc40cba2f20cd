//! Does what is due: deliveries and their retries, summaries of refusals, look-ups of domain names, erasing of
//! deleted users, and more. No decision depends on whether it has run.

mod deliveries;
mod domain_names;
mod mail;
mod records;
mod recoveries;
mod reminders;
mod tallies;

use std::time::Duration;

use tokio::time::MissedTickBehavior;

use crate::{
    app::App,
    db::Presence,
    domain::{reason::Reason, viewer::Job},
    error::{Error, Result},
    operations::{self, Envelope, Operation, subjects::OnUser, system::purge_user::PurgeUser},
    stop::Stop,
    store::{due::Due, facts::Who, outbox, retention, users},
};

/// How many items of one sort are done at once.
const AT_ONCE: u64 = 50;

/// How often the ends of records are anchored.
const ANCHORING: Duration = Duration::from_secs(10);
/// How often rows are removed that have been kept for long enough.
const CLEANING: Duration = Duration::from_secs(3600);

/// Does everything that is due now.
///
/// # Errors
/// When the database cannot be used; a delivery that fails is put off, not an error.
pub async fn run_due(app: &App) -> Result<()> {
    look(app, number(app), &Stop::never()).await?;
    clean(app).await
}

/// A number by which this process is told from others.
fn number(app: &App) -> i64 {
    i64::from_be_bytes(app.rng.bytes()) & i64::MAX
}

/// Removes rows that have been kept for long enough.
async fn clean(app: &App) -> Result<()> {
    while retention::remove(&app.db, &app.config.retention, app.now()).await? {}
    app.db.optimize().await
}

async fn look(app: &App, by: i64, stop: &Stop) -> Result<()> {
    let done = tokio::select! {
        biased;
        // Each piece of work is an operation, done as a whole or not at all.
        () = stop.asked() => return Ok(()),
        done = chores(app) => done,
    };
    // Last, so that the mails of the others are sent at once; and whatever became of these.
    let sent = deliveries::send(app, by, stop).await;
    done.and(sent)
}

async fn chores(app: &App) -> Result<()> {
    records::anchor(app).await;
    // What fails leaves the others their turn.
    let done = [
        records::look_again(app).await,
        tallies::write(app).await,
        tallies::close(app).await,
        domain_names::recheck(app).await,
        purge(app).await,
        records::erase(app).await,
        records::send_notes(app).await,
        reminders::remind(app).await,
        reminders::close(app).await,
        recoveries::send(app).await,
    ];
    app.limiters.tidy();
    let mut failed = done.into_iter().filter_map(Result::err);
    let first = failed.next();
    failed.for_each(|error| error.log());
    first.map_or(Ok(()), Err)
}

/// At most `most` items of due work, and none in accounts whose record is not believed.
fn due(app: &App, most: u64) -> Due {
    Due::new(most, app.anchors.held())
}

/// Runs a job. In an account whose record is not believed, it waits until that is settled.
async fn job(app: &App, operation: impl Operation) -> Result<()> {
    let who = Who::System(Job::Worker);
    match operations::run(app, who, Envelope::default(), operation).await {
        Ok(_) | Err(Error::Failed(Reason::RecordNotTrusted)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Erases what is known of users who can no longer be restored.
async fn purge(app: &App) -> Result<()> {
    let restorable = app.config.times.restore();
    let before = app.now() - restorable;
    for (organization, user) in
        users::to_purge(&app.db.server(), before, &due(app, AT_ONCE)).await?
    {
        let operation = PurgeUser(OnUser {
            account: organization,
            user,
        });
        job(app, operation).await?;
    }
    Ok(())
}

/// Looks for due work at intervals, until it is told to stop. In between, a new delivery wakes it for
/// deliveries only.
pub async fn run(app: App, stop: Stop) {
    // Apart from the rest, so that a slow mail server delays no anchor.
    tokio::join!(work(&app, &stop), anchors(&app, &stop));
    // What was counted is not lost with the process.
    if let Err(error) = tallies::write(&app).await {
        tracing::warn!(%error, "What was counted was not written.");
    }
}

/// Does what is due, and takes over what processes left that are gone.
async fn look_around(app: &App, here: &mut Presence, stop: &Stop) -> Result<()> {
    match here.show(&app.db).await {
        Ok(true) => outbox::release(&app.db, here.number(), app.now()).await?,
        Ok(false) => {}
        // Its own work goes on; what others left waits until their claims run out.
        Err(error) => tracing::warn!(%error, "This process could not be shown to others."),
    }
    look(app, here.number(), stop).await
}

async fn anchors(app: &App, stop: &Stop) {
    let mut pause = tokio::time::interval(ANCHORING);
    pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = stop.asked() => return,
            _ = pause.tick() => records::anchor(app).await,
        }
    }
}

async fn work(app: &App, stop: &Stop) {
    let pause = Duration::from_secs(app.config.worker.interval_seconds.max(1));
    let mut pause = tokio::time::interval(pause);
    pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut cleaning = tokio::time::interval(CLEANING);
    cleaning.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut here = Presence::of(number(app));
    let by = here.number();
    loop {
        let done = tokio::select! {
            biased;
            () = stop.asked() => return,
            _ = pause.tick() => look_around(app, &mut here, stop).await,
            _ = cleaning.tick() => clean(app).await,
            () = app.wake.notified() => deliveries::send(app, by, stop).await,
        };
        if let Err(error) = done {
            error.log();
            tracing::warn!(%error, "The worker could not do all that was due.");
        }
    }
}
