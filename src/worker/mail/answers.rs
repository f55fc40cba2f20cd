//! Mails about clients' answers to offers.

use askama::Template;
use entity::{
    ids::ResponseId,
    states::{OfferKind, Side},
};

use super::{cap, reader, records};
use crate::{
    app::App,
    domain::{acceptance, delivery::Addressee, values::id::GlobalId},
    mail::{
        letter::{AnswerLetter, Granted, Letter},
        words::quoted,
    },
    store::mailing,
    words::{Words, offer_text::licences},
};

/// Tells one address of the partner what a client answered.
pub(super) async fn letter(
    app: &App,
    response: ResponseId,
    to: &Addressee,
) -> anyhow::Result<Option<Letter>> {
    let Some(answered) = mailing::answered(&app.db.server(), response).await? else {
        return Ok(None);
    };
    let reader = reader(app, to, answered.offer.language.as_ref()).await?;
    let w = reader.w;
    let base = &app.config.http.public_url;
    let terms = answered.grant.as_ref().map(|grant| {
        let until = w.moment(grant.expires_at);
        (cap(w, grant.role_cap), w.term(&grant.term), until)
    });
    let begins = answered.message.as_deref().and_then(first_line);
    let reason = answered.response.reason.as_deref().map(quoted);
    let items = answered.items.iter();
    let id = GlobalId::Offer(answered.offer.id).encode();
    let mail = AnswerLetter {
        w,
        offered: &offered(w, &answered),
        begins: begins.as_deref(),
        taken_before: answered.taken_before,
        given_before: answered.given_before,
        amended: answered.amended,
        answer: answered.response.answer,
        client: &answered.client.name,
        reason: reason.as_deref(),
        at: answered.response.answered_at,
        partly: acceptance::leaves_a_part(
            (!answered.offered.is_empty())
                .then_some(!answered.items.is_empty() || answered.taken_before),
            answered
                .offers_delegation
                .then_some(answered.grant.is_some() || answered.given_before),
        ),
        offers_items: !answered.offered.is_empty(),
        offers_delegation: answered.offers_delegation,
        items: items
            .map(|(plan, seats)| licences(w, plan, *seats))
            .collect(),
        grant: terms.as_ref().map(|(role_cap, term, expires)| Granted {
            role_cap,
            term,
            expires,
        }),
        offer_url: &format!("{base}/partner/offers/{id}"),
    };
    Ok(Some(Letter {
        attachments: records::receipt(app, answered.response.operation_id, Side::Partner).await?,
        ..Letter::new(reader, mail.subject(), &mail.render()?)
    }))
}

/// What was offered, in a few words.
fn offered(w: &Words, answered: &mailing::AnswerDetails) -> String {
    let plans = answered.offered.join(", ");
    let id = match (answered.offer.kind, answered.offers_delegation) {
        (OfferKind::Delegation, _) => return w.say("mail-offered-delegation"),
        (OfferKind::Trial, false) => "mail-offered-trial",
        (OfferKind::Trial, true) => "mail-offered-trial-delegation",
        (OfferKind::Purchase, false) => "mail-offered-purchase",
        (OfferKind::Purchase, true) => "mail-offered-purchase-delegation",
    };
    w.with(id, &[("plans", &plans)])
}

/// The first line of a text, shortened.
fn first_line(text: &str) -> Option<String> {
    const MOST: usize = 80;
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    match line.char_indices().nth(MOST) {
        Some((end, _)) => Some(format!("{}…", &line[..end])),
        None => Some(line.to_owned()),
    }
}
