//! What is due about records: notes, anchors, and texts that are to be erased.

use chrono::TimeDelta;

use super::{AT_ONCE, job};
use crate::{
    app::App,
    error::Result,
    operations::system::{erase_texts::EraseTexts, send_notes::SendNotes},
    store::{
        notes::{self, Pace},
        record::erase as erased,
    },
};

/// Erases texts of users who were purged.
pub(super) async fn erase(app: &App) -> Result<()> {
    for (organization, user) in erased::due(app.db.read(), AT_ONCE).await? {
        let operation = EraseTexts { organization, user };
        job(app, operation).await?;
    }
    Ok(())
}

/// Sends the notes that are due.
pub(super) async fn send_notes(app: &App) -> Result<()> {
    let times = &app.config.times;
    let pace = Pace {
        busy: TimeDelta::hours(times.note_hours),
        quiet: TimeDelta::hours(times.quiet_note_hours),
    };
    for organization in notes::due(app.db.read(), pace, app.now(), AT_ONCE).await? {
        let operation = SendNotes {
            organization,
            pace,
            platform: app.config.platform.domain.clone(),
        };
        job(app, operation).await?;
    }
    Ok(())
}

/// Writes the ends of records that are not in the anchor file yet, and takes up new keys.
pub(super) async fn anchor(app: &App) {
    app.keys.refresh();
    app.anchors.flush(app.now()).await;
}
