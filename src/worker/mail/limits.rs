//! How much mail leaves: asked at the one place where it does, so that the platform is nobody's way to flood a mailbox.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    app::App,
    domain::{delivery::Urgency, values::email},
    error::Result,
    store::outbox::{self, Claim, Mailbox, Standing},
};

/// Why a mail waits, and until when.
pub(super) struct Wait {
    pub until: DateTime<Utc>,
    pub why: String,
}

/// The mailbox of an address.
pub(super) fn mailbox(app: &App, address: &str) -> Mailbox {
    let mailbox = format!("mailbox {}", email::mailbox(address));
    Mailbox(app.keys.input_mac(mailbox.as_bytes()))
}

/// Whether a delivery has to wait before it goes to a mailbox, and for how long.
pub(super) async fn wait(app: &App, claim: &Claim, to: &Mailbox) -> Result<Option<Wait>> {
    let config = &app.config.mail;
    let conn = &app.db.server();
    let (now, urgency) = (app.now(), claim.delivery.urgency());
    let (hour, day) = (TimeDelta::hours(1), TimeDelta::days(1));
    if urgency == Urgency::Stranger {
        let pause = TimeDelta::seconds(config.sign_up_pause_seconds);
        let last = outbox::nth_to(conn, to, None, urgency, 1, now - pause).await?;
        if let Some(last) = last {
            let why = "the mailbox was sent the link of a sign-up a moment ago".to_owned();
            return Ok(Some(Wait {
                until: last + pause,
                why,
            }));
        }
    }
    let most = config.per_mailbox_per_hour;
    let nth = outbox::nth_to(conn, to, None, urgency, most, now - hour).await?;
    if let Some(nth) = nth {
        let why = format!("the mailbox was sent {most} mails within an hour");
        return Ok(Some(Wait {
            until: nth + hour,
            why,
        }));
    }
    let Some(cause) = claim.cause else {
        return Ok(None);
    };
    let (to_one, in_all) = match outbox::standing(conn, cause).await? {
        Standing::Platform => return Ok(None),
        Standing::Proven => (
            config.per_organization_and_mailbox_per_hour,
            config.per_organization_per_day,
        ),
        // What happens in an organization is told to its own people: anyone may have many of these.
        Standing::Unproven if urgency <= Urgency::Notice => (
            config.per_organization_and_mailbox_per_hour,
            config.per_organization_per_day,
        ),
        Standing::Unproven => (
            config.unproven_and_mailbox_per_hour,
            config.unproven_per_day,
        ),
    };
    let nth = outbox::nth_to(conn, to, Some(cause), urgency, to_one, now - hour).await?;
    if let Some(nth) = nth {
        let why = format!("its organization had {to_one} mails sent to the mailbox within an hour");
        return Ok(Some(Wait {
            until: nth + hour,
            why,
        }));
    }
    let nth = outbox::nth_from(conn, cause, urgency, in_all, now - day).await?;
    Ok(nth.map(|nth| Wait {
        until: nth + day,
        why: format!("its organization had {in_all} mails sent within a day"),
    }))
}
