//! Reminds both sides of the end of grants' terms, and closes the grants that nobody renewed.

use chrono::TimeDelta;

use super::job;
use crate::{
    app::App,
    error::Result,
    operations::system::{close_grant::CloseGrant, remind_of_term::RemindOfTerm},
    store::grants,
};

/// How many grants are reminded of, and how many closed, at once.
const REMINDED: u64 = 50;
const CLOSED: u64 = 50;

/// Closes what was over for the whole grace time.
pub(super) async fn close(app: &App) -> Result<()> {
    let grace = TimeDelta::days(app.config.times.grant_grace_days);
    for grant in grants::to_close(app.db.read(), app.now() - grace, CLOSED).await? {
        job(app, CloseGrant { grant }).await?;
    }
    Ok(())
}

/// Reminds of what is due.
pub(super) async fn remind(app: &App) -> Result<()> {
    for grant in grants::due_for_reminder(app.db.read(), app.now(), REMINDED).await? {
        job(app, RemindOfTerm { grant }).await?;
    }
    Ok(())
}
