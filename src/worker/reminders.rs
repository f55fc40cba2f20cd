//! Reminds both sides of the end of grants' terms, and closes the grants that nobody renewed.

use super::{AT_ONCE, due, job};
use crate::{
    app::App,
    error::Result,
    operations::system::{close_grant::CloseGrant, remind_of_term::RemindOfTerm},
    store::grants,
};

/// Closes grants whose term has been over for the whole grace time.
pub(super) async fn close(app: &App) -> Result<()> {
    let grace = app.config.times.grant_grace();
    let before = app.now() - grace;
    for grant in grants::to_close(&app.db.server(), before, &due(app, AT_ONCE)).await? {
        job(app, CloseGrant { grant }).await?;
    }
    Ok(())
}

/// Sends the reminders that are due.
pub(super) async fn remind(app: &App) -> Result<()> {
    for grant in grants::due_for_reminder(&app.db.server(), app.now(), &due(app, AT_ONCE)).await? {
        job(app, RemindOfTerm { grant }).await?;
    }
    Ok(())
}
