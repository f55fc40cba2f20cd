//! A user's own sign-in: enrolment, sessions, and its password.

pub mod change_own_password;
pub mod complete_sign_up;
pub mod confirm_password;
pub mod enrol;
pub mod redeem_recovery;
pub mod redeem_reset;
pub mod refresh_session;
pub mod request_sign_up;
pub mod sign_in;
pub mod sign_out;
pub mod sign_out_everywhere;
pub mod step_up;
pub mod stop_recovery_by_link;
pub mod unsubscribe;
pub mod verify_contact;

use secrecy::SecretString;

use crate::{
    app::App,
    auth::password::{self, Crowd},
    domain::{
        policy::{Facts, Target},
        reason::Reason,
    },
    error::{Error, Result},
    operations::Envelope,
    store::passwords,
};

/// Counts an attempt with a secret against the client's address.
async fn count_attempt(app: &App, envelope: &Envelope) -> Result<()> {
    match &envelope.address {
        Some(address) => app.limiters.attempt(address),
        None => Ok(()),
    }
}

/// The hash of a password that the user chooses by a link. It must differ from the last one, which somebody else may
/// know.
async fn chosen(app: &App, facts: &Facts, chosen: &SecretString) -> Result<String> {
    let Target::User(user) = &facts.target else {
        return Err(Error::not_found());
    };
    password::check(chosen, &[&user.name])?;
    let last = passwords::last(&app.db.server(), user.id).await?;
    if last.is_some()
        && app
            .hasher
            .verify(Crowd::Known, chosen, last.as_deref())
            .await?
    {
        return Err(Error::Input {
            field: "newPassword",
            reason: Reason::PasswordWeak,
            message: "Choose another password than the last one: somebody else may know it."
                .to_owned(),
        });
    }
    app.hasher.hash(chosen, &app.rng).await
}
