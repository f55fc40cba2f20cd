//! `mandate record verify`.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
};

use anyhow::Context;
use entity::{ids::OrganizationId, operation};

use super::{BATCH, note_of};
use crate::{
    app::App,
    auth::keys::PublicKeys,
    db::Trusted,
    domain::record::{
        Digest256,
        chain::{Verdict, Verifier},
        fault::Fault,
        file::{FORMAT, Line},
        note::SignedNote,
        seen::Seen,
        state::ImpliedState,
    },
    store::{installation, organizations, record, standing},
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
const ANCHORS: &str = "the anchor file";

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

/// Verifies every record of the database, against the anchor file and what others hold. With `state`, grants and
/// roles are compared with what the records say.
///
/// # Errors
/// When the database cannot be read; what is wrong with a record is not an error but a fault.
pub async fn verify_database(
    app: &App,
    outside: Vec<Outside>,
    state: bool,
) -> anyhow::Result<Vec<Verified>> {
    let db = &app.db.server();
    let mut anchors = app.anchors.all()?;
    let latest = app.anchors.seen();
    let mut ids = record::organizations(db).await?;
    ids.extend(latest.keys().copied());
    ids.extend(outside.iter().map(|(_, note)| note.note.organization));
    ids.sort_unstable();
    ids.dedup();
    let cards = organizations::cards(db, &ids).await?;
    let gone = record::gone(db, installation::platform(db).await?).await?;
    let (mut all, mut stands) = (Vec::new(), ImpliedState::default());
    for organization in ids {
        let lost = gone.get(&organization);
        if let Some(size) = lost.filter(|_| !cards.contains_key(&organization)) {
            all.push(Verified {
                organization,
                name: organization.to_string(),
                verdict: Verdict {
                    losses: vec![(1, *size)],
                    ..Verdict::default()
                },
                end: None,
            });
            continue;
        }
        let lines = anchors.remove(&organization).unwrap_or_default();
        let mut seen: Vec<Seen> = lines.iter().map(|note| Seen::by(ANCHORS, note)).collect();
        let last = latest.get(&organization);
        seen.extend(last.filter(|last| !seen.contains(last)).cloned());
        seen.dedup();
        let mut bad = Vec::new();
        for (whence, note) in &outside {
            if note.note.organization == organization {
                seen.push(Seen::by(whence, note));
                bad.extend((!app.keys.verify_note(note)).then_some(Fault::Signature));
            }
        }
        let mut verifier = Verifier::new(organization, seen);
        // A fault in one record must not keep others from being verified.
        let end = match follow(app, &mut verifier, &mut stands).await {
            Ok(end) => end,
            Err(error) => {
                bad.push(Fault::Database(format!("{error:#}")));
                None
            }
        };
        let mut verdict = verifier.finish(end.as_ref(), |note| app.keys.verify_note(note));
        verdict.faults.extend(bad);
        let card = cards.get(&organization);
        if let Some((end, card)) = end.as_ref().zip(card)
            && end.note.domain != card.organization.initial_domain
        {
            let domain = &end.note.domain;
            verdict
                .faults
                .push(Fault::Other(format!("the signed end is of {domain}")));
        }
        let name = cards.get(&organization).map_or_else(
            || organization.to_string(),
            |row| row.organization.initial_domain.clone(),
        );
        all.push(Verified {
            organization,
            name,
            verdict,
            end: end.filter(|end| app.keys.verify_note(end)),
        });
    }
    if state {
        compare(app, stands, &mut all).await?;
    }
    Ok(all)
}

/// Verifies every row of a record, and returns its signed end.
async fn follow(
    app: &App,
    verifier: &mut Verifier,
    stands: &mut ImpliedState,
) -> anyhow::Result<Option<SignedNote>> {
    let (db, organization) = (&app.db.server(), verifier.organization());
    // From the very first row, even if its place is below 1, which would be a fault.
    let mut after = i64::MIN;
    loop {
        let rows = record::each(db, organization, after, BATCH).await?;
        let Some(last) = rows.last() else { break };
        after = last.as_ref().map_or_else(|(seq, _)| *seq, |row| row.seq);
        take(db, verifier, rows, stands).await?;
    }
    Ok(record::head(db, organization, &app.config.platform.domain).await?)
}

async fn take(
    db: &impl Trusted,
    verifier: &mut Verifier,
    rows: Vec<Result<operation::Model, (i64, Digest256)>>,
    stands: &mut ImpliedState,
) -> anyhow::Result<()> {
    let there = rows.iter().filter_map(|row| Some(row.as_ref().ok()?.id));
    let found = record::hands_of(db, &there.collect::<Vec<_>>()).await?;
    for row in rows {
        let row = match row {
            Ok(row) => row,
            Err((seq, link)) => {
                verifier.skip(seq, link, Fault::Unreadable(seq));
                continue;
            }
        };
        let body = match record::exported(&row) {
            Ok(entry) => verifier.entry(&entry),
            Err(fault) => {
                let link = Digest256::from_slice(&row.link).unwrap_or(Digest256::NONE);
                verifier.skip(row.seq, link, fault);
                None
            }
        };
        let Some(body) = body else { continue };
        stands.take(&body);
        let mut told: Vec<_> = body.hands.iter().map(|hand| hand.grant).collect();
        told.sort_unstable();
        told.dedup();
        if found.get(&row.id).map_or(&[][..], Vec::as_slice) != told {
            verifier.fault(Fault::Column(row.seq, "operation_hand"));
        }
    }
    Ok(())
}

/// Adds what differs between the database and the records, each to the organization concerned.
async fn compare(app: &App, mut stands: ImpliedState, all: &mut [Verified]) -> anyhow::Result<()> {
    let db = &app.db.server();
    let mut faults: BTreeMap<OrganizationId, Vec<Fault>> = BTreeMap::new();
    for (client, id, state) in standing::grants(db).await? {
        let differing = stands.compare_grant(client, id, &state);
        faults.entry(client).or_default().extend(differing);
    }
    for user in standing::users(db).await? {
        let differing = stands.compare_user(user.id, &user.roles, user.delegated_role);
        let of = faults.entry(user.organization).or_default();
        of.extend(differing);
    }
    for (organization, fault) in stands.left() {
        faults.entry(organization).or_default().push(fault);
    }
    for one in all.iter_mut() {
        let found = faults.remove(&one.organization).unwrap_or_default();
        one.verdict.faults.extend(found);
    }
    // A fault of an organization that does not exist is reported with the first record.
    if let Some(first) = all.first_mut() {
        first.verdict.faults.extend(faults.into_values().flatten());
    }
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
