//! Stops offers to an email address, by the link in an offer's mail.

use entity::ids::SendingId;

use super::count_attempt;
use crate::{
    operations::{Envelope, prelude::*},
    store::sendings,
};

/// The sending whose link was opened; the link has been checked.
#[derive(Debug, Serialize)]
pub struct Unsubscribe {
    pub sending: SendingId,
}

impl Operation for Unsubscribe {
    const KIND: OperationKind = OperationKind::Unsubscribe;
    type Prepared = String;

    fn subject(&self) -> Subject {
        Subject::Platform
    }

    async fn admit(&self, app: &App, envelope: &Envelope) -> Result<()> {
        count_attempt(app, envelope).await
    }

    async fn prepare(&self, app: &App, _: &Facts) -> Result<String> {
        let found = sendings::find(&app.db.server(), self.sending).await?;
        match found {
            Some((row, _)) => Ok(row.address_key),
            None => Err(Error::Refused(Reason::LinkInvalid.into())),
        }
    }

    async fn apply(&self, act: &Act<'_>, address: &String) -> Result<Effect> {
        if sendings::suppress(act, address).await? {
            Ok(Effect::on(self.sending))
        } else {
            Ok(Effect::nothing())
        }
    }
}
