//! Ends all of one's own sessions except the current one.

use crate::operations::prelude::*;

/// Ends all other sessions of the caller.
#[derive(Debug, Serialize)]
pub struct SignOutEverywhere;

impl Operation for SignOutEverywhere {
    const KIND: OperationKind = OperationKind::SignOutEverywhere;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Own
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let actor = act.signed_in()?;
        sessions::revoke_all(act, actor.user, Some(actor.session)).await?;
        Ok(Effect::on(actor.user))
    }
}
