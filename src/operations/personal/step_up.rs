//! The step-up: the signed-in user gives the password again before an act of weight, such as consent.

use secrecy::SecretString;

use crate::{
    app::App,
    auth::password::Crowd,
    domain::{reason::Reason, values::SignInName, viewer::Actor},
    error::{Error, Result},
    store::passwords,
};

/// The hash of the actor's password, once `password` was found to be the one. `field` is what an error
/// names.
///
/// # Errors
/// [`Reason::InputInvalid`] when it is not right; [`Reason::TooManyRequests`] after too many attempts.
pub async fn confirm(
    app: &App,
    actor: &Actor,
    password: &SecretString,
    field: &'static str,
) -> Result<String> {
    app.limiters.attempt(&actor.user.to_string())?;
    let key = SignInName::try_from(actor.sign_in_name.as_str())
        .map_err(|invalid| Error::internal(anyhow::anyhow!(invalid)))?
        .key();
    let hash = passwords::password_hash(&app.db.server(), &key).await?;
    if app
        .hasher
        .verify(Crowd::Known, password, hash.as_deref())
        .await?
    {
        Ok(hash.unwrap_or_default())
    } else {
        Err(Error::Input {
            field,
            reason: Reason::InputInvalid,
            message: "The current password is not right.".to_owned(),
        })
    }
}
