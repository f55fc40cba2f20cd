//! Mails about what is done to users: to a user itself, and to the admins of its organization.

use askama::Template;
use entity::ids::{OperationId, UserId};

use super::reader;
use crate::{
    app::App,
    domain::{
        delivery::Addressee,
        kind::OperationKind,
        record::{Key, Texts},
    },
    mail::{
        letter::{AdminChanged, ContactSet, Letter, UserChanged},
        words::quoted,
    },
    store::{mailing, record},
    words::Words,
};

/// Tells a user what was done to it.
pub(super) async fn changed(
    app: &App,
    user: UserId,
    operation: OperationId,
    to: &Addressee,
) -> anyhow::Result<Option<Letter>> {
    let db = &app.db.server();
    let Some((user, entry)) = mailing::user_and_entry(db, user, operation).await? else {
        return Ok(None);
    };
    let reader = reader(app, to, None).await?;
    let w = reader.w;
    let organization = mailing::organization_name(db, user.organization_id).await?;
    let organization = organization.unwrap_or_else(|| w.say("mail-your-organization"));
    let (subject, what) = match OperationKind::by_stable_name(&entry.kind) {
        Some(OperationKind::ResetPassword) => ("mail-user-reset-subject", w.say("mail-user-reset")),
        Some(OperationKind::ChangeSignInName) => {
            ("mail-user-name-subject", w.say("mail-user-name"))
        }
        Some(OperationKind::RecheckDomain) => {
            ("mail-user-domain-subject", w.say("mail-user-domain"))
        }
        Some(OperationKind::ChangeContact) | None => {
            ("mail-user-contact-subject", w.say("mail-user-contact"))
        }
        // For a kind without a sentence of its own, the mail quotes what the kind does.
        Some(kind) => ("mail-user-changed-subject", w.kind(kind)),
    };
    let by = record::texts(&entry).who();
    let mail = UserChanged {
        w,
        name: &user.display_name,
        what: &what,
        by: &by.unwrap_or_else(|| w.say("mail-an-admin")),
        at: entry.at,
        sign_in_name: &user.sign_in_name,
        organization: &organization,
        url: &format!("{}/me", app.config.http.public_url),
    };
    let (subject, text) = (w.say(subject), mail.render()?);
    Ok(Some(Letter::new(reader, subject, &text)))
}

/// Tells one of a client's global admins of a contact that a delegate set.
pub(super) async fn contact(
    app: &App,
    user: UserId,
    operation: OperationId,
    to: &Addressee,
) -> anyhow::Result<Option<Letter>> {
    let db = &app.db.server();
    let Some((user, entry)) = mailing::user_and_entry(db, user, operation).await? else {
        return Ok(None);
    };
    let reader = reader(app, to, None).await?;
    let w = reader.w;
    let texts = record::texts(&entry);
    let partners = mailing::holders(db, &record::hands(&entry)).await?;
    let partner = match partners.is_empty() {
        true => texts.actor_organization_name.clone(),
        false => Some(holders(w, &partners)),
    };
    let base = &app.config.http.public_url;
    let reason = texts.note.as_deref().map(quoted);
    let mail = ContactSet {
        w,
        hands_url: &format!("{base}/hands"),
        added: entry.kind == OperationKind::AddUser.spec().stable,
        ticket: texts.ticket.as_deref(),
        reason: reason.as_deref(),
        url: &format!("{base}/grants"),
        user: &user.display_name,
        sign_in_name: &user.sign_in_name,
        contact: &user.contact,
        by: &by(w, &texts, &partners),
        partner: &partner.unwrap_or_else(|| w.say("mail-a-partner")),
        at: entry.at,
    };
    Ok(Some(Letter::new(reader, mail.subject(), &mail.render()?)))
}

/// Tells one of a client's global admins what a delegate did to an admin.
pub(super) async fn admin(
    app: &App,
    user: UserId,
    operation: OperationId,
    to: &Addressee,
) -> anyhow::Result<Option<Letter>> {
    let db = &app.db.server();
    let Some((user, entry)) = mailing::user_and_entry(db, user, operation).await? else {
        return Ok(None);
    };
    let reader = reader(app, to, None).await?;
    let w = reader.w;
    let texts = record::texts(&entry);
    let roles = |key| record::change(&entry, key).map(|names| w.admin_roles(&names));
    let (role, waited) = (roles(Key::Role), roles(Key::RolesThatWaited));
    let partners = mailing::holders(db, &record::hands(&entry)).await?;
    let kind = OperationKind::by_stable_name(&entry.kind);
    let what = match kind {
        Some(kind) => w.kind(kind),
        None => w.say("mail-admin-unknown"),
    };
    let reason = texts.note.as_deref().map(quoted);
    let mail = AdminChanged {
        w,
        recovered: kind == Some(OperationKind::RedeemReset) && waited.is_none(),
        hours: app.config.times.recovered_hours,
        what: &what,
        role: role.as_deref(),
        user: &user.display_name,
        sign_in_name: &user.sign_in_name,
        own: to.reader == Some(user.id),
        waited: waited.as_deref(),
        by: &by(w, &texts, &partners),
        at: entry.at,
        ticket: texts.ticket.as_deref(),
        reason: reason.as_deref(),
        url: &format!("{}/grants", app.config.http.public_url),
    };
    Ok(Some(Letter::new(reader, mail.subject(), &mail.render()?)))
}

/// Partners whose people may have held a user's sign-in.
fn holders(w: &Words, partners: &[String]) -> String {
    partners.join(&format!(" {} ", w.say("mail-and")))
}

/// Who did it, and which partners' people may have held that user's sign-in then.
fn by(w: &Words, texts: &Texts, partners: &[String]) -> String {
    let who = texts.who().unwrap_or_else(|| w.say("mail-a-delegate"));
    match partners.is_empty() {
        true => who,
        false => w.with(
            "mail-holders",
            &[("who", &who), ("partners", &holders(w, partners))],
        ),
    }
}
