//! Delivers mails. The secret of a one-time link is made only here, when its mail is sent.

mod grants;
mod limits;
mod offer;
mod records;
mod recovery;
mod sign_up;

use std::time::Duration;

use askama::Template;
use chrono::TimeDelta;
use entity::{
    ids::{DomainId, LinkId, OperationId, ResponseId, UserId},
    states::{Language, LinkPurpose, OfferKind, Side},
};
use secrecy::ExposeSecret;

use crate::{
    app::App,
    auth::secret,
    db::Locks,
    domain::{
        acceptance,
        delivery::Delivery,
        domain_check::Finding,
        kind::OperationKind,
        offer_text::licences,
        record::Key,
        values::{
            domain_name::{challenge, proof},
            term::in_words,
        },
    },
    mail::{
        AddressRefused,
        letter::{
            AnswerLetter, ContactSet, DomainChecked, Granted, Letter, Link, UserChanged, moment,
        },
        words::quoted,
    },
    store::{
        links, mailing,
        outbox::{Claim, DeliveryResult},
        record,
    },
};

/// Delivers what was claimed, within `longest` or not at all, and says how it went.
pub async fn deliver(app: &App, claim: &Claim, longest: Duration) -> DeliveryResult {
    let delivering = async {
        match compose(app, &claim.delivery).await? {
            Some(letter) => {
                let mailbox = limits::mailbox(app, &letter.to);
                let class = limits::class(app, claim).await?;
                let wait = limits::wait(app, claim, &mailbox, class).await?;
                if let Some(limits::Wait { until, why }) = wait {
                    tracing::warn!(delivery = %claim.id, why, "A delivery waits.");
                    return Ok(DeliveryResult::Later(until, format!("It waits: {why}.")));
                }
                app.mailer.send(claim.id, &letter).await?;
                Ok(DeliveryResult::Done(Some((mailbox, class.0))))
            }
            None => {
                let what = claim.delivery.what();
                tracing::info!(delivery = %claim.id, what, "No mail was sent: there is nothing to tell any more.");
                Ok(DeliveryResult::Done(None))
            }
        }
    };
    let delivered = match tokio::time::timeout(longest, delivering).await {
        Ok(delivered) => delivered,
        Err(_) => Err(anyhow::anyhow!(
            "the mail server took longer than {longest:?}"
        )),
    };
    match delivered {
        Ok(ending) => ending,
        Err(error) => {
            let refused = error.downcast_ref::<AddressRefused>().is_some();
            let error = format!("{error:#}");
            if refused {
                tracing::warn!(delivery = %claim.id, error, "An address takes no mail.");
                return DeliveryResult::Refused(error);
            }
            if claim.attempts >= app.config.mail.attempts {
                tracing::error!(delivery = %claim.id, error, "A delivery was given up.");
                return DeliveryResult::Dead(error);
            }
            tracing::warn!(delivery = %claim.id, error, "A delivery is put off.");
            // 30 s, 1 min, 2 min, … at most an hour.
            let wait = 30_i64 << claim.attempts.clamp(1, 8).saturating_sub(1);
            DeliveryResult::Again(app.now() + TimeDelta::seconds(wait.min(3600)), error)
        }
    }
}

/// The mail of a delivery; `None` if there is nothing to be told any more.
async fn compose(app: &App, delivery: &Delivery) -> anyhow::Result<Option<Letter>> {
    match delivery {
        Delivery::Link { link: id, .. } => link(app, *id).await,
        Delivery::Answered { response, to } => answer(app, *response, to).await,
        Delivery::Offer { sending } => offer::letter(app, *sending).await,
        Delivery::SignUp { sign_up } => sign_up::letter(app, *sign_up).await,
        Delivery::GrantChanged {
            grant,
            operation,
            side,
            to,
        } => grants::changed(app, *grant, *operation, *side, to).await,
        Delivery::AdminChanged {
            user,
            operation,
            to,
        } => grants::admin_changed(app, *user, *operation, to).await,
        Delivery::ContactSet {
            user,
            operation,
            to,
        } => contact(app, *user, *operation, to).await,
        Delivery::UserChanged {
            user,
            operation,
            to,
        } => user_changed(app, *user, *operation, to).await,
        Delivery::Recovery { recovery } => recovery::letter(app, *recovery).await,
        Delivery::RecoveryChanged {
            recovery,
            operation,
            to,
            stops,
        } => recovery::changed(app, *recovery, *operation, to, *stops).await,
        Delivery::RecordRestored { operation, to } => records::restored(app, *operation, to).await,
        Delivery::Notes { organization, to } => records::notes(app, *organization, to).await,
        Delivery::DomainChecked {
            domain,
            operation,
            to,
        } => domain_checked(app, *domain, *operation, to).await,
    }
}

