//! Stops a recovery by the link in a mail about it. Whoever reads the mailbox of an admin of the organization can do
//! so, even if that admin cannot sign in.

use entity::ids::{RecoveryId, UserId};

use super::count_attempt;
use crate::{
    auth::signed_id,
    operations::{Envelope, notice, prelude::*},
    store::recoveries::{self, RecoveryOf},
};

/// The unguessable part of the link.
#[derive(Debug, Serialize)]
pub struct StopRecoveryByLink {
    /// It names the recovery and the address that it was made for.
    pub token: String,
}

/// The recovery that a token stops, and the user to whose mailbox it was sent.
///
/// # Errors
/// [`Reason::LinkInvalid`] if it stops none, or if that address is no longer told of the recovery.
pub async fn found(app: &App, token: &str) -> Result<(RecoveryOf, UserId)> {
    let invalid = || Error::Refused(Reason::LinkInvalid.into());
    signed_id::check_whole(token)?;
    let id = signed_id::claimed(token).ok_or_else(invalid)?;
    let db = &app.db.server();
    let found = recoveries::find(db, RecoveryId(id)).await?;
    let found = found.ok_or_else(invalid)?;
    let told = recoveries::told(db, &found.row, app.now()).await?;
    let purpose = signed_id::STOP_RECOVERY;
    let reader = told.into_iter().filter(|one| one.stops).find(|one| {
        let good = signed_id::id(&app.keys, purpose, token, Some(&one.to));
        good == Some(id)
    });
    let reader = reader.ok_or_else(invalid)?;
    Ok((found, reader.user))
}

impl Operation for StopRecoveryByLink {
    const KIND: OperationKind = OperationKind::StopRecoveryByLink;
    type Prepared = UserId;

    fn subject(&self) -> Subject {
        let id = signed_id::claimed(&self.token).unwrap_or_default();
        Subject::Recovery(RecoveryId(id))
    }

    async fn admit(&self, app: &App, envelope: &Envelope) -> Result<()> {
        count_attempt(app, envelope).await
    }

    async fn prepare(&self, app: &App, _: &Facts) -> Result<UserId> {
        let (_, reader) = found(app, &self.token).await?;
        Ok(reader)
    }

    async fn apply(&self, act: &Act<'_>, reader: &UserId) -> Result<Effect> {
        let id = signed_id::claimed(&self.token).unwrap_or_default();
        let row = recoveries::stoppable(act, RecoveryId(id)).await?;
        let told = notice::of_recovery(act, &row).await?;
        recoveries::stop(act, &row).await?;
        Ok(Effect::on_recovery(&row)
            .change(Key::ByContactOf, reader.to_string())
            .deliver(told))
    }
}
