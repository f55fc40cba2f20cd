//! The mail of an offer, in the offer's language.

use anyhow::Context;
use entity::ids::SendingId;
use lettre::message::Mailbox;

use crate::{
    app::App,
    auth::signed_id,
    domain::offer::OfferState,
    mail::{
        letter::{Letter, Reader},
        words::{linkless, quoted},
    },
    store::{mailing, offers, organizations, sendings},
    words::offer_text::{OfferText, footer},
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
    let reader = Reader::address(sending.address.as_str(), row.offer.language.as_ref());
    let w = reader.w;
    let base = &app.config.http.public_url;
    let items: Vec<_> = row.offered().collect();
    // Only the server itself says what is a link in its mails.
    let message = row
        .revision
        .message
        .as_deref()
        .map(|message| quoted(&linkless(message)));
    let url = format!("{base}/offers/{}", row.offer.token);
    let name = partner.organization.name.as_str();
    let (offer, days) = ((&row.offer, &row.revision), app.config.times.trial_days);
    let texts = OfferText {
        message: message.as_deref(),
        mailed: true,
        ..OfferText::of(w, name, offer, &items, days, &url)
    }
    .write()?;
    let token = signed_id::token(&app.keys, signed_id::UNSUBSCRIBE, sending.id.0, None);
    let unsubscribe = format!("{base}/unsubscribe/{token}");
    let person = match sending.sent_by {
        Some(user) => mailing::person(db, user).await?,
        None => None,
    };
    let name = person.as_ref().map(|person| person.name.as_str());
    let below = footer(w, &partner.organization.name, name, &unsubscribe);
    let answers_to = person.map(|person| {
        let address = person.address.parse().context("who is answered");
        address.map(|address| Mailbox::new(Some(person.name), address))
    });
    Ok(Some(Letter {
        unsubscribe: Some(unsubscribe),
        answers_to: answers_to.transpose()?,
        ..Letter::ungreeted(
            reader,
            texts.subject,
            format!("{}\n\n--\n{below}\n", texts.plain.trim_end()),
        )
    }))
}
