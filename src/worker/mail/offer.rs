//! The mail of an offer, in the partner's language.

use anyhow::Context;
use entity::{ids::SendingId, states::Language};
use lettre::message::Mailbox;

use crate::{
    app::App,
    auth::signed_id,
    domain::{
        offer::OfferState,
        offer_text::{OfferText, footer},
    },
    mail::letter::Letter,
    store::{mailing, offers, organizations, sendings},
};

/// Sends it, unless the offer can no longer be answered or the address wants no offers by now.
pub(super) async fn letter(app: &App, sending: SendingId) -> anyhow::Result<Option<Letter>> {
    let db = &app.db.server();
    let Some((sending, false)) = sendings::find(db, sending).await? else {
        return Ok(None);
    };
    let Some(row) = offers::sending(db, &sending).await? else {
        return Ok(None);
    };
    if row.state(app.now()) != OfferState::Open {
        return Ok(None);
    }
    let partner = row.offer.partner_id;
    let Some(partner) = organizations::cards(db, &[partner]).await?.remove(&partner) else {
        return Ok(None);
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
    let person = match sending.sent_by {
        Some(user) => mailing::person(db, user).await?,
        None => None,
    };
    let name = person.as_ref().map(|person| person.name.as_str());
    let below = footer(language, &partner.organization.name, name, &unsubscribe);
    let answers_to = person.map(|person| {
        let address = person.address.parse().context("who is answered");
        address.map(|address| Mailbox::new(Some(person.name), address))
    });
    Ok(Some(Letter {
        language,
        unsubscribe: Some(unsubscribe),
        answers_to: answers_to.transpose()?,
        ..Letter::new(
            sending.address.clone(),
            texts.subject,
            format!("{}\n\n--\n{below}\n", texts.plain.trim_end()),
        )
    }))
}
