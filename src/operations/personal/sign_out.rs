//! Ends the current session.

use crate::operations::prelude::*;

/// The current session.
#[derive(Debug, Serialize)]
pub struct SignOut;

impl Operation for SignOut {
    const KIND: OperationKind = OperationKind::SignOut;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Own
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let actor = act.signed_in()?;
        sessions::revoke(act, actor.session).await?;
        Ok(Effect::on(actor.user))
    }
}
