//! Notes: the signed end of a record, in the form of C2SP's signed note (c2sp.org/signed-note).
//!
//! Notes are kept outside the database, to compare the record with. Whoever holds one can prove that the record
//! had these entries, and that no entry before the end was changed or cut off since.

use base64::{Engine, engine::general_purpose::STANDARD};
use entity::ids::OrganizationId;
use sha2::{Digest, Sha256};

use super::{Digest256, is_time};

/// The signature type of Ed25519 in a key's id (signed-note, section "Signature types").
const ED25519: u8 = 1;
/// Longest note that is read, in bytes.
const MOST: usize = 16_384;

/// What the end of a record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The platform's domain.
    pub platform: String,
    /// The organization whose record it is.
    pub organization: OrganizationId,
    /// Number of entries.
    pub size: i64,
    /// Link of the last one.
    pub link: Digest256,
    /// When that was: RFC 3339, UTC, microseconds.
    pub at: String,
    /// How often a loss was declared: `mandate record restored`.
    pub epoch: i32,
    /// Hash of the note that was sent before; zeros if none was.
    pub sent: Digest256,
    /// The organization's initial domain.
    pub domain: String,
}

/// A note with its signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedNote {
    /// What it says.
    pub note: Note,
    /// The signatures of it.
    pub signatures: Vec<Signature>,
}

/// A signature of a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Name of the key.
    pub name: String,
    /// Id of the key: see [`key_id`].
    pub key: [u8; 4],
    /// The signature itself.
    pub bytes: Vec<u8>,
}

/// The error for a text that is no note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is not a signed note of a record, or something was added to it or taken away")]
pub struct NotANote;

/// The name of the keys that sign notes.
pub fn key_name(platform: &str) -> String {
    format!("{platform}/record")
}

/// The id of an Ed25519 key (signed-note, section "Signatures"): the first four bytes of SHA-256 over
/// its name, a line feed, the signature type and the public key.
pub fn key_id(name: &str, public: &[u8]) -> [u8; 4] {
    let digest = Sha256::new()
        .chain_update(name)
        .chain_update([b'\n', ED25519])
        .chain_update(public)
        .finalize();
    let mut id = [0; 4];
    id.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    id
}

impl Note {
    /// The text that is signed: seven lines.
    pub fn text(&self) -> String {
        let Self {
            platform,
            organization,
            size,
            link,
            at,
            epoch,
            sent,
            domain,
        } = self;
        format!(
            "{platform}/record/{organization}\n{size}\n{link}\n{at}\n{epoch}\n{sent}\n{domain}\n"
        )
    }

    /// Reads the text that is signed.
    ///
    /// # Errors
    /// If the text is anything else.
    pub fn parse(text: &str) -> Result<Self, NotANote> {
        let body = text.strip_suffix('\n').ok_or(NotANote)?;
        let lines: Vec<&str> = body.split('\n').collect();
        let [origin, size, link, at, epoch, sent, domain] = lines[..] else {
            return Err(NotANote);
        };
        let (platform, organization) = origin.split_once("/record/").ok_or(NotANote)?;
        let note = Self {
            platform: platform.to_owned(),
            organization: OrganizationId(organization.parse().map_err(|_| NotANote)?),
            size: size.parse().map_err(|_| NotANote)?,
            link: Digest256::parse(link).ok_or(NotANote)?,
            at: at.to_owned(),
            epoch: epoch.parse().map_err(|_| NotANote)?,
            sent: Digest256::parse(sent).ok_or(NotANote)?,
            domain: domain.to_owned(),
        };
        // Only one form of each is signed: `+7` or `07` is not the text of a note.
        let canonical = note.text() == text && is_time(&note.at);
        let named = is_domain(&note.platform) && is_domain(&note.domain);
        (canonical && named && note.size > 0)
            .then_some(note)
            .ok_or(NotANote)
    }

    /// The name of the key that signs it.
    pub fn key_name(&self) -> String {
        key_name(&self.platform)
    }

    /// Hash of what is signed: what the next note names as sent before.
    pub fn hash(&self) -> Digest256 {
        Digest256::of(self.text())
    }

    /// The note with a signature by this key.
    pub fn signed(self, key: [u8; 4], bytes: Vec<u8>) -> SignedNote {
        let name = self.key_name();
        SignedNote {
            note: self,
            signatures: vec![Signature { name, key, bytes }],
        }
    }
}

impl SignedNote {
    /// The text with the signatures below it.
    pub fn text(&self) -> String {
        let mut text = self.note.text();
        text.push('\n');
        for signature in &self.signatures {
            let bytes = [&signature.key[..], &signature.bytes].concat();
            text.push_str(&format!(
                "\u{2014} {} {}\n",
                signature.name,
                STANDARD.encode(bytes)
            ));
        }
        text
    }

    /// Reads a signed note from its text. A carriage return before a line feed, which mail programs add, is ignored.
    ///
    /// # Errors
    /// If the text is anything else.
    pub fn parse(text: &str) -> Result<Self, NotANote> {
        if text.len() > MOST {
            return Err(NotANote);
        }
        let text = text.replace("\r\n", "\n");
        let (note, signatures) = text.split_once("\n\n").ok_or(NotANote)?;
        let note = Note::parse(&format!("{note}\n"))?;
        let signatures = signatures.strip_suffix('\n').ok_or(NotANote)?;
        let signatures = signatures.split('\n').map(signature);
        let signatures: Vec<Signature> = signatures.collect::<Result<_, _>>()?;
        Ok(Self { note, signatures })
    }
}

/// Whether a name has only characters that initial domains have: no other name from a note is ever shown.
fn is_domain(name: &str) -> bool {
    let part =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
    !name.is_empty() && name.bytes().all(part)
}

fn signature(line: &str) -> Result<Signature, NotANote> {
    let line = line.strip_prefix("\u{2014} ").ok_or(NotANote)?;
    let (name, bytes) = line.split_once(' ').ok_or(NotANote)?;
    let bytes = STANDARD.decode(bytes).map_err(|_| NotANote)?;
    let (key, bytes) = bytes.split_first_chunk().ok_or(NotANote)?;
    Ok(Signature {
        name: name.to_owned(),
        key: *key,
        bytes: bytes.to_vec(),
    })
}
