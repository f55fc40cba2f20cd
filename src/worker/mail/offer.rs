//! The mail of an offer, in the partner's language.

use entity::{
    ids::{OutboxId, SendingId},
    states::Language,
};

use crate::{
    app::App,
    auth::signed_id,
    domain::{
        offer::OfferState,
        offer_text::{OfferText, footer},
    },
    mail::letter::Letter,
    store::{offers, organizations, sendings},
};

/// Sends it, unless the offer was closed or the address wants no offers meanwhile.
pub(super) async fn send(app: &App, id: OutboxId, sending: SendingId) -> anyhow::Result<()> {
    let db = app.db.read();
    let Some((sending, false)) = sendings::find(db, sending).await? else {
        return Ok(());
    };
    let Some(row) = offers::sending(db, &sending).await? else {
        return Ok(());
    };
    if row.state(app.now()) != OfferState::Open {
        return Ok(());
    }
    let partner = row.offer.partner_id;
    let Some(partner) = organizations::cards(db, &[partner]).await?.remove(&partner) else {
        return Ok(());
    };
    let language = row.offer.language.unwrap_or(Language::En);
    let base = &app.config.http.public_url;
    let items: Vec<_> = row.offered().collect();
    let texts = OfferText {
        language,
        partner: &partner.organization.name,
        kind: row.offer.kind,
        items: &items,
        trial_days: app.config.times.trial_days,
        open_until: row.offer.expires_at.map(|until| until.date_naive()),
        delegation: row
            .delegation()
            .then_some((row.revision.role_cap, row.revision.term.as_str())),
        message: row.revision.message.as_deref(),
        url: &format!("{base}/offers/{}", row.offer.token),
    }
    .write()?;
    let token = signed_id::token(&app.keys, signed_id::UNSUBSCRIBE, sending.id.0, None);
    let unsubscribe = format!("{base}/unsubscribe/{token}");
    let below = footer(language, &partner.organization.name, &unsubscribe);
    let letter = Letter {
        id,
        to: sending.address.clone(),
        subject: texts.subject,
        text: format!("{}\n\n--\n{below}\n", texts.plain.trim_end()),
        language,
        domain: None,
        unsubscribe: Some(unsubscribe),
        attachments: Vec::new(),
    };
    app.mailer.send(&letter).await
}
