//! Reminds both sides of the end of grants' terms.

use crate::{
    app::App,
    domain::viewer::Job,
    error::Result,
    operations::{self, Envelope, system::remind_of_term::RemindOfTerm},
    store::{facts::Who, grants},
};

/// How many grants are reminded of at once.
const REMINDED: u64 = 50;

/// Reminds of what is due.
pub(super) async fn remind(app: &App) -> Result<()> {
    for grant in grants::due_for_reminder(app.db.read(), app.now(), REMINDED).await? {
        let who = Who::System(Job::Worker);
        operations::run(app, who, Envelope::default(), RemindOfTerm { grant }).await?;
    }
    Ok(())
}
