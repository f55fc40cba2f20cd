//! Ends the current session.

use crate::{
    domain::kind::OperationKind,
    error::{Error, Result},
    operations::{Effect, Ids, Operation, nothing_to_prepare},
    store::{act::Act, facts::Subject, sessions},
};

/// The current session.
#[derive(Debug)]
pub struct SignOut;

impl Operation for SignOut {
    const KIND: OperationKind = OperationKind::SignOut;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Own
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let actor = act.facts().caller.actor().ok_or_else(Error::not_found)?;
        sessions::revoke(act, actor.session).await?;
        let ids = Ids {
            user: Some(actor.user),
            ..Ids::default()
        };
        Ok(Effect::on("user", actor.user).ids(ids))
    }
}
