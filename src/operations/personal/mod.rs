//! A user's own sign-in: enrolment, sessions, and its password.

pub mod change_own_password;
pub mod complete_sign_up;
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

use crate::{app::App, error::Result, operations::Envelope};

/// Counts an attempt with a secret against the client's address.
async fn count_attempt(app: &App, envelope: &Envelope) -> Result<()> {
    match &envelope.address {
        Some(address) => app.limiters.attempt(address),
        None => Ok(()),
    }
}
