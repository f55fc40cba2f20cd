//! Sends what is in the outbox. What is not sent because of a stop is due again at once.

use std::time::Duration;

use super::mail;
use crate::{
    app::App,
    error::{Error, Result},
    stop::Stop,
    store::outbox::{self, Claim},
};

/// How many deliveries are claimed at once, and how long each may take: so all of them end before the claim
/// runs out and another worker takes them.
const CLAIMED: u64 = 4;
const LONGEST: Duration = Duration::from_secs(60);

/// How often what became of a delivery is noted if the database is busy or away, and how long apart: long enough for a
/// restart of it.
const ATTEMPTS: u32 = 30;
const APART: Duration = Duration::from_secs(1);

/// Sends what is due, as the process with the number `by`.
///
/// # Errors
/// When the database cannot be used; a delivery that fails is put off, not an error.
pub(super) async fn send(app: &App, by: i64, stop: &Stop) -> Result<()> {
    while !stop.is_asked() {
        let claims = outbox::claim(&app.db, by, app.now(), CLAIMED).await?;
        if claims.is_empty() {
            break;
        }
        let mut ended = 0;
        let sent = send_all(app, stop, &claims, &mut ended).await;
        // A delivery that was sent, but whose end could not be noted, stays claimed until its claim runs out.
        let unsent = ended + usize::from(sent.is_err());
        let unsent = claims.get(unsent..).unwrap_or_default();
        let mut tries = 0;
        while let Err(error) = outbox::put_back(&app.db, unsent, app.now()).await {
            if !is_away(stop, &error, &mut tries).await {
                return Err(error);
            }
        }
        sent?;
    }
    Ok(())
}

/// Sends one after the other, and counts those that came to an end, until a stop.
async fn send_all(app: &App, stop: &Stop, claims: &[Claim], ended: &mut usize) -> Result<()> {
    for claim in claims {
        if !send_one(app, stop, claim).await? {
            break;
        }
        *ended += 1;
    }
    Ok(())
}

/// Sends one; false when a stop keeps it from being sent.
async fn send_one(app: &App, stop: &Stop, claim: &Claim) -> Result<bool> {
    if stop.is_asked() {
        return Ok(false);
    }
    let ending = tokio::select! {
        ending = mail::deliver(app, claim, LONGEST) => ending,
        () = stop.overdue() => {
            tracing::warn!(delivery = %claim.id, "A delivery was cut short; it is due again.");
            return Ok(false);
        }
    };
    app.metrics.mail(claim.delivery.what(), ending.outcome());
    let mut tries = 0;
    while let Err(error) = outbox::finish(&app.db, claim, &ending, app.now()).await {
        if !is_away(stop, &error, &mut tries).await {
            return Err(error);
        }
    }
    Ok(true)
}

/// Waits before what failed is tried again, as long as the database is away and no stop is asked for; false if it is not
/// worth it. What is not noted stays claimed, and is sent once more when the claim has run out.
async fn is_away(stop: &Stop, error: &Error, tries: &mut u32) -> bool {
    *tries += 1;
    let away = matches!(error, Error::Overloaded | Error::Storage);
    if !away || *tries >= ATTEMPTS || stop.is_asked() {
        return false;
    }
    tokio::select! {
        () = tokio::time::sleep(APART) => {}
        () = stop.asked() => {}
    }
    true
}
