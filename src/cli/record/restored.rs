//! `mandate record restored`: a loss is declared, and what may have come back with it ends.

use chrono::TimeDelta;

use crate::{
    app::App,
    domain::viewer::Job,
    operations::{
        self, Envelope,
        system::{hold_for_loss::HoldForLoss, restore_record::RestoreRecord},
    },
    store::{facts::Who, installation, organizations, record, standing},
};

/// How long a declared loss counts as one of this run.
const LATELY: TimeDelta = TimeDelta::hours(1);

/// Runs the command.
pub async fn run(app: &App) -> anyhow::Result<()> {
    let restored = restore_records(app).await?;
    for (name, why) in &restored {
        println!("{name}: {why}");
    }
    match restored.len() {
        0 => {
            println!("Every record ends where this installation signed it last: nothing was done.")
        }
        number => println!("records restored: {number}"),
    }
    Ok(())
}

/// Declares the loss for each record whose end is not to be believed; returns which records, and what was done.
pub async fn restore_records(app: &App) -> anyhow::Result<Vec<(String, String)>> {
    restore(app, false).await
}

/// As [`restore_records`]; if a whole database was put back, in every record, whether or not it lost entries.
pub async fn restore(app: &App, whole: bool) -> anyhow::Result<Vec<(String, String)>> {
    let began = app.now();
    let (db, who) = (&app.db.server(), Who::System(Job::Cli));
    let seen = app.anchors.seen();
    let mut ids = record::organizations(db).await?;
    ids.extend(seen.keys().copied());
    ids.sort_unstable();
    ids.dedup();
    let cards = organizations::cards(db, &ids).await?;
    // An organization that is gone altogether has no record for the declaration: the platform's record gets it.
    let platform = installation::platform(db).await?;
    let told = record::gone(db, platform).await?;
    let gone = ids
        .iter()
        .filter(|id| !cards.contains_key(id) && !told.contains_key(id));
    let gone: Vec<_> = gone
        .filter_map(|id| Some((*id, seen.get(id)?.size)))
        .collect();
    let mut anchored = app.anchors.all()?;
    let mut restored = Vec::new();
    for organization in ids {
        let is_platform = platform == Some(organization);
        let mistrust = match record::proven::mistrust(db, organization, app).await? {
            Some(mistrust) => mistrust,
            None if is_platform && !gone.is_empty() => {
                "organizations that were seen are not in the database".to_owned()
            }
            None if whole => "its record lost nothing that was seen".to_owned(),
            None => continue,
        };
        let Some(card) = cards.get(&organization) else {
            continue;
        };
        let last = seen.get(&organization);
        let end = record::head(db, organization, &app.config.platform.domain).await?;
        let ended = end.as_ref().filter(|end| app.keys.verify_note(end));
        let epochs = [last.map(|seen| seen.epoch), ended.map(|end| end.note.epoch)];
        let operation = RestoreRecord {
            organization,
            whole: whole.then_some(began),
            seen: last.map(|seen| (seen.size, seen.link)),
            epoch: epochs.into_iter().flatten().max().unwrap_or(0) + 1,
            anchored: anchored.remove(&organization).unwrap_or_default(),
            gone: if is_platform {
                gone.clone()
            } else {
                Vec::new()
            },
        };
        let done = operations::run(app, who.clone(), Envelope::default(), operation).await?;
        let declared = record::last_loss(db, organization).await?;
        if done.operation.is_none() || declared.map(|entry| entry.id) != done.operation {
            continue;
        }
        let done = match mistrust.as_str() {
            why if whole => format!("{why}. Its grants are held, and nobody is signed in."),
            why => format!("{why}. The loss is declared, and its grants are held."),
        };
        restored.push((card.organization.initial_domain.clone(), done));
    }
    // An earlier run may have broken off here: so this is done for all partners whose loss was declared recently.
    let since = app.now() - LATELY;
    for partner in record::restored_since(db, since).await? {
        for grant in standing::of_partner(db, partner, app.now()).await? {
            let operation = HoldForLoss { grant };
            operations::run(app, who.clone(), Envelope::default(), operation).await?;
        }
    }
    app.anchors.flush(app.now()).await;
    Ok(restored)
}
