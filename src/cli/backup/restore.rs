//! `mandate restore`: puts a backup into an empty database, and lets nothing that may have come back with it count.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context;
use clap::Args;
use sea_orm::DatabaseBackend;
use secrecy::ExposeSecret;

use super::{manifest::Manifest, postgres};
use crate::{
    ambient::{Clock, Rng},
    anchors::Anchors,
    app::App,
    auth::keys::Keys,
    cli::{existing_keys, migrate, record, telemetry},
    config::Config,
    db::Db,
    private,
};

/// What to restore.
#[derive(Debug, Args)]
pub struct Restore {
    /// The folder that `mandate backup` made.
    #[arg(long)]
    from: PathBuf,
    /// Touch only organizations whose record ends before what the anchor file has seen. Without it, every grant is held
    /// until its client confirms it, and everyone signs in again.
    #[arg(long)]
    only_lost: bool,
    /// There is no anchor file any more: begin a new one, although nobody can tell then what the backup lacks.
    #[arg(long, conflicts_with = "only_lost")]
    without_anchors: bool,
}

impl Restore {
    /// Runs the command.
    pub async fn run(self, config: Config) -> anyhow::Result<()> {
        telemetry::start(&config)?;
        existing_keys(&config)?;
        let manifest = Manifest::read(&self.from)?;
        println!(
            "The backup of {}, made by version {}.",
            manifest.made_at.format("%Y-%m-%d %H:%M:%S UTC"),
            manifest.version
        );
        let keys = Arc::new(Keys::open(&config.keys.dir)?);
        let anchored = !Anchors::open(&config.anchors.dir, keys)?.is_missing()?;
        anyhow::ensure!(
            anchored || self.without_anchors,
            "there is no anchor file in {}: put it back first, the newest that there is. Nothing was restored. Where it is \
             lost, say --without-anchors: nobody can tell then what the backup lacks",
            config.anchors.dir.display()
        );
        let marker = config.anchors.dir.join(migrate::RESTORING);
        fill(&config, &self.from, &manifest, &marker).await?;
        let app = App::open(config, Clock::System, Rng::from_os()?, None).await?;
        migrate::up_to_date(&app, true).await?;
        if !anchored {
            app.anchors.begin(app.now())?;
        }
        let whole = !self.only_lost;
        let restored = record::restore(&app, whole).await?;
        std::fs::remove_file(&marker).with_context(|| marker.display().to_string())?;
        for (name, why) in &restored {
            println!("{name}: {why}");
        }
        let report = record::verify_database(&app, Vec::new(), true).await?;
        record::report(&report)?;
        println!("grants and roles are as the records say");
        match whole {
            true => println!(
                "Restored. Every grant is held until a global admin of its client lifts the hold, and nobody is signed in. \
                 The admins are told by mail once a server runs."
            ),
            false => println!("Restored. Organizations whose record lost nothing go on as before."),
        }
        app.close().await;
        Ok(())
    }
}

/// Puts the copy into the database of the settings, which must be empty. Until grants are held and tokens void, the
/// marker keeps servers from running on what is put back.
async fn fill(
    config: &Config,
    from: &Path,
    manifest: &Manifest,
    marker: &Path,
) -> anyhow::Result<()> {
    let mark = || std::fs::write(marker, "").with_context(|| marker.display().to_string());
    let url = config.database.url.expose_secret();
    let copy = from.join(&manifest.file);
    anyhow::ensure!(
        (manifest.kind == "sqlite") == config.database.file().is_some(),
        "the backup is of {}, and database.url names another kind of database",
        manifest.kind
    );
    if let Some(file) = config.database.file() {
        let beside = ["", "-wal", "-shm"].map(|end| {
            let mut name = file.as_os_str().to_owned();
            name.push(end);
            PathBuf::from(name)
        });
        for path in &beside {
            anyhow::ensure!(
                !path.exists(),
                "{} is there already: stop every server, move it away with what stands beside it, and run this again",
                path.display()
            );
        }
        let folder = file
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        private::create_dir(folder.unwrap_or(Path::new(".")))?;
        mark()?;
        return private::copy_new(&copy, file).with_context(|| file.display().to_string());
    }
    let db = Db::connect(&config.database, None).await?;
    let is_empty = db.backend() == DatabaseBackend::Postgres && db.is_empty().await?;
    db.close().await;
    anyhow::ensure!(
        is_empty,
        "the database is not empty: stop every server, make a new database, and set database.url to it"
    );
    mark()?;
    postgres::load(url, &copy).await
}
