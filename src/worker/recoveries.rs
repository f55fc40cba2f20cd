//! Sends the links of recoveries whose waiting time is over.

use super::{AT_ONCE, due, job};
use crate::{
    app::App, error::Result, operations::system::send_recovery::SendRecovery, store::recoveries,
};

/// Sends what is due.
pub(super) async fn send(app: &App) -> Result<()> {
    let stoppable = app.config.times.recovered();
    recoveries::forget(&app.db, app.now() - stoppable).await?;
    for recovery in recoveries::due(&app.db.server(), app.now(), &due(app, AT_ONCE)).await? {
        job(app, SendRecovery { recovery }).await?;
    }
    Ok(())
}
