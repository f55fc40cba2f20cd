//! Mails about what becomes of grants.

use askama::Template;
use entity::{
    ids::{GrantId, OperationId},
    operation,
    states::{Side, Way},
};

use super::{cap, reader, records};
use crate::{
    app::App,
    domain::{delivery::Addressee, grant::GrantState, kind::OperationKind, record::Key},
    mail::{
        letter::{GrantChanged, Letter},
        words::quoted,
    },
    store::{from_rows, mailing, record},
    words::Words,
};

/// How many users a mail names.
const HELD: usize = 20;

/// The mail to one address of one side about what became of a grant.
pub(super) async fn changed(
    app: &App,
    grant: GrantId,
    operation: OperationId,
    side: Side,
    to: &Addressee,
) -> anyhow::Result<Option<Letter>> {
    let db = &app.db.server();
    let told = mailing::grant(db, grant).await?;
    let entry = mailing::entry(db, operation).await?;
    let Some((told, entry)) = told.zip(entry) else {
        return Ok(None);
    };
    let reader = reader(app, to, told.language.as_ref()).await?;
    let w = reader.w;
    let headline = headline(w, &told, &entry);
    let state = from_rows::grant_facts(&told.grant, told.certification).state(app.now());
    let names = record::texts(&entry);
    let by = entry.actor_id.and_then(|_| names.who());
    let over = matches!(state, GrantState::Ended | GrantState::Expired);
    let grace = app.config.times.grant_grace();
    let for_client = side == Side::Client;
    let mut users = match over && for_client {
        true => mailing::held(db, told.grant.id, HELD + 1).await?,
        false => Vec::new(),
    };
    let more_held = users.len() > HELD;
    users.truncate(HELD);
    let held: Vec<String> = users.iter().map(|one| held(w, one)).collect();
    let base = &app.config.http.public_url;
    let reason = names.note.as_deref().map(quoted);
    let mail = GrantChanged {
        w,
        held: &held,
        more_held,
        renewable: (state == GrantState::Expired).then(|| told.grant.expires_at + grace),
        hands_url: &format!("{base}/hands"),
        headline: &headline,
        client: &told.client,
        partner: &told.partner,
        by: by.as_deref(),
        at: entry.at,
        role_cap: &cap(w, told.grant.role_cap),
        until: told.grant.expires_at,
        reason: reason.as_deref(),
        for_client,
        over,
        held_now: state == GrantState::Held,
        url: &format!("{base}/grants"),
    };
    Ok(Some(Letter {
        attachments: records::receipt(app, operation, side).await?,
        ..Letter::new(reader, headline.as_str(), &mail.render()?)
    }))
}

/// A user whose sign-in the partner's people may hold still, with what was set.
fn held(w: &Words, held: &mailing::HeldUser) -> String {
    let (user, ways) = (&held.user, &held.ways);
    let id = match (ways.contains(&Way::Contact), ways.contains(&Way::Secret)) {
        (true, true) => "mail-held-both",
        (true, false) => "mail-held-contact",
        _ => "mail-held-secret",
    };
    let texts = [
        ("name", user.display_name.as_str()),
        ("signin", &user.sign_in_name),
        ("contact", &user.contact),
    ];
    w.with(id, &texts)
}

/// What became of a grant, as a sentence without its full stop.
fn headline(w: &Words, told: &mailing::Grant, entry: &operation::Model) -> String {
    let (client, partner) = (told.client.as_str(), told.partner.as_str());
    let change = |key| record::change(entry, key);
    let says = |id: &str, name: &str, text: &str| {
        w.with(
            id,
            &[("client", client), ("partner", partner), (name, text)],
        )
    };
    let plain = |id: &str| w.with(id, &[("client", client), ("partner", partner)]);
    let side = change(Key::Side).unwrap_or_else(|| Side::Client.as_str().to_owned());
    let by_side = |id: &str| says(id, "side", &side);
    let grant = &told.grant;
    match OperationKind::by_stable_name(&entry.kind) {
        Some(OperationKind::AcceptOffer) => plain(match change(Key::RoleCapBefore) {
            Some(_) => "mail-grant-amended",
            None => "mail-grant-begun",
        }),
        Some(OperationKind::HoldGrant) => by_side("mail-grant-held"),
        Some(OperationKind::RestoreRecord | OperationKind::HoldForLoss) => {
            by_side("mail-grant-lost")
        }
        Some(OperationKind::LiftGrant) => {
            by_side(match grant.client_hold_at.or(grant.partner_hold_at) {
                Some(_) => "mail-grant-lifted-still",
                None => "mail-grant-lifted",
            })
        }
        Some(OperationKind::LowerGrant) => {
            says("mail-grant-lowered", "cap", &cap(w, grant.role_cap))
        }
        Some(OperationKind::ShortenGrant) => {
            let until = w.moment(grant.expires_at);
            says("mail-grant-shortened", "until", &until)
        }
        Some(OperationKind::RemindOfTerm) => {
            let days = change(Key::DaysLeft).and_then(|days| days.parse::<i64>().ok());
            match days.filter(|days| *days > 0) {
                Some(days) => {
                    let texts = [("client", client), ("partner", partner)];
                    w.count("mail-grant-ends", days, &texts)
                }
                None => plain("mail-grant-pauses"),
            }
        }
        Some(OperationKind::CloseGrant) => plain("mail-grant-closed"),
        Some(OperationKind::EndGrant) | None => by_side("mail-grant-ended"),
        // For a kind without a sentence of its own, the mail quotes what the kind does.
        Some(kind) => {
            let what = w.kind(kind);
            says("mail-grant-changed", "what", what.trim_end_matches('.'))
        }
    }
}
