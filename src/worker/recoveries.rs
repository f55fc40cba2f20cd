//! Sends the links of recoveries whose waiting time is over.

use chrono::TimeDelta;

use crate::{
    app::App,
    domain::viewer::Job,
    error::Result,
    operations::{self, Envelope, system::send_recovery::SendRecovery},
    store::{facts::Who, recoveries},
};

/// How many are sent at once.
const SENT: u64 = 50;

/// Sends what is due.
pub(super) async fn send(app: &App) -> Result<()> {
    let stoppable = TimeDelta::hours(app.config.times.recovered_hours);
    recoveries::forget(&app.db, app.now() - stoppable).await?;
    for recovery in recoveries::due(app.db.read(), app.now(), SENT).await? {
        let who = Who::System(Job::Worker);
        operations::run(app, who, Envelope::default(), SendRecovery { recovery }).await?;
    }
    Ok(())
}
