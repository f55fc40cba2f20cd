//! The public keys that verify records, with the time in which each of them signed.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::domain::record::note::{SignedNote, key_id};

/// Public keys as a JSON Web Key Set (RFC 7517, RFC 8037).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKeys {
    /// The keys, oldest first. Keys of other sorts in a set are left out.
    #[serde(deserialize_with = "ours")]
    pub keys: Vec<PublicKey>,
}

/// One Ed25519 public key. `from` and `until` are members of Mandate's own (RFC 7517, section 4, allows them).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKey {
    /// `OKP`.
    pub kty: String,
    /// `Ed25519`.
    pub crv: String,
    /// RFC 7638 thumbprint.
    #[serde(default)]
    pub kid: String,
    /// The key, base64url.
    pub x: String,
    /// Since when it has signed; absent for the first key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime<Utc>>,
    /// When it was retired; absent until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
}

impl PublicKey {
    /// A key that signs from a moment on.
    pub fn new(bytes: &[u8], from: Option<DateTime<Utc>>) -> Self {
        let x = URL_SAFE_NO_PAD.encode(bytes);
        // RFC 7638: the required members in lexicographic order, no white space.
        let canonical = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
        let kid = URL_SAFE_NO_PAD.encode(Sha256::digest(canonical));
        Self {
            kty: "OKP".to_owned(),
            crv: "Ed25519".to_owned(),
            kid,
            x,
            from,
            until: None,
        }
    }

    /// The key itself.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        URL_SAFE_NO_PAD.decode(&self.x).ok()
    }

    /// Whether a signature that names this time can be by this key.
    pub fn signs_at(&self, at: DateTime<Utc>) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at <= until)
    }

    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.bytes().is_some_and(|key| {
            UnparsedPublicKey::new(&ED25519, key)
                .verify(message, signature)
                .is_ok()
        })
    }
}

impl PublicKeys {
    /// Whether `signature` (base64url) over `message` is by the key `kid` of this set.
    pub fn verify(&self, kid: &str, message: &[u8], signature: &str) -> bool {
        let signature = URL_SAFE_NO_PAD.decode(signature).ok();
        let key = self.keys.iter().find(|key| key.kid == kid);
        key.zip(signature)
            .is_some_and(|(key, signature)| key.verifies(message, &signature))
    }

    /// Whether a note is signed by a key of this set, at a time in which that key signed.
    pub fn verify_note(&self, note: &SignedNote) -> bool {
        let Ok(at) = note.note.at.parse() else {
            return false;
        };
        let (name, text) = (note.note.key_name(), note.note.text());
        let named = note.signatures.iter().filter(|one| one.name == name);
        let mut by_known = named
            .filter_map(|signature| {
                let key = self.keys.iter().find(|key| {
                    let bytes = key.bytes();
                    bytes.is_some_and(|bytes| key_id(&name, &bytes) == signature.key)
                })?;
                Some(key.signs_at(at) && key.verifies(text.as_bytes(), &signature.bytes))
            })
            .peekable();
        // Signatures by unknown keys are ignored; all signatures by known keys must be valid.
        by_known.peek().is_some() && by_known.all(|good| good)
    }
}

fn ours<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<PublicKey>, D::Error> {
    let keys = Vec::<Value>::deserialize(deserializer)?.into_iter();
    let ours = keys.filter(|key| key["kty"] == "OKP" && key["crv"] == "Ed25519");
    ours.map(|key| serde_json::from_value(key).map_err(de::Error::custom))
        .collect()
}