async fn link(app: &App, link: LinkId) -> anyhow::Result<Option<Letter>> {
    let Some(sending) = links::sending(&app.db.server(), link, app.now()).await? else {
        return Ok(None);
    };
    let secret = secret::mailed(&app.keys, format_args!("link {link}"));
    let tx = app.db.begin(&Locks::default()).await?;
    let open = links::arm(&tx, link, &secret::hash(&secret)).await?;
    tx.commit().await?;
    if !open {
        return Ok(None);
    }
    let path = match sending.link.purpose {
        LinkPurpose::Enrol => "enrol",
        LinkPurpose::Reset => "reset",
        LinkPurpose::Contact => "contact",
    };
    let by = match sending.link.operation_id {
        Some(operation) => mailing::entry(&app.db.server(), operation).await?,
        None => None,
    };
    let by = by.and_then(|entry| record::texts(&entry).who());
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
        stands: sending.user.password_hash.is_some(),
        by: by.as_deref(),
    };
    Ok(Some(Letter::new(
        sending.user.contact.clone(),
        mail.subject(),
        mail.render()?,
    )))
}

async fn answer(app: &App, response: ResponseId, to: &str) -> anyhow::Result<Option<Letter>> {
    let Some(answered) = mailing::answered(&app.db.server(), response).await? else {
        return Ok(None);
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
    let begins = answered.message.as_deref().and_then(first_line);
    let reason = answered.response.reason.as_deref().map(quoted);
    let mail = AnswerLetter {
        offered: offered(&answered),
        begins,
        taken_before: answered.taken_before,
        given_before: answered.given_before,
        amended: answered.amended,
        answer: answered.response.answer,
        client: &answered.client.name,
        reason: reason.as_deref(),
        at: &at,
        partly: acceptance::leaves_a_part(
            (!answered.offered.is_empty())
                .then_some(!answered.items.is_empty() || answered.taken_before),
            answered
                .offers_delegation
                .then_some(answered.grant.is_some() || answered.given_before),
        ),
        offers_items: !answered.offered.is_empty(),
        offers_delegation: answered.offers_delegation,
        items: answered
            .items
            .iter()
            .map(|(plan, seats)| licences(Language::En, plan, *seats))
            .collect(),
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
    Ok(Some(Letter {
        attachments: records::receipt(app, answered.response.operation_id, Side::Partner).await?,
        ..Letter::new(to, mail.subject(), mail.render()?)
    }))
}

/// What was offered, in a few words.
fn offered(answered: &mailing::AnswerDetails) -> String {
    let plans = answered.offered.join(", ");
    let items = match answered.offer.kind {
        OfferKind::Delegation => return "delegated administration".to_owned(),
        OfferKind::Trial => format!("a trial of {plans}"),
        OfferKind::Purchase => format!("a purchase of {plans}"),
    };
    match answered.offers_delegation {
        true => format!("{items}, with delegated administration"),
        false => items,
    }
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

async fn contact(
    app: &App,
    user: UserId,
    operation: OperationId,
    to: &str,
) -> anyhow::Result<Option<Letter>> {
    let Some((user, operation)) =
        mailing::user_and_entry(&app.db.server(), user, operation).await?
    else {
        return Ok(None);
    };
    let texts = record::texts(&operation);
    let at = moment(operation.at);
    let added = operation.kind == OperationKind::AddUser.spec().stable;
    let url = format!("{}/grants", app.config.http.public_url);
    let hands_url = format!("{}/hands", app.config.http.public_url);
    let hands = record::hands(&operation);
    let holders = mailing::holders(&app.db.server(), &hands).await?;
    let partner = match holders.is_empty() {
        true => texts.actor_organization_name.clone(),
        false => Some(holders.join(" and ")),
    };
    let reason = texts.note.as_deref().map(quoted);
    let mail = ContactSet {
        hands_url: &hands_url,
        added,
        ticket: texts.ticket.as_deref(),
        reason: reason.as_deref(),
        url: &url,
        user: &user.display_name,
        sign_in_name: &user.sign_in_name,
        contact: &user.contact,
        by: &grants::by(&texts, &holders),
        partner: partner.as_deref().unwrap_or("a partner"),
        at: &at,
    };
    Ok(Some(Letter::new(
        to,
        match added {
            true => format!("A partner added a user: {}", user.sign_in_name),
            false => format!("A partner set the contact of {}", user.sign_in_name),
        },
        mail.render()?,
    )))
}

async fn user_changed(
    app: &App,
    user: UserId,
    operation: OperationId,
    to: &str,
) -> anyhow::Result<Option<Letter>> {
    let db = &app.db.server();
    let Some((user, entry)) = mailing::user_and_entry(db, user, operation).await? else {
        return Ok(None);
    };
    let organization = mailing::organization_name(db, user.organization_id).await?;
    let (subject, what) = match OperationKind::by_stable_name(&entry.kind) {
        Some(OperationKind::ResetPassword) => (
            "Your password was reset",
            "your password was reset, and whoever reset it was shown a temporary one. All your \
             sessions have ended. The temporary password is good only for choosing one of your own.",
        ),
        Some(OperationKind::ChangeSignInName) => (
            "Your sign-in name was changed",
            "your sign-in name was changed. Sign in with the new one from now on.",
        ),
        Some(OperationKind::RecheckDomain) => (
            "Your sign-in name was changed",
            "the domain name of your sign-in name is no longer proven to be your organization's. Sign in \
             with the name below from now on, with the same password.",
        ),
        Some(OperationKind::ChangeContact) | None => (
            "Your contact was changed",
            "links to choose a password are no longer sent to this address.",
        ),
        // For a kind without a sentence of its own, the mail quotes what the kind does.
        Some(kind) => ("Your account was changed", kind.spec().about),
    };
    let at = moment(entry.at);
    let mail = UserChanged {
        name: &user.display_name,
        what,
        by: &record::texts(&entry)
            .who()
            .unwrap_or_else(|| "an admin".to_owned()),
        at: &at,
        sign_in_name: &user.sign_in_name,
        organization: organization.as_deref().unwrap_or("your organization"),
    };
    Ok(Some(Letter::new(to, subject.to_owned(), mail.render()?)))
}

async fn domain_checked(
    app: &App,
    domain: DomainId,
    operation: OperationId,
    to: &str,
) -> anyhow::Result<Option<Letter>> {
    let db = &app.db.server();
    let domain = mailing::domain(db, domain).await?;
    let entry = mailing::entry(db, operation).await?;
    let Some((domain, entry)) = domain.zip(entry) else {
        return Ok(None);
    };
    let found = record::change(&entry, Key::Proof);
    let Some(finding) = found.as_deref().and_then(Finding::by_name) else {
        return Ok(None);
    };
    let grace = app.config.times.domain_grace();
    let (at, until) = (moment(entry.at), moment(entry.at + grace));
    let mail = DomainChecked {
        finding,
        domain: &domain.name,
        record_name: &challenge(&domain.name),
        record_value: &proof(&domain.proof),
        until: &until,
        at: &at,
    };
    Ok(Some(Letter {
        domain: Some(domain.name.clone()),
        ..Letter::new(to, mail.subject(), mail.render()?)
    }))
}
