//! Changes one's own password; all other sessions and all open links end. This takes nobody out of a partner's
//! hands: whoever knew the old password may be the one who chose the new one.

use secrecy::{ExposeSecret, SecretString};

use super::step_up;
use crate::{auth::password, operations::prelude::*};

/// The two passwords.
#[derive(Debug, Serialize)]
pub struct ChangeOwnPassword {
    /// The current one.
    #[serde(skip)]
    pub current_password: SecretString,
    /// The one chosen.
    #[serde(skip)]
    pub new_password: SecretString,
}

/// The hash that the current password was verified against, and that of the new one.
pub struct Hashes {
    verified: SecretString,
    new: String,
}

impl Operation for ChangeOwnPassword {
    const KIND: OperationKind = OperationKind::ChangeOwnPassword;
    type Prepared = Hashes;

    fn subject(&self) -> Subject {
        Subject::Own
    }

    async fn prepare(&self, app: &App, facts: &Facts) -> Result<Hashes> {
        let actor = facts.caller.actor().ok_or_else(Error::not_found)?;
        let hash = step_up::confirm(app, actor, &self.current_password, "currentPassword").await?;
        if self.new_password.expose_secret() == self.current_password.expose_secret() {
            return Err(Error::Input {
                field: "newPassword",
                reason: Reason::PasswordWeak,
                message: "Choose another password than the current one.".to_owned(),
            });
        }
        password::check(&self.new_password, &[&actor.name, &actor.sign_in_name])?;
        let new = app.hasher.hash(&self.new_password, &app.rng).await?;
        Ok(Hashes {
            verified: hash.into(),
            new,
        })
    }

    async fn apply(&self, act: &Act<'_>, hashes: &Hashes) -> Result<Effect> {
        let actor = act.signed_in()?;
        let row = users::row(act, actor.user)
            .await?
            .ok_or_else(Error::not_found)?;
        if row.password_hash.as_deref() != Some(hashes.verified.expose_secret()) {
            return Err(Error::Refused(Reason::CredentialsInvalid.into()));
        }
        passwords::set_own_password(act, actor.user, &hashes.new).await?;
        sessions::confirm(act, actor.session).await?;
        sessions::revoke_all(act, actor.user, Some(actor.session)).await?;
        links::close_all(act, actor.user).await?;
        Ok(Effect::on(actor.user))
    }
}
