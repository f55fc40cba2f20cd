//! `mandate migrate`, and what the other commands check of the database's state.

use sea_orm::DatabaseBackend;

use super::telemetry;
use crate::{
    ambient::{Clock, Rng},
    app::App,
    config::Config,
    store::{
        folded,
        record::{self, first_form},
    },
};

/// Brings the database up to date.
pub async fn run(config: Config) -> anyhow::Result<()> {
    telemetry::start(&config)?;
    let app = App::open(config, Clock::System, Rng::from_os()?, None).await?;
    migrate(&app).await?;
    println!("The database is up to date.");
    Ok(())
}

/// The file beside the anchor file that is there while a backup is put back.
pub const RESTORING: &str = "restoring";

/// SQLite is brought up to date by itself; PostgreSQL only when it is asked for. Where there are records,
/// there must be an anchor file.
pub async fn ensure(app: &App, asked: bool) -> anyhow::Result<()> {
    let restoring = app.config.anchors.dir.join(RESTORING);
    anyhow::ensure!(
        !restoring.exists(),
        "a backup was being put back, and that was not completed: what is there must not be served. Empty the database, \
         and run `mandate restore` once more"
    );
    up_to_date(app, asked).await?;
    if app.anchors.is_missing()? {
        anyhow::ensure!(!record::is_any(&app.db.server()).await?, no_anchors(app));
        app.anchors.begin(app.now())?;
    }
    let ends = record::orders(&app.db.server()).await?;
    let behind = app.anchors.behind(&ends);
    if behind > 0 {
        tracing::error!(
            "{behind} records end before what the anchor file has seen: an older database was put back, or their end \
             was cut off. Nothing is done in these accounts. Run `mandate record verify --state`; the way out is \
             `mandate record restored`."
        );
    }
    Ok(())
}

/// As [`ensure`], whether or not there is an anchor file.
pub async fn up_to_date(app: &App, asked: bool) -> anyhow::Result<()> {
    if asked || app.db.backend() == DatabaseBackend::Sqlite {
        return migrate(app).await;
    }
    let db = &app.db.server();
    let waits =
        !app.db.is_migrated().await? || first_form::waits(db).await? || folded::waits(db).await?;
    anyhow::ensure!(
        !waits,
        "the database is not up to date: run `mandate migrate`, or `mandate serve --migrate`"
    );
    Ok(())
}

/// The message if the anchor file is missing.
pub fn no_anchors(app: &App) -> String {
    format!(
        "there is no anchor file in {}, but the database holds records: set anchors.dir to where it is, or put \
         it back from a copy. Where it was lost, `mandate record anchor` begins a new one; without it, nobody \
         can tell whether the database was put back to an earlier state",
        app.config.anchors.dir.display()
    )
}

async fn migrate(app: &App) -> anyhow::Result<()> {
    app.db.migrate().await?;
    folded::fill(&app.db, app.now()).await?;
    let ends = first_form::bring_over(app).await?;
    if !ends.is_empty() {
        app.anchors.begin(app.now())?;
        app.anchors.committed(ends);
        app.anchors.flush(app.now()).await;
    }
    Ok(())
}
