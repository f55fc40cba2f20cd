//! Proves by one's own password who is signed in: acts of weight, such as consent, need a fresh sign-in.

use secrecy::SecretString;

use super::step_up;
use crate::operations::prelude::*;

/// The user's current password.
#[derive(Debug, Serialize)]
pub struct ConfirmPassword {
    #[serde(skip)]
    pub password: SecretString,
}

impl Operation for ConfirmPassword {
    const KIND: OperationKind = OperationKind::ConfirmPassword;
    type Prepared = ();

    fn subject(&self) -> Subject {
        Subject::Own
    }

    async fn prepare(&self, app: &App, facts: &Facts) -> Result<()> {
        let actor = facts.caller.actor().ok_or_else(Error::not_found)?;
        step_up::confirm(app, actor, &self.password, "password").await?;
        Ok(())
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let actor = act.signed_in()?;
        sessions::confirm(act, actor.session).await?;
        Ok(Effect::on(actor.user))
    }
}
