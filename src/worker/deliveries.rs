//! Sends what is in the outbox. What a stop leaves unsent is due again at once.

use super::mail;
use crate::{
    app::App,
    error::Result,
    stop::Stop,
    store::outbox::{self, Claim},
};

/// How many deliveries are claimed at once: few enough to be sent before the claim runs out.
const CLAIMED: u64 = 10;

/// Sends what is due.
///
/// # Errors
/// When the database cannot be used; a delivery that fails is put off, not an error.
pub(super) async fn send(app: &App, stop: &Stop) -> Result<()> {
    while !stop.is_asked() {
        let claims = outbox::claim(&app.db, app.now(), CLAIMED).await?;
        if claims.is_empty() {
            break;
        }
        let unsent = send_all(app, stop, &claims).await?;
        outbox::put_back(&app.db, unsent, app.now()).await?;
    }
    Ok(())
}

/// Sends one after the other; those that a stop leaves unsent.
async fn send_all<'a>(app: &App, stop: &Stop, claims: &'a [Claim]) -> Result<&'a [Claim]> {
    for (place, claim) in claims.iter().enumerate() {
        if stop.is_asked() {
            return Ok(claims.get(place..).unwrap_or_default());
        }
        let ending = tokio::select! {
            ending = mail::deliver(app, claim) => ending,
            () = stop.overdue() => {
                tracing::warn!(delivery = %claim.id, "A delivery was cut short; it is due again.");
                return Ok(claims.get(place..).unwrap_or_default());
            }
        };
        outbox::finish(&app.db, claim.id, ending, app.now()).await?;
    }
    Ok(&[])
}
