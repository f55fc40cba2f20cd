//! `mandate record`: verifies records in the database or in an export, exports them, and declares losses when a
//! record is not believed.

mod database;
mod followed;
mod restored;
mod state;
mod verify;

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::Subcommand;
use entity::ids::OrganizationId;

use super::{migrate, open_existing, open_unanchored};
use crate::{
    app::App,
    auth::keys::PublicKeys,
    config::Config,
    domain::record::{
        file::Line,
        note::SignedNote,
        receipt::{self, Receipt},
    },
    store::{organizations, record},
};

pub use database::{verify_database, verify_in_steps};
pub(super) use restored::restore;
pub use restored::restore_records;
pub(super) use verify::report;
pub use verify::{Outside, Verified, verify_file};

/// Entries read at once.
const BATCH: u64 = 500;

/// What to do with records.
#[derive(Debug, Subcommand)]
pub enum Record {
    /// Verify every record of the database, or one export file with public keys alone.
    Verify {
        /// An export file, instead of the database.
        #[arg(long, requires = "keys")]
        file: Option<PathBuf>,
        /// Public keys, as `mandate keys public` prints them.
        #[arg(long, requires = "file")]
        keys: Option<PathBuf>,
        /// A note or a receipt of the record: say whether the record goes on from it. May be repeated.
        #[arg(long)]
        note: Vec<PathBuf>,
        /// An earlier export of the record: say whether the record goes on from it. May be repeated.
        #[arg(long)]
        earlier: Vec<PathBuf>,
        /// Compare grants and roles in the database with what the records say.
        #[arg(long, conflicts_with = "file")]
        state: bool,
    },
    /// Write an organization's record to a file.
    Export {
        /// The organization's initial domain.
        #[arg(long)]
        organization: String,
        /// The file to write.
        #[arg(long)]
        file: PathBuf,
    },
    /// Declare what was lost, in each record that is behind what the anchor file has seen, or whose end is not
    /// this installation's; end what may have come back with it, and hold its grants. After a restore, or once
    /// you know what happened.
    Restored,
    /// Begin a new anchor file where it was lost, once every record of the database verifies.
    Anchor,
}

impl Record {
    /// Runs the command.
    pub async fn run(self, config: Config) -> anyhow::Result<()> {
        match self {
            Self::Verify {
                file,
                keys,
                note,
                earlier,
                state,
            } => {
                if let (Some(file), Some(keys)) = (file, keys) {
                    let keys: PublicKeys = serde_json::from_reader(File::open(&keys)?)?;
                    let outside = verify::outside(&note, &earlier, &keys)?;
                    return verify::report(&[verify_file(&file, &keys, outside)?]);
                }
                let app = open_unanchored(config).await?;
                let outside = verify::outside(&note, &earlier, &app.keys.record_public())?;
                let missing = app.anchors.is_missing()?;
                let report = verify::report(&verify_database(&app, outside, state).await?);
                if state && report.is_ok() {
                    println!("grants and roles are as the records say");
                }
                anyhow::ensure!(!missing, migrate::no_anchors(&app));
                report
            }
            Self::Export { organization, file } => {
                let app = open_existing(config).await?;
                let id = organizations::by_initial_domain(
                    &app.db.server(),
                    &organization.to_lowercase(),
                )
                .await?
                .with_context(|| {
                    format!("no organization has the initial domain {organization}")
                })?;
                let entries = export(&app, id, &file).await?;
                println!("{entries} entries were written to {}.", file.display());
                Ok(())
            }
            Self::Restored => {
                let app = open_existing(config).await?;
                restored::run(&app).await
            }
            Self::Anchor => {
                let app = open_unanchored(config).await?;
                anyhow::ensure!(
                    app.anchors.is_missing()?,
                    "there is an anchor file in {}",
                    app.config.anchors.dir.display()
                );
                verify::report(&verify_database(&app, Vec::new(), true).await?)?;
                app.anchors.begin(app.now())?;
                let heads = record::heads(&app.db.server(), &app.config.platform.domain).await?;
                app.anchors.committed(heads);
                app.anchors.flush(app.now()).await;
                println!("The anchor file was begun.");
                Ok(())
            }
        }
    }
}

/// A note of a file that holds one, or a receipt.
fn note_of(path: &Path) -> anyhow::Result<SignedNote> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    if !text.trim_start().starts_with('{') {
        return SignedNote::parse(&text).with_context(|| path.display().to_string());
    }
    let receipt: Receipt =
        serde_json::from_str(&text).with_context(|| path.display().to_string())?;
    receipt::check(&receipt).with_context(|| path.display().to_string())
}

/// Writes a record to a file, a batch at a time: the number of entries.
///
/// # Errors
/// When the database cannot be read, the file cannot be written, or the end of the record is not believed.
pub async fn export(app: &App, organization: OrganizationId, file: &Path) -> anyhow::Result<i64> {
    let db = &app.db.server();
    // The end is read first, so entries that are added in the meantime are left out.
    let end = record::head(db, organization, &app.config.platform.domain).await?;
    app.anchors
        .believe(organization, end.as_ref())
        .context("the record is not believed: run `mandate record verify`")?;
    let end = end.context("the record is empty")?;
    let size = end.note.size;
    let mut out = BufWriter::new(File::create(file)?);
    let mut line = |line: &Line| -> anyhow::Result<()> {
        serde_json::to_writer(&mut out, line)?;
        Ok(out.write_all(b"\n")?)
    };
    line(&Line::first(organization, true))?;
    let mut after = 0;
    while after < size {
        let rows = record::chain(db, organization, after, BATCH).await?;
        let Some(last) = rows.last() else { break };
        after = last.seq;
        for row in rows.iter().filter(|row| row.seq <= size) {
            line(&Line::Entry(record::exported(row)?))?;
        }
    }
    line(&Line::Note { note: end.text() })?;
    out.flush()?;
    Ok(size)
}
