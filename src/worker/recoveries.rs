//! Sends the links of recoveries whose waiting time is over.

use chrono::TimeDelta;

use super::job;
use crate::{
    app::App, error::Result, operations::system::send_recovery::SendRecovery, store::recoveries,
};

/// How many are sent at once.
const SENT: u64 = 50;

/// Sends what is due.
pub(super) async fn send(app: &App) -> Result<()> {
    let stoppable = TimeDelta::hours(app.config.times.recovered_hours);
    recoveries::forget(&app.db, app.now() - stoppable).await?;
    for recovery in recoveries::due(app.db.read(), app.now(), SENT).await? {
        job(app, SendRecovery { recovery }).await?;
    }
    Ok(())
}
