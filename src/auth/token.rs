//! Access tokens: JWT (RFC 7519) signed with EdDSA, typed `at+jwt` (RFC 9068), minutes long.
//!
//! Tokens of the API and of the pages differ in their audience, so neither works for the other. A token names a
//! session and a user. What the user may do is read from the database each time.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::{SessionId, UserId};
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use sha2::{Digest, Sha256};

use crate::{
    auth::{claims::Claims, keys::Keys},
    config::AuthConfig,
    error::{Error, Result},
};

const TYPE: &str = "at+jwt";

/// What a token is for: the API or the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// GraphQL, as a bearer token.
    Api,
    /// The pages, as a cookie.
    Browser,
}

impl Door {
    fn audience(self, config: &AuthConfig) -> String {
        match self {
            Self::Api => config.audience.clone(),
            Self::Browser => format!("{}/pages", config.audience),
        }
    }

    /// How long its tokens live, in seconds.
    pub fn seconds(self, config: &AuthConfig) -> i64 {
        match self {
            Self::Api => config.access_seconds,
            Self::Browser => config.browser_seconds,
        }
    }

    /// How long a session that began there may go on.
    pub fn session(self, config: &AuthConfig) -> TimeDelta {
        TimeDelta::seconds(match self {
            Self::Api => config.session_seconds,
            Self::Browser => config.browser_session_seconds,
        })
    }
}

/// A new token.
///
/// # Errors
/// Only when signing fails.
pub fn issue(
    keys: &Keys,
    config: &AuthConfig,
    door: Door,
    user: UserId,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<String> {
    let keys = keys.loaded();
    let (kid, key) = keys.token_signing();
    let header = Header {
        typ: Some(TYPE.to_owned()),
        kid: Some(kid.to_owned()),
        ..Header::new(Algorithm::EdDSA)
    };
    let claims = Claims {
        iss: config.issuer.clone(),
        aud: door.audience(config),
        sub: user,
        sid: session,
        iat: now.timestamp(),
        exp: now.timestamp() + door.seconds(config),
        nbf: None,
    };
    encode(&header, &claims, key).map_err(Error::internal)
}

/// The claims of a valid token; `None` for any other.
pub fn verify(
    keys: &Keys,
    config: &AuthConfig,
    door: Door,
    token: &str,
    now: DateTime<Utc>,
) -> Option<Claims> {
    if token.len() > 2048 {
        return None;
    }
    let hash: [u8; 32] = Sha256::digest(token).into();
    // Taken before the signature is verified: if a key is retired meanwhile, nothing is remembered in the new set.
    let loaded = keys.loaded();
    let claims = match loaded.verified().get(&hash) {
        Some(claims) => claims,
        None => {
            let claims = signed(keys, token)?;
            loaded.verified().put(hash, claims.clone());
            claims
        }
    };
    let meant = claims.iss == config.issuer && claims.aud == door.audience(config);
    // Clocks of several servers differ a little.
    let soon = now.timestamp() + 60;
    // RFC 7519, section 4.1.5: a token is not taken before its `nbf`.
    let begun = claims.iat <= soon && claims.nbf.is_none_or(|from| from <= soon);
    let valid = now.timestamp() < claims.exp && begun;
    (meant && valid).then_some(claims)
}

/// Whether the header names extensions that have to be understood (`crit`, RFC 7515, section 4.1.11): this server knows
/// none, so it takes no such token.
fn names_critical(token: &str) -> bool {
    let header = token.split('.').next().unwrap_or_default();
    let header = URL_SAFE_NO_PAD.decode(header).unwrap_or_default();
    let header = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&header);
    header.map_or(true, |header| header.contains_key("crit"))
}

/// What a token says that one of the keys signed, whatever it is for and whenever it ends.
fn signed(keys: &Keys, token: &str) -> Option<Claims> {
    let header = decode_header(token).ok()?;
    if header.alg != Algorithm::EdDSA || header.typ.as_deref() != Some(TYPE) {
        return None;
    }
    if names_critical(token) {
        return None;
    }
    let key = keys.token_verifying(header.kid.as_deref()?)?;
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
    // Issuer, audience and times are checked by the caller, the times against the application's clock.
    validation.validate_aud = false;
    validation.validate_exp = false;
    validation.validate_nbf = false;
    Some(decode::<Claims>(token, &key, &validation).ok()?.claims)
}
