//! The files of ends: a note a line, in a file for each month.

use std::{
    collections::HashMap,
    fs,
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use entity::ids::OrganizationId;

use crate::domain::record::note::SignedNote;

/// How many of the newest files are read: where several servers write, one may still write to the last.
const READ: usize = 2;

/// The latest note of a record, as it is in the file.
pub(super) struct Line {
    /// The epoch and the number of entries that it names.
    pub order: (i32, i64),
    pub text: String,
}

pub(super) fn lines(notes: &[String]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for note in notes {
        serde_json::to_writer(&mut bytes, note)?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}

/// Whether the last line was cut short.
pub(super) fn is_torn(file: &mut fs::File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// The files, oldest first.
pub(super) fn files(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for file in fs::read_dir(dir)? {
        let path = file?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "jsonl")
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Reads the newest files. A line that was cut short, for example by a power cut, is passed over.
pub(super) fn read(dir: &Path, mut take: impl FnMut(SignedNote)) -> io::Result<()> {
    texts(dir, |text| {
        SignedNote::parse(&text).into_iter().for_each(&mut take);
    })
}

fn texts(dir: &Path, mut take: impl FnMut(String)) -> io::Result<()> {
    let files = files(dir)?;
    for path in files.iter().rev().take(READ).rev() {
        for line in BufReader::new(fs::File::open(path)?).lines() {
            serde_json::from_str(&line?).into_iter().for_each(&mut take);
        }
    }
    Ok(())
}

/// The latest note of each record. Of the notes, only that is read which tells what they are about.
pub(super) fn latest(dir: &Path) -> io::Result<HashMap<OrganizationId, Line>> {
    let mut latest: HashMap<OrganizationId, Line> = HashMap::new();
    texts(dir, |text| {
        let Some((organization, order)) = about(&text) else {
            return;
        };
        match latest.get(&organization) {
            Some(held) if held.order > order => {}
            _ => {
                latest.insert(organization, Line { order, text });
            }
        }
    })?;
    Ok(latest)
}

/// The record that a note is about, with its epoch and size.
fn about(note: &str) -> Option<(OrganizationId, (i32, i64))> {
    let mut lines = note.split('\n');
    let (_, organization) = lines.next()?.split_once("/record/")?;
    let size = lines.next()?.parse().ok()?;
    let epoch = lines.nth(2)?.parse().ok()?;
    Some((OrganizationId(organization.parse().ok()?), (epoch, size)))
}
