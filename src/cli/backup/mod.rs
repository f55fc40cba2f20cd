//! `mandate backup`: copies the database while servers go on, and tells the keys and the anchor file apart from it.

mod manifest;
mod postgres;
mod restore;

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::Args;
use sea_orm::DatabaseBackend;
use secrecy::ExposeSecret;

use self::manifest::Manifest;
pub use self::restore::Restore;
use super::open_existing;
use crate::{app::App, config::Config, private};

/// What the copy of a database is called.
const SQLITE: &str = "database.sqlite";
const POSTGRES: &str = "database.dump";

/// Where to copy.
#[derive(Debug, Args)]
pub struct Backup {
    /// A new folder for the copy of the database.
    #[arg(long)]
    to: PathBuf,
    /// A new folder for a copy of the keys. Keep it away from the database's: with both, the records can be rewritten.
    #[arg(long)]
    keys_to: Option<PathBuf>,
    /// A new folder for a copy of the anchor file. Keep it away from both.
    #[arg(long)]
    anchors_to: Option<PathBuf>,
}

impl Backup {
    /// Runs the command.
    pub async fn run(self, config: Config) -> anyhow::Result<()> {
        let app = open_existing(config).await?;
        let folders = [
            Some(&self.to),
            self.keys_to.as_ref(),
            self.anchors_to.as_ref(),
        ];
        apart(&folders.into_iter().flatten().collect::<Vec<_>>())?;
        let manifest = database(&app, &self.to).await?;
        println!(
            "The database: {} ({} bytes, {} records).",
            self.to.join(&manifest.file).display(),
            manifest.bytes,
            manifest.records
        );
        let kept = [
            ("The keys", &self.keys_to, &app.config.keys.dir, "keys.dir"),
            (
                // After the database: what an anchor has seen and the copy lacks is a loss that can be told.
                "The anchor file",
                &self.anchors_to,
                &app.config.anchors.dir,
                "anchors.dir",
            ),
        ];
        for (what, to, from, setting) in kept {
            match to {
                Some(to) => {
                    let files = copy_files(from, to)?;
                    println!("{what}: {} ({files} files).", to.display());
                }
                None => println!(
                    "{what}: not copied. It is in {} ({setting}); a backup is of no use without it.",
                    from.display()
                ),
            }
        }
        app.close().await;
        Ok(())
    }
}

/// Copies the database into a new folder, with a manifest beside it.
///
/// # Errors
/// When the folder is not new, or the copy is not complete.
pub async fn database(app: &App, to: &Path) -> anyhow::Result<Manifest> {
    new_folder(to)?;
    let made_at = app.now();
    let (kind, file) = match app.db.backend() {
        DatabaseBackend::Postgres => ("postgres", POSTGRES),
        _ => ("sqlite", SQLITE),
    };
    let copy = to.join(file);
    match app.db.backend() {
        DatabaseBackend::Postgres => {
            postgres::dump(app.config.database.url.expose_secret(), &copy).await?;
        }
        // It writes the file anew, as it is at one moment.
        _ => app.db.copy_to(&copy).await?,
    }
    File::open(&copy)?.sync_all()?;
    let manifest = Manifest::of(app, kind, file, &copy, made_at).await?;
    manifest.write(to)?;
    Ok(manifest)
}

/// Whether folders are new, and none is in another.
fn apart(folders: &[&PathBuf]) -> anyhow::Result<()> {
    for (place, folder) in folders.iter().enumerate() {
        let others = folders.iter().skip(place + 1);
        for other in others {
            anyhow::ensure!(
                !folder.starts_with(other) && !other.starts_with(folder),
                "{} and {} are not apart: the database, the keys and the anchor file are each kept in a place of their own",
                folder.display(),
                other.display()
            );
        }
    }
    Ok(())
}

fn new_folder(folder: &Path) -> anyhow::Result<()> {
    let is_used = folder
        .read_dir()
        .is_ok_and(|mut files| files.next().is_some());
    anyhow::ensure!(
        !is_used,
        "{} is not empty: name a new folder",
        folder.display()
    );
    private::create_dir(folder).with_context(|| folder.display().to_string())
}

/// Copies the files of a folder into a new one that only its owner can enter; returns how many.
fn copy_files(from: &Path, to: &Path) -> anyhow::Result<usize> {
    new_folder(to)?;
    let mut files = 0;
    for entry in from
        .read_dir()
        .with_context(|| from.display().to_string())?
    {
        let entry = entry?;
        // What begins with a dot is being written.
        let name = entry.file_name();
        if !entry.file_type()?.is_file() || name.to_string_lossy().starts_with('.') {
            continue;
        }
        private::write_new(&to.join(&name), &std::fs::read(entry.path())?)?;
        files += 1;
    }
    anyhow::ensure!(files > 0, "there is nothing in {}", from.display());
    Ok(files)
}
