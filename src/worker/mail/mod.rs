//! Delivers mails. The secret of a one-time link is made only here, when its mail is sent.

mod answers;
mod grants;
mod limits;
mod offer;
mod records;
mod recovery;
mod sign_up;
mod users;

use std::time::Duration;

use askama::Template;
use chrono::TimeDelta;
use entity::{
    ids::{DomainId, LinkId, OperationId},
    language::Language,
    states::{DelegatedRole, LinkPurpose},
};
use secrecy::ExposeSecret;

use tracing::Instrument;

use crate::{
    app::App,
    auth::secret,
    db::Locks,
    domain::{
        delivery::{Addressee, Delivery},
        domain_check::Finding,
        record::Key,
        values::domain_name::{challenge, proof},
    },
    mail::{
        AddressRefused,
        letter::{DomainChecked, Letter, Link, Reader},
    },
    store::{
        links, mailing,
        outbox::{Claim, DeliveryResult},
        record,
    },
    words::Words,
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
    let delivering =
        delivering.instrument(tracing::debug_span!("mail", what = claim.delivery.what()));
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
        Delivery::Answered { response, to } => answers::letter(app, *response, to).await,
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
        } => users::admin(app, *user, *operation, to).await,
        Delivery::ContactSet {
            user,
            operation,
            to,
        } => users::contact(app, *user, *operation, to).await,
        Delivery::UserChanged {
            user,
            operation,
            to,
        } => users::changed(app, *user, *operation, to).await,
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

/// The reader of a mail: the user whose address it is, or whoever reads about an offer in this language.
async fn reader(app: &App, to: &Addressee, otherwise: Option<&Language>) -> anyhow::Result<Reader> {
    let user = mailing::reader(&app.db.server(), to.reader).await?;
    Ok(match user {
        Some(user) => Reader::user(to.to.as_str(), &user),
        None => Reader::address(to.to.as_str(), otherwise),
    })
}

/// A role cap, in words.
fn cap(w: &Words, role: DelegatedRole) -> String {
    w.say(&format!("mail-cap-{}", role.as_str()))
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
    let reader = Reader::user(sending.user.contact.as_str(), &sending.user);
    let mail = Link {
        w: reader.w,
        purpose: sending.link.purpose,
        name: &sending.user.display_name,
        sign_in_name: &sending.user.sign_in_name,
        organization: &sending.organization_name,
        url: &url,
        expires: sending.link.expires_at,
        stands: sending.user.password_hash.is_some(),
        by: by.as_deref(),
    };
    Ok(Some(Letter::new(reader, mail.subject(), &mail.render()?)))
}

async fn domain_checked(
    app: &App,
    domain: DomainId,
    operation: OperationId,
    to: &Addressee,
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
    let reader = reader(app, to, None).await?;
    let mail = DomainChecked {
        w: reader.w,
        finding,
        domain: &domain.name,
        record_name: &challenge(&domain.name),
        record_value: &proof(&domain.proof),
        until: entry.at + app.config.times.domain_grace(),
        at: entry.at,
    };
    Ok(Some(Letter {
        domain: Some(domain.name.clone()),
        ..Letter::new(reader, mail.subject(), &mail.render()?)
    }))
}
