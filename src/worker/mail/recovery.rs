//! Mails of recoveries: the link, and the mails about each step.

use askama::Template;
use entity::{
    ids::{OperationId, RecoveryId, UserId},
    operation,
};
use secrecy::ExposeSecret;

use crate::{
    app::App,
    auth::{secret, signed_id},
    db::Locks,
    domain::{
        kind::OperationKind,
        record::{Key, Texts},
        recovery::RecoveryState,
    },
    mail::{
        letter::{Letter, Recovery, RecoveryChanged, moment},
        words::quoted,
    },
    store::{
        mailing, record,
        recoveries::{self, RecoveryOf},
    },
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
    let mail = Recovery {
        name: &user.display_name,
        sign_in_name: &user.sign_in_name,
        organization: organization.as_deref().unwrap_or("your organization"),
        platform: &app.config.platform.name,
        url: &format!("{base}/recover/{}", secret.expose_secret()),
        expires: &moment(row.lapses_at),
        hours: app.config.times.recovered_hours,
    };
    Ok(Some(Letter::new(
        row.contact.clone(),
        "Choose a new password: your sign-in was recovered".to_owned(),
        mail.render()?,
    )))
}

/// Tells one address what became of a recovery.
pub(super) async fn changed(
    app: &App,
    recovery: RecoveryId,
    operation: OperationId,
    to: &str,
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
    let organization = organization.as_deref().unwrap_or("your organization");
    let kind = OperationKind::by_stable_name(&entry.kind);
    let names = record::texts(&entry);
    let token = signed_id::token(&app.keys, signed_id::STOP_RECOVERY, row.id.0, Some(to));
    let url = format!("{}/recover/stop/{token}", app.config.http.public_url);
    let name = &user.sign_in_name;
    let subject = match kind {
        Some(OperationKind::StartRecovery) => {
            format!("Stop it if it is not right: the sign-in of {name} is to be recovered")
        }
        Some(OperationKind::ApproveRecovery) => {
            format!("Approved: the sign-in of {name} is to be recovered")
        }
        Some(OperationKind::SendRecovery) if row.sent_at.is_some() => {
            format!("The link to recover the sign-in of {name} was sent")
        }
        Some(OperationKind::RedeemRecovery) => format!("The sign-in of {name} was recovered"),
        _ => format!("The recovery of the sign-in of {name} was stopped"),
    };
    let by = by(app, &entry, &names).await?;
    let (at, due, lapses) = (
        moment(entry.at),
        row.due_at.map(moment),
        moment(row.lapses_at),
    );
    let reason = names.note.as_deref().map(quoted);
    let mail = RecoveryChanged {
        kind,
        sent: row.sent_at.is_some(),
        name: &user.display_name,
        sign_in_name: name,
        organization,
        platform: &app.config.platform.name,
        contact: &row.contact,
        by: by.as_deref(),
        at: &at,
        ticket: names.ticket.as_deref(),
        reason: reason.as_deref(),
        lapses: &lapses,
        due: due.as_deref(),
        days: app.config.times.recovery_days,
        hours: app.config.times.recovered_hours,
        stop: (stops && open).then_some(url.as_str()),
        open,
    };
    Ok(Some(Letter::new(to, subject, mail.render()?)))
}

/// Who did it, in words: a person, or the reader of a mailbox; nobody for the server's own jobs.
async fn by(app: &App, entry: &operation::Model, names: &Texts) -> anyhow::Result<Option<String>> {
    if entry.actor_id.is_some() {
        return Ok(names.who());
    }
    let reader = record::change(entry, Key::ByContactOf);
    let reader = reader.and_then(|reader| reader.parse().ok());
    let Some(reader) = reader.map(UserId) else {
        return Ok(None);
    };
    let name = mailing::user_name(&app.db.server(), reader).await?;
    Ok(name.map(|name| format!("who reads the mailbox of {name}")))
}
