//! Ends the current session.

use crate::{
    app::App,
    domain::{kind::OperationKind, policy::Facts},
    error::{Error, Result},
    operations::{Effect, Ids, Operation},
    store::{act::Act, facts::Subject, sessions},
};

/// The current session.
#[derive(Debug)]
pub struct SignOut;

impl Operation for SignOut {
    const KIND: OperationKind = OperationKind::SignOut;
    type Prepared = ();

    fn subject(&self) -> Subject {
        Subject::Own
    }

    async fn prepare(&self, _: &App, _: &Facts) -> Result<()> {
        Ok(())
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
