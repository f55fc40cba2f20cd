//! One-time secrets: 256 random bits, shown once, kept as a hash.

use std::fmt::Display;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::{
    ambient::Rng,
    auth::keys::Keys,
    domain::{reason::Reason, values::text},
    error::{Error, Result},
};

/// A new secret.
pub fn new(rng: &Rng) -> SecretString {
    URL_SAFE_NO_PAD.encode(rng.bytes::<32>()).into()
}

/// The secret that follows a refresh token: always the same, so that it can be given again if the answer was lost.
pub fn successor(keys: &Keys, secret: &SecretString) -> SecretString {
    derived(keys, &format!("successor {}", bare(secret)))
}

/// The secret of a mailed link: always the same, so that a mail which has to be sent again, because nobody knows whether it
/// went out, leads where the first one led.
pub fn mailed(keys: &Keys, link: impl Display) -> SecretString {
    derived(keys, &format!("mailed {link}"))
}

/// Nobody finds it without the keys.
fn derived(keys: &Keys, of: &str) -> SecretString {
    let mac = hex::decode(keys.input_mac(of.as_bytes())).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(mac).into()
}

/// A new public token of 128 random bits, for the URL of an offer.
pub fn public_token(rng: &Rng) -> String {
    URL_SAFE_NO_PAD.encode(rng.bytes::<16>())
}

/// How many characters a secret has.
const LENGTH: usize = 43;

/// A secret without what was pasted around it.
fn bare(secret: &SecretString) -> &str {
    text::unquoted(secret.expose_secret())
}

/// What is kept of a secret, in hex. A plain hash is enough, since a secret of 256 random bits cannot be guessed. What
/// was pasted around it does not count.
pub fn hash(secret: &SecretString) -> String {
    hex::encode(Sha256::digest(bare(secret)))
}

/// Tells a link that was cut off on its way from one that is used up.
///
/// # Errors
/// [`Reason::LinkInvalid`] when it cannot be the secret of a link.
pub fn check_whole(secret: &SecretString) -> Result<()> {
    match bare(secret).len() {
        LENGTH => Ok(()),
        _ => Err(not_whole()),
    }
}

/// The refusal of a link that was cut off, or that something was added to.
pub(super) fn not_whole() -> Error {
    Error::Input {
        field: "secret",
        reason: Reason::LinkInvalid,
        message: "The address of the link is not whole: a part of it is missing, or something was added. Copy all of it \
                  from the mail, or press the link there."
            .to_owned(),
    }
}

/// Letters and digits that cannot be mistaken for each other.
const CLEAR: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A temporary password of 100 random bits, in groups that can be read out.
pub fn temporary_password(rng: &Rng) -> SecretString {
    let letters: String = rng
        .bytes::<20>()
        .iter()
        .map(|byte| {
            CLEAR
                .get(usize::from(byte % 32))
                .map_or('a', |letter| char::from(*letter))
        })
        .collect();
    let mut grouped = String::with_capacity(24);
    for (index, letter) in letters.chars().enumerate() {
        if index > 0 && index % 5 == 0 {
            grouped.push('-');
        }
        grouped.push(letter);
    }
    grouped.into()
}
