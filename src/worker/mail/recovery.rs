//! Mails of recoveries: the link, and the mails about each step.

use askama::Template;
use entity::{
    ids::{OperationId, RecoveryId, UserId},
    operation,
};
use secrecy::ExposeSecret;

use super::reader;
use crate::{
    app::App,
    auth::{secret, signed_id},
    db::Locks,
    domain::{
        delivery::Addressee,
        kind::OperationKind,
        record::{Key, Texts},
        recovery::RecoveryState,
    },
    mail::{
        letter::{Letter, Reader, Recovery, RecoveryChanged},
        words::quoted,
    },
    store::{
        mailing, record,
        recoveries::{self, RecoveryOf},
    },
    words::Words,
};

/// Sends the link, unless the recovery has ended in the meantime.
pub(super) async fn letter(app: &App, recovery: RecoveryId) -> anyhow::Result<Option<Letter>> {
    let db = &app.db.server();
    let Some(RecoveryOf { row, user }) = recoveries::find(db, recovery).await? else {
        return Ok(None);
    };
    if recoveries::state(&row, app.now()) != RecoveryState::Sent {
        return Ok(None);
    }
    let organization = mailing::organization_name(db, row.organization_id).await?;
    let secret = secret::mailed(&app.keys, format_args!("recovery {recovery}"));
    let tx = app.db.begin(&Locks::default()).await?;
    let open = recoveries::arm(&tx, row.id, &secret::hash(&secret)).await?;
    tx.commit().await?;
    if !open {
        return Ok(None);
    }
    let base = &app.config.http.public_url;
    let reader = Reader::user(row.contact.as_str(), &user);
    let w = reader.w;
    let mail = Recovery {
        w,
        name: &user.display_name,
        sign_in_name: &user.sign_in_name,
        organization: &organization.unwrap_or_else(|| w.say("mail-your-organization")),
        platform: &app.config.platform.name,
        url: &format!("{base}/recover/{}", secret.expose_secret()),
        expires: row.lapses_at,
        hours: app.config.times.recovered_hours,
    };
    let (subject, text) = (w.say("mail-recovery-subject"), mail.render()?);
    Ok(Some(Letter::new(reader, subject, &text)))
}

/// Tells one address what became of a recovery.
pub(super) async fn changed(
    app: &App,
    recovery: RecoveryId,
    operation: OperationId,
    to: &Addressee,
    stops: bool,
) -> anyhow::Result<Option<Letter>> {
    let db = &app.db.server();
    let found = recoveries::find(db, recovery).await?;
    let entry = mailing::entry(db, operation).await?;
    let Some((found, entry)) = found.zip(entry) else {
        return Ok(None);
    };
    let open = found.can_be_stopped(app.now());
    let RecoveryOf { row, user } = found;
    let organization = mailing::organization_name(db, row.organization_id).await?;
    let reader = reader(app, to, None).await?;
    let w = reader.w;
    let organization = organization.unwrap_or_else(|| w.say("mail-your-organization"));
    let kind = OperationKind::by_stable_name(&entry.kind);
    let names = record::texts(&entry);
    let token = signed_id::token(&app.keys, signed_id::STOP_RECOVERY, row.id.0, Some(&to.to));
    let url = format!("{}/recover/stop/{token}", app.config.http.public_url);
    let by = by(app, w, &entry, &names).await?;
    let reason = names.note.as_deref().map(quoted);
    let mail = RecoveryChanged {
        w,
        kind,
        sent: row.sent_at.is_some(),
        name: &user.display_name,
        sign_in_name: &user.sign_in_name,
        organization: &organization,
        platform: &app.config.platform.name,
        contact: &row.contact,
        by: by.as_deref(),
        at: entry.at,
        ticket: names.ticket.as_deref(),
        reason: reason.as_deref(),
        lapses: row.lapses_at,
        due: row.due_at,
        days: app.config.times.recovery_days,
        hours: app.config.times.recovered_hours,
        stop: (stops && open).then_some(url.as_str()),
        open,
    };
    Ok(Some(Letter::new(reader, mail.subject(), &mail.render()?)))
}

/// Who did it, in words: a person, or the reader of a mailbox; nobody for the server's own jobs.
async fn by(
    app: &App,
    w: &Words,
    entry: &operation::Model,
    names: &Texts,
) -> anyhow::Result<Option<String>> {
    if entry.actor_id.is_some() {
        return Ok(names.who());
    }
    let reader = record::change(entry, Key::ByContactOf);
    let reader = reader.and_then(|reader| reader.parse().ok());
    let Some(reader) = reader.map(UserId) else {
        return Ok(None);
    };
    let name = mailing::user_name(&app.db.server(), reader).await?;
    Ok(name.map(|name| w.with("mail-reader-of", &[("name", &name)])))
}
