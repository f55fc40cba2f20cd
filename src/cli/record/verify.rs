//! `mandate record verify`: what is said of records, and verifying an export.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
};

use anyhow::Context;
use entity::ids::OrganizationId;

use super::note_of;
use crate::{
    auth::keys::PublicKeys,
    domain::record::{
        chain::{Verdict, Verifier},
        fault::Fault,
        file::{FORMAT, Line},
        note::SignedNote,
        seen::Seen,
    },
};

/// What a verification found of one record.
#[derive(Debug)]
pub struct Verified {
    /// The organization whose record it is.
    pub organization: OrganizationId,
    /// Its name: the initial domain, from its signed end or from the database.
    pub name: String,
    /// What was found.
    pub verdict: Verdict,
    /// Its end, if that is signed by these keys.
    pub end: Option<SignedNote>,
}

/// What the anchor file is called.
pub(super) const ANCHORS: &str = "the anchor file";

/// A note that someone holds, and where it is from.
pub type Outside = (String, SignedNote);

/// The notes in these files, and the ends of these exports, which must verify themselves.
///
/// # Errors
/// When one cannot be read, or an export does not verify.
pub fn outside(
    notes: &[PathBuf],
    earlier: &[PathBuf],
    keys: &PublicKeys,
) -> anyhow::Result<Vec<Outside>> {
    let mut outside = Vec::new();
    for path in notes {
        outside.push((path.display().to_string(), note_of(path)?));
    }
    for path in earlier {
        let whence = path.display().to_string();
        let verified = verify_file(path, keys, Vec::new()).with_context(|| whence.clone())?;
        match (verified.verdict.faults.first(), verified.end) {
            (None, Some(end)) => outside.push((whence, end)),
            (fault, _) => anyhow::bail!("{whence}: {}", fault.unwrap_or(&Fault::NoEnd)),
        }
    }
    Ok(outside)
}

/// Prints what was found, and fails where anything is wrong.
///
/// # Errors
/// When anything is wrong.
pub fn report(verified: &[Verified]) -> anyhow::Result<()> {
    let mut wrong = 0;
    for Verified { name, verdict, .. } in verified {
        if verdict.faults.is_empty() {
            let mut told = format!("{} entries, all good", verdict.entries);
            if verdict.hidden > 0 {
                told.push_str(&format!(", {} of them by their hash alone", verdict.hidden));
            }
            if verdict.erased > 0 {
                told.push_str(&format!("; {} texts were erased", verdict.erased));
            }
            println!("{name}: {told}");
        }
        for (from, to) in verdict.losses.iter().filter(|(from, to)| from <= to) {
            println!("{name}: declared loss of entries {from} to {to}");
        }
        for whence in verdict.confirmed.iter().filter(|whence| *whence != ANCHORS) {
            println!("{name}: it goes on from {whence}");
        }
        for whence in verdict
            .unconfirmed
            .iter()
            .filter(|whence| *whence != ANCHORS)
        {
            println!(
                "{name}: {whence} has seen entries that were lost: the record does not confirm it"
            );
        }
        for fault in &verdict.faults {
            wrong += 1;
            println!("{name}: {fault}");
        }
    }
    anyhow::ensure!(
        wrong == 0,
        "faults found: {wrong}. docs/record.md says what to do; after a restore of the database, the way out is \
         `mandate record restored`"
    );
    println!("records verified: {}", verified.len());
    Ok(())
}

/// Verifies an export with public keys alone.
///
/// # Errors
/// When the file is not an export.
pub fn verify_file(
    file: &Path,
    keys: &PublicKeys,
    outside: Vec<Outside>,
) -> anyhow::Result<Verified> {
    let mut lines = BufReader::new(File::open(file)?).lines();
    let first = lines.next().context("the file is empty")??;
    let Ok(Line::Record {
        format,
        organization,
        whole,
    }) = serde_json::from_str(&first)
    else {
        anyhow::bail!(
            "the file does not begin with the line that names a record: only a whole record as JSON \
             Lines can be verified, not CSV and not what a filter chose"
        );
    };
    anyhow::ensure!(
        format == FORMAT,
        "the file is of the format {format}, not {FORMAT}: export the record anew, or use the release \
         that wrote it"
    );
    let mut bad = Vec::new();
    let mut seen = Vec::new();
    for (whence, note) in &outside {
        if note.note.organization != organization {
            bad.push(Fault::Other(format!("{whence} is of {}", note.note.domain)));
        } else if keys.verify_note(note) {
            seen.push(Seen::by(whence, note));
        } else {
            bad.push(Fault::Signature);
        }
    }
    let verifier = Verifier::new(organization, seen);
    let mut verifier = if whole { verifier } else { verifier.of_part() };
    let mut end = None;
    for (number, line) in (2..).zip(lines) {
        match serde_json::from_str(&line?) {
            Ok(Line::Entry(entry)) if end.is_none() => {
                verifier.entry(&entry);
            }
            Ok(Line::Hidden(hidden)) if end.is_none() => verifier.hidden(&hidden),
            Ok(Line::Note { note }) if end.is_none() => match SignedNote::parse(&note) {
                Ok(note) => end = Some(note),
                Err(_) => verifier.fault(Fault::Line(number)),
            },
            _ => verifier.fault(Fault::Line(number)),
        }
    }
    let mut verdict = verifier.finish(end.as_ref(), |note| keys.verify_note(note));
    verdict.faults.extend(bad);
    // An end that is not signed by these keys is not reported.
    let end = end.filter(|end| keys.verify_note(end) && end.note.organization == organization);
    let name = end.as_ref().map(|end| end.note.domain.clone());
    Ok(Verified {
        organization,
        name: name.unwrap_or_else(|| organization.to_string()),
        verdict,
        end,
    })
}
