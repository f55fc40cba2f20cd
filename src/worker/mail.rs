//! Delivers mails. The secret of a one-time link is made here, while it is sent.

use askama::Template;
use chrono::TimeDelta;
use entity::{
    ids::{LinkId, OperationId, OutboxId, ResponseId, UserId},
    states::LinkPurpose,
};
use secrecy::ExposeSecret;

use crate::{
    app::App,
    auth::secret,
    domain::{delivery::Delivery, record::Beside, values::term::in_words},
    mail::letter::{Answered, ContactSet, Granted, Letter, Link, moment},
    store::{
        db::Locks,
        links, mailing,
        outbox::{Claim, Ending},
    },
};

/// Delivers what was claimed, and says how it went.
pub async fn deliver(app: &App, claim: &Claim) -> Ending {
    let delivered = match &claim.delivery {
        Delivery::Link { link } => send_link(app, claim.id, *link).await,
        Delivery::Answered { response, to } => send_answer(app, claim.id, *response, to).await,
        Delivery::ContactSet {
            user,
            operation,
            to,
        } => send_contact(app, claim.id, *user, *operation, to).await,
    };
    match delivered {
        Ok(()) => Ending::Done,
        Err(error) => {
            let error = format!("{error:#}");
            if claim.attempts >= app.config.mail.attempts {
                tracing::error!(delivery = %claim.id, error, "A delivery was given up.");
                return Ending::Dead(error);
            }
            tracing::warn!(delivery = %claim.id, error, "A delivery is put off.");
            // 30 s, 1 min, 2 min, … at most an hour.
            let wait = 30_i64 << claim.attempts.clamp(1, 8).saturating_sub(1);
            Ending::Again(app.now() + TimeDelta::seconds(wait.min(3600)), error)
        }
    }
}

async fn send_link(app: &App, id: OutboxId, link: LinkId) -> anyhow::Result<()> {
    let Some(sending) = links::sending(app.db.read(), link, app.now()).await? else {
        return Ok(());
    };
    let secret = secret::new(&app.rng);
    let tx = app.db.begin(&Locks::default()).await?;
    let open = links::arm(&tx, link, &secret::hash(&secret)).await?;
    tx.commit().await?;
    if !open {
        return Ok(());
    }
    let path = match sending.link.purpose {
        LinkPurpose::Enrol => "enrol",
        LinkPurpose::Reset => "reset",
    };
    let url = format!(
        "{}/{path}/{}",
        app.config.http.public_url,
        secret.expose_secret()
    );
    let expires = moment(sending.link.expires_at);
    let mail = Link {
        purpose: sending.link.purpose,
        name: &sending.user.display_name,
        sign_in_name: &sending.user.sign_in_name,
        organization: &sending.organization_name,
        url: &url,
        expires: &expires,
    };
    let letter = Letter {
        id,
        to: sending.user.contact.clone(),
        subject: mail.subject(),
        text: mail.render()?,
    };
    app.mailer.send(&letter).await
}

async fn send_answer(
    app: &App,
    id: OutboxId,
    response: ResponseId,
    to: &str,
) -> anyhow::Result<()> {
    let Some(answered) = mailing::answered(app.db.read(), response).await? else {
        return Ok(());
    };
    let (at, url) = (
        moment(answered.response.answered_at),
        format!(
            "{}/offers/{}",
            app.config.http.public_url, answered.offer.token
        ),
    );
    let expires = answered
        .grant
        .as_ref()
        .map(|grant| moment(grant.expires_at));
    let mail = Answered {
        answer: answered.response.answer,
        client: &answered.client.name,
        reason: answered.response.reason.as_deref(),
        at: &at,
        grant: answered
            .grant
            .as_ref()
            .zip(expires.as_ref())
            .map(|(grant, expires)| Granted {
                role_cap: grant.role_cap.as_str(),
                term: in_words(&grant.term),
                expires,
            }),
        offer_url: &url,
    };
    let letter = Letter {
        id,
        to: to.to_owned(),
        subject: mail.subject(),
        text: mail.render()?,
    };
    app.mailer.send(&letter).await
}

async fn send_contact(
    app: &App,
    id: OutboxId,
    user: UserId,
    operation: OperationId,
    to: &str,
) -> anyhow::Result<()> {
    let Some((user, operation)) = mailing::contact_set(app.db.read(), user, operation).await?
    else {
        return Ok(());
    };
    let beside: Beside = operation
        .beside
        .as_deref()
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let at = moment(operation.at);
    let mail = ContactSet {
        user: &user.display_name,
        sign_in_name: &user.sign_in_name,
        contact: &user.contact,
        actor: beside.actor_name.as_deref().unwrap_or("a user"),
        partner: beside
            .actor_organization_name
            .as_deref()
            .unwrap_or("a partner"),
        at: &at,
    };
    let letter = Letter {
        id,
        to: to.to_owned(),
        subject: format!("A partner set the contact of {}", user.display_name),
        text: mail.render()?,
    };
    app.mailer.send(&letter).await
}
