//! One-time secrets: 256 random bits, shown once, kept as a hash.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::ambient::Rng;

/// A new secret.
pub fn new(rng: &Rng) -> SecretString {
    URL_SAFE_NO_PAD.encode(rng.bytes::<32>()).into()
}

/// A new public token of 128 random bits, for the URL of an offer.
pub fn public_token(rng: &Rng) -> String {
    URL_SAFE_NO_PAD.encode(rng.bytes::<16>())
}

/// What is kept of a secret, in hex. A plain hash is enough, since a secret of 256 random bits cannot be guessed.
pub fn hash(secret: &SecretString) -> String {
    hex::encode(Sha256::digest(secret.expose_secret()))
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
