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

/// What a delivery counts as: its urgency, or apart from all others if its organization has proven nothing.
pub(super) async fn class(app: &App, claim: &Claim) -> Result<(Urgency, Standing)> {
    let urgency = claim.delivery.urgency();
    let standing = match claim.cause {
        Some(cause) => outbox::standing(&app.db.server(), cause).await?,
        None => Standing::Platform,
    };
    Ok(match (urgency, standing) {
        (Urgency::Uninvited, Standing::Unproven) => (Urgency::Unproven, standing),
        _ => (urgency, standing),
    })
}

/// Whether a delivery of this class has to wait before it goes to a mailbox, and for how long.
pub(super) async fn wait(
    app: &App,
    claim: &Claim,
    to: &Mailbox,
    (class, standing): (Urgency, Standing),
) -> Result<Option<Wait>> {
    let config = &app.config.mail;
    let conn = &app.db.server();
    let (now, hour, day) = (app.now(), TimeDelta::hours(1), TimeDelta::days(1));
    if class == Urgency::Stranger {
        let pause = TimeDelta::seconds(config.sign_up_pause_seconds);
        let last = outbox::nth_to(conn, to, None, class, 1, now - pause).await?;
        return Ok(last.map(|last| Wait {
            until: last + pause,
            why: "the mailbox was sent the link of a sign-up a moment ago".to_owned(),
        }));
    }
    // Of all organizations that have proven nothing together, a mailbox gets few.
    let most = match class {
        Urgency::Unproven => config.unproven_and_mailbox_per_hour,
        _ => config.per_mailbox_per_hour,
    };
    if let Some(nth) = outbox::nth_to(conn, to, None, class, most, now - hour).await? {
        let whose = match class {
            Urgency::Unproven => " of organizations that have proven nothing",
            _ => "",
        };
        return Ok(Some(Wait {
            until: nth + hour,
            why: format!("the mailbox was sent {most} mails{whose} within an hour"),
        }));
    }
    let (Some(cause), Standing::Proven | Standing::Unproven) = (claim.cause, standing) else {
        return Ok(None);
    };
    let to_one = config.per_organization_and_mailbox_per_hour;
    if let Some(nth) = outbox::nth_to(conn, to, Some(cause), class, to_one, now - hour).await? {
        return Ok(Some(Wait {
            until: nth + hour,
            why: format!("its organization had {to_one} mails sent to the mailbox within an hour"),
        }));
    }
    let in_all = match class {
        Urgency::Unproven => config.unproven_per_day,
        _ => config.per_organization_per_day,
    };
    let nth = outbox::nth_from(conn, cause, class, in_all, now - day).await?;
    Ok(nth.map(|nth| Wait {
        until: nth + day,
        why: format!("its organization had {in_all} mails sent within a day"),
    }))
}
