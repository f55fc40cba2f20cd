//! `mandate record`: verifies records in the database or in an export, and exports them.
//!
//! An export is JSON Lines: a line that names the record, a line an entry, and the signed end. It is
//! verified with public keys alone.

use std::{
    fs::File,
    io::{BufRead, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::Subcommand;
use entity::ids::OrganizationId;

use super::open_existing;
use crate::{
    app::App,
    auth::keys::PublicKeys,
    config::Config,
    domain::{
        record::{Fault, Verifier},
        record_file::{FORMAT, Line},
    },
    store::{organizations, record},
};

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
}

/// What a verification found of one record.
#[derive(Debug)]
pub struct Verified {
    /// Whose record.
    pub organization: OrganizationId,
    /// What it is called here: its initial domain, where the database tells it.
    pub name: String,
    /// How many entries there are.
    pub entries: i64,
    /// What is wrong; empty when nothing is.
    pub faults: Vec<Fault>,
}

impl Record {
    /// Runs the command.
    pub async fn run(self, config: Config) -> anyhow::Result<()> {
        match self {
            Self::Verify {
                file: Some(file),
                keys: Some(keys),
            } => {
                let keys: PublicKeys = serde_json::from_reader(File::open(&keys)?)?;
                report(&[verify_file(&file, &keys)?])
            }
            Self::Verify { .. } => {
                let app = open_existing(config).await?;
                report(&verify_database(&app).await?)
            }
            Self::Export { organization, file } => {
                let app = open_existing(config).await?;
                let id =
                    organizations::by_initial_domain(app.db.read(), &organization.to_lowercase())
                        .await?
                        .with_context(|| {
                            format!("no organization has the initial domain {organization}")
                        })?;
                let entries = export(&app, id, &file).await?;
                println!("{entries} entries were written to {}.", file.display());
                Ok(())
            }
        }
    }
}

fn report(verified: &[Verified]) -> anyhow::Result<()> {
    let mut wrong = 0;
    for one in verified {
        if one.faults.is_empty() {
            println!("{}: {} entries, all good", one.name, one.entries);
        }
        for fault in &one.faults {
            wrong += 1;
            println!("{}: {fault}", one.name);
        }
    }
    anyhow::ensure!(wrong == 0, "faults found: {wrong}");
    println!("records verified: {}", verified.len());
    Ok(())
}

/// Verifies every record of the database.
///
/// # Errors
/// When the database cannot be read; what is wrong with a record is not an error but a fault.
pub async fn verify_database(app: &App) -> anyhow::Result<Vec<Verified>> {
    let db = app.db.read();
    let mut all = Vec::new();
    let ids = record::organizations(db).await?;
    let cards = organizations::cards(db, &ids).await?;
    for organization in ids {
        let mut verifier = Verifier::new(organization);
        let (mut after, mut entries) = (0, 0);
        loop {
            let rows = record::chain(db, organization, after, BATCH).await?;
            let Some(last) = rows.last() else { break };
            after = last.seq;
            for row in &rows {
                entries += 1;
                if let Some(body) = verifier.entry(&record::exported(row))
                    && let Some(column) = record::differing(row, &body)
                {
                    verifier.column(column);
                }
            }
        }
        let head = record::head(db, organization).await?;
        let keys = app.keys.record_public();
        let good =
            |kid: &str, message: &[u8], signature: &str| keys.verify(kid, message, signature);
        let faults = verifier.finish(head.as_ref(), good);
        let name = cards.get(&organization).map_or_else(
            || organization.to_string(),
            |row| row.organization.initial_domain.clone(),
        );
        all.push(Verified {
            organization,
            name,
            entries,
            faults,
        });
    }
    Ok(all)
}

/// Verifies an export with public keys alone.
///
/// # Errors
/// When the file is not an export.
pub fn verify_file(file: &Path, keys: &PublicKeys) -> anyhow::Result<Verified> {
    let mut lines = BufReader::new(File::open(file)?).lines();
    let first = lines.next().context("the file is empty")??;
    let Ok(Line::Record {
        format,
        organization,
    }) = serde_json::from_str(&first)
    else {
        anyhow::bail!(
            "the file does not begin with the line that names a record: only a whole record as JSON \
             Lines can be verified, not CSV and not what a filter chose"
        );
    };
    anyhow::ensure!(
        format == FORMAT,
        "the file is of the format {format}, not {FORMAT}"
    );
    let mut verifier = Verifier::new(organization);
    let (mut head, mut entries) = (None, 0);
    for line in lines {
        match serde_json::from_str(&line?)? {
            Line::Entry(entry) => {
                entries += 1;
                verifier.entry(&entry);
            }
            Line::Head(end) => head = Some(end),
            Line::Record { .. } => anyhow::bail!("the file holds more than one record"),
        }
    }
    let good = |kid: &str, message: &[u8], signature: &str| keys.verify(kid, message, signature);
    let faults = verifier.finish(head.as_ref(), good);
    Ok(Verified {
        organization,
        name: organization.to_string(),
        entries,
        faults,
    })
}

/// Writes a record to a file, a batch at a time: the number of entries.
///
/// # Errors
/// When the database cannot be read, or the file not be written.
pub async fn export(app: &App, organization: OrganizationId, file: &Path) -> anyhow::Result<i64> {
    let db = app.db.read();
    // The end is read first: entries that are added meanwhile are left out.
    let head = record::head(db, organization)
        .await?
        .context("the record is empty")?;
    let mut out = BufWriter::new(File::create(file)?);
    let mut line = |line: &Line| -> anyhow::Result<()> {
        serde_json::to_writer(&mut out, line)?;
        Ok(out.write_all(b"\n")?)
    };
    line(&Line::first(organization))?;
    let mut after = 0;
    while after < head.seq {
        let rows = record::chain(db, organization, after, BATCH).await?;
        let Some(last) = rows.last() else { break };
        after = last.seq;
        for row in rows.iter().filter(|row| row.seq <= head.seq) {
            line(&Line::Entry(record::exported(row)))?;
        }
    }
    let entries = head.seq;
    line(&Line::Head(head))?;
    out.flush()?;
    Ok(entries)
}
