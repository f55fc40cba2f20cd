//! Mails about records: signed notes of their ends, and losses that were declared.

use askama::Template;
use chrono::{DateTime, Utc};
use entity::{
    ids::{OperationId, OrganizationId},
    states::Side,
};

use super::reader;
use crate::{
    app::App,
    auth::signed_id,
    domain::{
        delivery::Addressee,
        record::{Key, note::SignedNote},
    },
    mail::letter::{Attachment, Letter, Notes, RecordRestored},
    store::{mailing, organizations, receipts, record},
    words::Words,
};

/// Sends one global admin the note of its organization's record, and those of the clients that its organization
/// administers. Each note is written to the anchor file before it is sent.
pub(super) async fn notes(
    app: &App,
    organization: OrganizationId,
    to: &Addressee,
) -> anyhow::Result<Option<Letter>> {
    let (db, platform) = (&app.db.server(), &app.config.platform.domain);
    let Some(own) = record::head(db, organization, platform).await? else {
        return Ok(None);
    };
    let clients = mailing::administered(db, organization, app.now()).await?;
    let mut notes = record::heads_of(db, &clients, platform).await?;
    notes.sort_by(|one, other| one.note.domain.cmp(&other.note.domain));
    notes.insert(0, own);
    // Nobody should be sent the note of an end that is not believed.
    notes.retain(|note| {
        let believed = app.anchors.believe(note.note.organization, Some(note));
        believed.is_ok()
    });
    if notes.is_empty() {
        return Ok(None);
    }
    app.anchors.committed(notes.clone());
    app.anchors.flush(app.now()).await;
    let reader = reader(app, to, None).await?;
    let w = reader.w;
    let lines: Vec<String> = notes.iter().map(|note| line(w, note)).collect();
    let url = format!("{}/verify", app.config.http.public_url);
    let token = signed_id::token(&app.keys, signed_id::NOTE, organization.0, None);
    let here = format!("{}/notes/{token}", app.config.http.public_url);
    let mail = Notes {
        w,
        lines: &lines,
        url: &url,
        here: &here,
    };
    let subject = match notes.first() {
        Some(note) if note.note.organization == organization => {
            w.with("mail-notes-subject", &[("domain", &note.note.domain)])
        }
        _ => w.say("mail-notes-subject-others"),
    };
    Ok(Some(Letter {
        attachments: notes.iter().map(attachment).collect(),
        ..Letter::new(reader, subject, &mail.render()?)
    }))
}

fn line(w: &Words, note: &SignedNote) -> String {
    let note = &note.note;
    let at = note.at.parse::<DateTime<Utc>>();
    let at = at.map_or_else(|_| note.at.clone(), |at| w.moment(at));
    let texts = [("domain", note.domain.as_str()), ("at", at.as_str())];
    w.count("mail-notes-line", note.size, &texts)
}

fn attachment(note: &SignedNote) -> Attachment {
    Attachment {
        name: format!("{}-{}.note.txt", note.note.domain, note.note.size),
        media: "text/plain; charset=utf-8",
        text: note.text(),
    }
}

/// The receipt of an act of consent, as a file for one side; `None` for any other act.
pub(super) async fn receipt(
    app: &App,
    operation: OperationId,
    side: Side,
) -> anyhow::Result<Vec<Attachment>> {
    let receipt = receipts::for_side(&app.db.server(), operation, side == Side::Client).await?;
    let Some(receipt) = receipt else {
        return Ok(Vec::new());
    };
    Ok(vec![Attachment {
        name: format!("receipt-{}.json", receipt.entry.seq),
        media: "application/json",
        text: serde_json::to_string_pretty(&receipt)?,
    }])
}

/// Tells a global admin that entries of the record were lost, and what was done about it.
pub(super) async fn restored(
    app: &App,
    operation: OperationId,
    to: &Addressee,
) -> anyhow::Result<Option<Letter>> {
    let db = &app.db.server();
    let Some(entry) = mailing::entry(db, operation).await? else {
        return Ok(None);
    };
    let reader = reader(app, to, None).await?;
    let w = reader.w;
    let mut cards = organizations::cards(db, &[entry.organization_id]).await?;
    let name = match cards.remove(&entry.organization_id) {
        Some(card) => card.organization.name,
        None => w.say("mail-your-organization"),
    };
    let size = record::change(&entry, Key::LostSize);
    let size = size.and_then(|size| size.parse::<i64>().ok());
    let lost = size.filter(|size| *size >= entry.seq);
    let held = mailing::held_grants(db, entry.organization_id, app.now()).await?;
    let before = record::at(db, entry.organization_id, entry.seq - 1).await?;
    let mail = RecordRestored {
        w,
        organization: &name,
        lost: lost.map(|last| (entry.seq.to_string(), last.to_string())),
        at: entry.at,
        since: before.map(|row| row.at),
        held: held.cast_signed(),
        url: &format!("{}/grants", app.config.http.public_url),
    };
    Ok(Some(Letter::new(reader, mail.subject(), &mail.render()?)))
}
