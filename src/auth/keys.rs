//! The installation's keys, in files of `keys.dir`, never in the database.
//!
//! `token-<kid>.pk8` signs access tokens, `record-<kid>.pk8` signs the ends of records (Ed25519,
//! PKCS#8), `input.key` keys the hash of idempotent inputs. Of several of one kind the newest by
//! name of file signs; all verify. `record.jwks.json` is what a verifier of exports needs.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::Context;
use aws_lc_rs::{
    hmac,
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{DecodingKey, EncodingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::private;

/// All keys.
pub struct Keys {
    token_kid: String,
    token_signing: EncodingKey,
    token_verifying: BTreeMap<String, DecodingKey>,
    record_kid: String,
    record_signing: Ed25519KeyPair,
    record_public: PublicKeys,
    input: hmac::Key,
}

/// Public keys as a JSON Web Key Set (RFC 7517, RFC 8037).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKeys {
    /// The keys.
    pub keys: Vec<PublicKey>,
}

/// One Ed25519 public key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKey {
    /// `OKP`.
    pub kty: String,
    /// `Ed25519`.
    pub crv: String,
    /// RFC 7638 thumbprint.
    pub kid: String,
    /// The key, base64url.
    pub x: String,
}

impl PublicKey {
    fn new(bytes: &[u8]) -> Self {
        let x = URL_SAFE_NO_PAD.encode(bytes);
        // RFC 7638: the required members in lexicographic order, no white space.
        let canonical = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
        let kid = URL_SAFE_NO_PAD.encode(Sha256::digest(canonical));
        Self {
            kty: "OKP".to_owned(),
            crv: "Ed25519".to_owned(),
            kid,
            x,
        }
    }
}

impl PublicKeys {
    /// Whether `signature` (base64url) over `message` is by the key `kid` of this set.
    pub fn verify(&self, kid: &str, message: &[u8], signature: &str) -> bool {
        let Some(key) = self.keys.iter().find(|key| key.kid == kid) else {
            return false;
        };
        match (
            URL_SAFE_NO_PAD.decode(&key.x),
            URL_SAFE_NO_PAD.decode(signature),
        ) {
            (Ok(key), Ok(signature)) => UnparsedPublicKey::new(&ED25519, key)
                .verify(message, &signature)
                .is_ok(),
            _ => false,
        }
    }
}

impl Keys {
    /// Reads the keys of `dir`, after making those that are missing.
    ///
    /// # Errors
    /// When the folder cannot be read or written, or a file is not a key.
    pub fn open(dir: &Path) -> anyhow::Result<Self> {
        private::create_dir(dir).with_context(|| format!("keys.dir {}", dir.display()))?;
        let tokens = pairs(dir, "token")?;
        let records = pairs(dir, "record")?;
        let mut token_verifying = BTreeMap::new();
        let mut token = None;
        for (der, pair) in &tokens {
            let public = pair.public_key().as_ref();
            let kid = PublicKey::new(public).kid;
            token_verifying.insert(kid.clone(), DecodingKey::from_ed_der(public));
            token = Some((kid, EncodingKey::from_ed_der(der)));
        }
        let (token_kid, token_signing) = token.context("no token key")?;
        let record_public = PublicKeys {
            keys: records
                .iter()
                .map(|(_, pair)| PublicKey::new(pair.public_key().as_ref()))
                .collect(),
        };
        let (_, record_signing) = records.into_iter().last().context("no record key")?;
        let record_kid = PublicKey::new(record_signing.public_key().as_ref()).kid;
        fs::write(
            dir.join("record.jwks.json"),
            serde_json::to_string_pretty(&record_public)?,
        )?;
        let input = dir.join("input.key");
        if !input.exists() {
            let mut bytes = [0; 32];
            aws_lc_rs::rand::fill(&mut bytes)?;
            write_new(&input, &bytes)?;
        }
        let input = hmac::Key::new(hmac::HMAC_SHA256, &fs::read(&input)?);
        Ok(Self {
            token_kid,
            token_signing,
            token_verifying,
            record_kid,
            record_signing,
            record_public,
            input,
        })
    }

    /// Key id and key that sign access tokens.
    pub fn token_signing(&self) -> (&str, &EncodingKey) {
        (&self.token_kid, &self.token_signing)
    }

    /// The key that verifies access tokens of this key id.
    pub fn token_verifying(&self, kid: &str) -> Option<&DecodingKey> {
        self.token_verifying.get(kid)
    }

    /// Signs the end of a record: key id and signature, base64url.
    pub fn sign_record(&self, message: &[u8]) -> (String, String) {
        let signature = URL_SAFE_NO_PAD.encode(self.record_signing.sign(message).as_ref());
        (self.record_kid.clone(), signature)
    }

    /// Public keys that verify the ends of records.
    pub fn record_public(&self) -> &PublicKeys {
        &self.record_public
    }

    /// Keyed hash of an idempotent input, hex.
    pub fn input_mac(&self, input: &[u8]) -> String {
        hex::encode(hmac::sign(&self.input, input))
    }
}

/// The key pairs of one use, oldest first; one is made when there is none.
fn pairs(dir: &Path, usage: &str) -> anyhow::Result<Vec<(Vec<u8>, Ed25519KeyPair)>> {
    let list = || -> anyhow::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for file in fs::read_dir(dir)? {
            let path = file?.path();
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            if name.starts_with(&format!("{usage}-")) && name.ends_with(".pk8") {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    };
    let mut files = list()?;
    if files.is_empty() {
        let pair = Ed25519KeyPair::generate()?;
        // Servers that start together agree on the first key, because its name is one.
        write_new(
            &dir.join(format!("{usage}-0001.pk8")),
            pair.to_pkcs8()?.as_ref(),
        )?;
        files = list()?;
    }
    files
        .into_iter()
        .map(|file| {
            let der = fs::read(&file)?;
            let pair = Ed25519KeyPair::from_pkcs8(&der)
                .map_err(|error| anyhow::anyhow!("{}: {error}", file.display()))?;
            Ok((der, pair))
        })
        .collect()
}

/// Writes a file that only its owner reads; keeps one that another server made first.
fn write_new(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let dir = path.parent().context("a key file has a folder")?;
    let mut file = tempfile_in(dir)?;
    file.1.write_all(bytes)?;
    file.1.sync_all()?;
    let linked = fs::hard_link(&file.0, path);
    fs::remove_file(&file.0)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(()),
    }
}

fn tempfile_in(dir: &Path) -> anyhow::Result<(PathBuf, fs::File)> {
    let mut bytes = [0; 8];
    aws_lc_rs::rand::fill(&mut bytes)?;
    let path = dir.join(format!(".new-{}", hex::encode(bytes)));
    let file = private::create_file(&path)?;
    Ok((path, file))
}
