//! Writes counts to the database, and closes the counters of hours that are over.

use super::{AT_ONCE, due, job};
use crate::{
    app::App,
    db::Locks,
    error::Result,
    operations::system::{summarise_reads::SummariseReads, summarise_refusals::SummariseRefusals},
    store::{
        refusals,
        tallies::{self, Sort},
    },
    tally::{Counter, Key},
};

/// Writes what was counted since the last time.
pub(super) async fn write(app: &App) -> Result<()> {
    let taken = app.tally.take();
    if taken.is_empty() {
        return Ok(());
    }
    let written = write_all(app, &taken).await;
    if written.is_err() {
        app.tally.put_back(taken);
    }
    written
}

async fn write_all(app: &App, taken: &[(Key, i64)]) -> Result<()> {
    let tx = app.db.begin(&Locks::default()).await?;
    for (key, number) in taken {
        let sort = match key.counted {
            Counter::FailedSignIn => Sort::FailedSignIn,
            Counter::PeopleRead => Sort::PeopleRead,
        };
        tallies::add(&tx, key.account, key.person, sort, key.hour, *number).await?;
    }
    Ok(tx.commit().await?)
}

/// Enters the counts of hours that are over.
pub(super) async fn close(app: &App) -> Result<()> {
    for counter in refusals::due(&app.db.server(), app.now(), &due(app, AT_ONCE)).await? {
        if tallies::is_of_reads(&counter) {
            job(app, SummariseReads { counter }).await?;
        } else {
            job(app, SummariseRefusals { counter }).await?;
        }
    }
    Ok(())
}
