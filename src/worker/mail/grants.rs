//! Mails about what becomes of grants, and about what delegates do to admins.

use askama::Template;
use entity::{
    grant,
    ids::{GrantId, OperationId, UserId},
    states::Side,
};

use super::records;
use crate::{
    app::App,
    domain::{
        grant::GrantState,
        kind::OperationKind,
        record::{Key, Texts},
    },
    mail::{
        letter::{AdminChanged, GrantChanged, Letter, moment},
        words::quoted,
    },
    store::{from_rows, mailing, record},
};

/// How many users a mail names.
const HELD: usize = 20;

/// The mail to one address of one side about what became of a grant.
pub(super) async fn changed(
    app: &App,
    grant: GrantId,
    operation: OperationId,
    side: Side,
    to: &str,
) -> anyhow::Result<Option<Letter>> {
    let db = &app.db.server();
    let told = mailing::grant(db, grant).await?;
    let entry = mailing::entry(db, operation).await?;
    let Some((told, entry)) = told.zip(entry) else {
        return Ok(None);
    };
    let change = |key| record::change(&entry, key);
    let days = change(Key::DaysLeft).and_then(|days| days.parse().ok());
    let kind = OperationKind::by_stable_name(&entry.kind);
    let until = moment(told.grant.expires_at);
    let headline = match kind {
        Some(OperationKind::AcceptOffer) => begun(&told, change(Key::RoleCapBefore).is_some()),
        _ => headline(kind, &told, change(Key::Side).as_deref(), days, &until),
    };
    let state = from_rows::grant_facts(&told.grant, told.certification).state(app.now());
    let (names, at) = (record::texts(&entry), moment(entry.at));
    let by = entry.actor_id.and_then(|_| names.who());
    let url = format!("{}/grants", app.config.http.public_url);
    let over = matches!(state, GrantState::Ended | GrantState::Expired);
    let grace = app.config.times.grant_grace();
    let renewable = (state == GrantState::Expired).then(|| moment(told.grant.expires_at + grace));
    let for_client = side == Side::Client;
    let mut held = match over && for_client {
        true => mailing::held(db, told.grant.id, HELD + 1).await?,
        false => Vec::new(),
    };
    let more_held = held.len() > HELD;
    held.truncate(HELD);
    let hands_url = format!("{}/hands", app.config.http.public_url);
    let reason = names.note.as_deref().map(quoted);
    let mail = GrantChanged {
        held: &held,
        more_held,
        renewable: renewable.as_deref(),
        hands_url: &hands_url,
        headline: &headline,
        client: &told.client,
        partner: &told.partner,
        by: by.as_deref(),
        at: &at,
        role_cap: told.grant.role_cap.as_str(),
        until: &until,
        reason: reason.as_deref(),
        for_client,
        over,
        held_now: state == GrantState::Held,
        url: &url,
    };
    Ok(Some(Letter {
        attachments: records::receipt(app, operation, side).await?,
        ..Letter::new(to, headline.as_str(), mail.render()?)
    }))
}

/// The headline about a grant that an acceptance made or amended.
fn begun(told: &mailing::Grant, amended: bool) -> String {
    let (client, partner) = (&told.client, &told.partner);
    match amended {
        true => format!("The delegated administration of {client} by {partner} has other terms"),
        false => format!("{client} gave {partner} delegated administration"),
    }
}

fn headline(
    kind: Option<OperationKind>,
    told: &mailing::Grant,
    side: Option<&str>,
    days: Option<i64>,
    until: &str,
) -> String {
    let grant: &grant::Model = &told.grant;
    let what = format!(
        "The delegated administration of {} by {}",
        told.client, told.partner
    );
    let side = match side {
        Some("PARTNER") => "the partner",
        _ => "the client",
    };
    match (kind, days) {
        (Some(OperationKind::HoldGrant), _) => {
            format!("{what} is held by {side}")
        }
        (Some(OperationKind::RestoreRecord | OperationKind::HoldForLoss), _) => {
            format!("{what} is held, because entries of the record of {side} were lost")
        }
        (Some(OperationKind::LiftGrant), _) => {
            let still = match (grant.client_hold_at, grant.partner_hold_at) {
                (Some(_), _) => ", and still by the client",
                (_, Some(_)) => ", and still by the partner",
                _ => "",
            };
            format!("{what} is no longer held by {side}{still}")
        }
        (Some(OperationKind::LowerGrant), _) => {
            format!("{what} is now capped at {}", grant.role_cap.as_str())
        }
        (Some(OperationKind::ShortenGrant), _) => format!("{what} ends sooner: on {until}"),
        (Some(OperationKind::RemindOfTerm), Some(1)) => format!("{what} ends tomorrow"),
        (Some(OperationKind::RemindOfTerm), Some(days)) if days > 1 => {
            format!("{what} ends in {days} days")
        }
        (Some(OperationKind::RemindOfTerm), _) => format!("{what} pauses: its term is over"),
        (Some(OperationKind::CloseGrant), _) => {
            format!("{what} has ended for good: nobody renewed it")
        }
        (Some(OperationKind::EndGrant) | None, _) => format!("{what} was ended by {side}"),
        // For a kind without a sentence of its own, the mail quotes what the kind does.
        (Some(kind), _) => format!("{what} has changed: {}", kind.spec().about),
    }
}

/// Tells one of a client's global admins what a delegate did to an admin.
pub(super) async fn admin_changed(
    app: &App,
    user: UserId,
    operation: OperationId,
    to: &str,
) -> anyhow::Result<Option<Letter>> {
    let Some((user, entry)) = mailing::user_and_entry(&app.db.server(), user, operation).await?
    else {
        return Ok(None);
    };
    let names = record::texts(&entry);
    let change = |key| record::change(&entry, key);
    let (role, waited) = (change(Key::Role), change(Key::RolesThatWaited));
    let holders = mailing::holders(&app.db.server(), &record::hands(&entry)).await?;
    let by = by(&names, &holders);
    let kind = OperationKind::by_stable_name(&entry.kind);
    let (at, url) = (
        moment(entry.at),
        format!("{}/grants", app.config.http.public_url),
    );
    let reason = names.note.as_deref().map(quoted);
    let mail = AdminChanged {
        recovered: kind == Some(OperationKind::RedeemReset) && waited.is_none(),
        hours: app.config.times.recovered_hours,
        what: kind.map_or("Change a user.", |kind| kind.spec().about),
        role: role.as_deref(),
        user: &user.display_name,
        sign_in_name: &user.sign_in_name,
        waited: waited.as_deref(),
        by: &by,
        at: &at,
        ticket: names.ticket.as_deref(),
        reason: reason.as_deref(),
        url: &url,
    };
    Ok(Some(Letter::new(
        to,
        match kind {
            _ if waited.is_some() => format!("An admin role of {} counts now", user.sign_in_name),
            Some(OperationKind::RedeemReset) => format!(
                "{} chose a new password by a link that a partner had sent",
                user.sign_in_name
            ),
            _ => format!("A partner changed an admin: {}", user.sign_in_name),
        },
        mail.render()?,
    )))
}

/// Who did it, and which partners' people may have held that user's sign-in then.
pub(super) fn by(names: &Texts, holders: &[String]) -> String {
    let who = names.who().unwrap_or_else(|| "a delegate".to_owned());
    match holders.is_empty() {
        true => who,
        false => format!("{who}, whose sign-in {} may hold", holders.join(" and ")),
    }
}
