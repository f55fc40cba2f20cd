//! Ends all own sessions but the current one.

use crate::{
    domain::kind::OperationKind,
    error::{Error, Result},
    operations::{Effect, Ids, Operation, nothing_to_prepare},
    store::{act::Act, facts::Subject, sessions},
};

/// Ends all other sessions of who calls.
#[derive(Debug)]
pub struct SignOutEverywhere;

impl Operation for SignOutEverywhere {
    const KIND: OperationKind = OperationKind::SignOutEverywhere;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Own
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let actor = act.facts().caller.actor().ok_or_else(Error::not_found)?;
        sessions::revoke_all(act, actor.user, Some(actor.session)).await?;
        let ids = Ids {
            user: Some(actor.user),
            ..Ids::default()
        };
        Ok(Effect::on("user", actor.user).ids(ids))
    }
}
