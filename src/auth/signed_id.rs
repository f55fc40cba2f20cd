//! Links that name a thing by its id and a keyed hash: nobody can make one up, and the database keeps nothing of
//! them.

use uuid::Uuid;

use super::{keys::Keys, secret::not_whole};
use crate::error::Result;

/// What the link of an unsubscription is for.
pub const UNSUBSCRIBE: &str = "mandate-unsubscribe-v1";
/// What the address of a record's latest note is for.
pub const NOTE: &str = "mandate-note-v1";
/// What the link that stops a recovery is for; it is bound to the address that it is sent to.
pub const STOP_RECOVERY: &str = "mandate-stop-recovery-v1";

/// The unguessable part of a link to a thing, for the reader of mail at `to`, or for anyone.
pub fn token(keys: &Keys, purpose: &str, id: Uuid, to: Option<&str>) -> String {
    format!("{}-{}", id.simple(), mac(keys, purpose, id, to))
}

/// How many characters a token has: an id, a dash, half a hash.
const LENGTH: usize = 65;

/// Tells a token that was cut off on its way from one that is not valid.
///
/// # Errors
/// [`Reason::LinkInvalid`](crate::domain::reason::Reason::LinkInvalid) when it cannot be a token.
pub fn check_whole(token: &str) -> Result<()> {
    match token.len() {
        LENGTH => Ok(()),
        _ => Err(not_whole()),
    }
}

/// The id that a token claims; the caller has to check that the token is valid.
pub fn claimed(token: &str) -> Option<Uuid> {
    let (id, _) = token.split_once('-')?;
    Uuid::try_parse(id).ok()
}

/// The id in a valid token that was made for this purpose and this address; `None` for any other token.
pub fn id(keys: &Keys, purpose: &str, token: &str, to: Option<&str>) -> Option<Uuid> {
    let id = claimed(token)?;
    let (_, given) = token.split_once('-')?;
    let expected = mac(keys, purpose, id, to);
    let good =
        aws_lc_rs::constant_time::verify_slices_are_equal(given.as_bytes(), expected.as_bytes());
    good.is_ok().then_some(id)
}

fn mac(keys: &Keys, purpose: &str, id: Uuid, to: Option<&str>) -> String {
    let text = match to {
        Some(to) => format!("{purpose} {id} {}", to.to_lowercase()),
        None => format!("{purpose} {id}"),
    };
    let mut mac = keys.input_mac(text.as_bytes());
    mac.truncate(32);
    mac
}
