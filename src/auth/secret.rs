//! One-time secrets: 256 random bits, shown once, kept as a hash.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::app::Rng;

/// A new secret.
pub fn new(rng: &Rng) -> SecretString {
    URL_SAFE_NO_PAD.encode(rng.bytes::<32>()).into()
}

/// A new public token of 128 random bits, for the URL of an offer.
pub fn public_token(rng: &Rng) -> String {
    URL_SAFE_NO_PAD.encode(rng.bytes::<16>())
}

/// What is kept of a secret, hex. A plain hash does: a secret of 256 random bits is not guessed.
pub fn hash(secret: &SecretString) -> String {
    hex::encode(Sha256::digest(secret.expose_secret()))
}
