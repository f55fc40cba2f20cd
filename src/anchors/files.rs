//! The files of ends: a note a line, in a file for each month.

use std::{
    collections::HashMap,
    fs,
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use entity::ids::OrganizationId;

use crate::domain::record::note::{Note, SignedNote};

/// How many of the newest files are read: where several servers write, one may still write to the last.
const READ: usize = 2;

pub(super) fn lines(notes: &[SignedNote]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for note in notes {
        serde_json::to_writer(&mut bytes, &note.text())?;
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
    let files = files(dir)?;
    for path in files.iter().rev().take(READ).rev() {
        for line in BufReader::new(fs::File::open(path)?).lines() {
            let text: Option<String> = serde_json::from_str(&line?).ok();
            text.and_then(|text| SignedNote::parse(&text).ok())
                .into_iter()
                .for_each(&mut take);
        }
    }
    Ok(())
}

/// The latest note of each record.
pub(super) fn latest(dir: &Path) -> io::Result<HashMap<OrganizationId, SignedNote>> {
    let mut latest: HashMap<OrganizationId, SignedNote> = HashMap::new();
    read(dir, |note| {
        let order = |note: &Note| (note.epoch, note.size);
        match latest.get(&note.note.organization) {
            Some(held) if order(&held.note) > order(&note.note) => {}
            _ => {
                latest.insert(note.note.organization, note);
            }
        }
    })?;
    Ok(latest)
}
