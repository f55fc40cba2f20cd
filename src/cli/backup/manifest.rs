//! What a backup says of itself.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use anyhow::Context;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{app::App, private, store::record};

/// Its name in the folder.
const FILE: &str = "manifest.json";
/// The form that is written, and the only one that is read.
const FORMAT: u32 = 1;

/// What a backup says of itself.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Manifest {
    format: u32,
    /// The version of the program that made it.
    pub version: String,
    pub made_at: DateTime<Utc>,
    /// `sqlite` or `postgres`.
    pub kind: String,
    /// The copy's name.
    pub file: String,
    pub bytes: u64,
    /// SHA-256 of the copy, hex.
    pub sha256: String,
    /// How many organizations have a record.
    pub records: usize,
}

impl Manifest {
    pub(super) async fn of(
        app: &App,
        kind: &str,
        file: &str,
        copy: &Path,
        made_at: DateTime<Utc>,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            made_at,
            kind: kind.to_owned(),
            file: file.to_owned(),
            bytes: copy.metadata()?.len(),
            sha256: digest(copy)?,
            records: record::orders(&app.db.server()).await?.len(),
        })
    }

    pub(super) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_vec_pretty(self)?;
        Ok(private::write_new(&folder.join(FILE), &text)?)
    }

    /// The manifest of a backup whose copy is as it was made.
    ///
    /// # Errors
    /// When there is none, or the copy is another.
    pub(super) fn read(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(FILE);
        let text = std::fs::read(&path)
            .with_context(|| format!("{} is not a backup: {FILE}", folder.display()))?;
        let manifest: Self =
            serde_json::from_slice(&text).with_context(|| path.display().to_string())?;
        anyhow::ensure!(
            manifest.format == FORMAT,
            "{}: its form is {}, and this program reads {FORMAT}",
            path.display(),
            manifest.format
        );
        let is_name = Path::new(&manifest.file).file_name() == Some(manifest.file.as_ref());
        anyhow::ensure!(is_name, "{}: `file` is not a name", path.display());
        let copy = folder.join(&manifest.file);
        anyhow::ensure!(
            digest(&copy)? == manifest.sha256,
            "{} is not what was backed up: its SHA-256 is not that of the manifest. Take another backup",
            copy.display()
        );
        Ok(manifest)
    }
}

/// SHA-256 of a file, hex.
fn digest(path: &Path) -> anyhow::Result<String> {
    let read = || -> io::Result<String> {
        let (mut file, mut hash) = (File::open(path)?, Sha256::new());
        let mut part = vec![0; 1 << 20];
        loop {
            match file.read(&mut part)? {
                0 => return Ok(hex::encode(hash.finalize())),
                read => hash.update(part.get(..read).unwrap_or_default()),
            }
        }
    };
    read().with_context(|| path.display().to_string())
}
