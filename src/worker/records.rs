//! Due work about records: signed notes, anchors, and texts that are to be erased.

use super::{AT_ONCE, due, job};
use crate::{
    app::App,
    error::Result,
    operations::system::{erase_texts::EraseTexts, send_notes::SendNotes},
    store::{
        notes::{self, Pace},
        record::{self, erase as erased},
    },
};

/// How many ends are read at once.
const LOOKED_AT: usize = 500;
/// How many signatures in the anchor file are verified at once: some milliseconds of work.
const VERIFIED: usize = 100;

/// Looks again at records that were not believed: a loss may have been declared in the meantime.
pub(super) async fn look_again(app: &App) -> Result<()> {
    let (db, platform) = (&app.db.server(), &app.config.platform.domain);
    for some in app.anchors.held().chunks(LOOKED_AT) {
        for end in record::heads_of(db, some, platform).await? {
            // The reason was logged when it was found.
            let _ = app.anchors.believe(end.note.organization, Some(&end));
        }
    }
    Ok(())
}

/// Erases texts of users who were purged.
pub(super) async fn erase(app: &App) -> Result<()> {
    for (organization, user) in erased::due(&app.db.server(), &due(app, AT_ONCE)).await? {
        let operation = EraseTexts { organization, user };
        job(app, operation).await?;
    }
    Ok(())
}

/// Sends the notes that are due.
pub(super) async fn send_notes(app: &App) -> Result<()> {
    let times = &app.config.times;
    let pace = Pace {
        busy: times.note(),
        quiet: times.quiet_note(),
    };
    let due = due(app, AT_ONCE);
    for organization in notes::due(&app.db.server(), pace, app.now(), &due).await? {
        let operation = SendNotes {
            organization,
            pace,
            platform: app.config.platform.domain.clone(),
        };
        job(app, operation).await?;
    }
    Ok(())
}

/// Writes the ends of records that are not in the anchor file yet, verifies some of those that are, and takes up new
/// keys.
pub(super) async fn anchor(app: &App) {
    app.keys.refresh();
    app.anchors.flush(app.now()).await;
    app.anchors.verify(VERIFIED);
}
