//! The unguessable part of an unsubscribe link: the sending, and a keyed hash of it.

use entity::ids::SendingId;
use uuid::Uuid;

use super::keys::Keys;

/// The part of the link that names a sending.
pub fn token(keys: &Keys, sending: SendingId) -> String {
    format!("{}-{}", sending.0.simple(), mac(keys, sending))
}

/// The sending that a good token names; `None` for any other.
pub fn sending(keys: &Keys, token: &str) -> Option<SendingId> {
    let (id, given) = token.split_once('-')?;
    let id = SendingId(Uuid::try_parse(id).ok()?);
    let good = aws_lc_rs::constant_time::verify_slices_are_equal(
        given.as_bytes(),
        mac(keys, id).as_bytes(),
    );
    good.is_ok().then_some(id)
}

fn mac(keys: &Keys, sending: SendingId) -> String {
    let mut mac = keys.input_mac(format!("mandate-unsubscribe-v1 {}", sending.0).as_bytes());
    mac.truncate(32);
    mac
}
