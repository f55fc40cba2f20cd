//! What an offer says: its digest and the text ready to copy.

use entity::{
    ids::{OfferId, OrganizationId},
    states::{DelegatedRole, OfferKind},
};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::domain::{
    kind::{Concern, Delegation, OperationKind},
    role,
    values::term,
};

/// Prefix of what a digest covers.
const DIGEST_DOMAIN: &[u8] = b"mandate-offer-v1\n";

/// What a client consents to. The order of the fields is the canonical form of the digest.
#[derive(Clone, Debug, Serialize)]
pub struct Proposal<'a> {
    /// The offer.
    pub offer: OfferId,
    /// Its revision.
    pub revision: i32,
    /// Who asks.
    pub partner: OrganizationId,
    /// What kind.
    pub kind: OfferKind,
    /// Its parts.
    pub parts: &'a [&'a str],
    /// The most that is asked for.
    pub role_cap: DelegatedRole,
    /// ISO 8601 duration.
    pub term: &'a str,
    /// The partner's own words.
    pub message: Option<&'a str>,
}

impl Proposal<'_> {
    /// SHA-256 over the canonical form, hex.
    pub fn digest(&self) -> Result<String, serde_json::Error> {
        let canonical = serde_json::to_vec(self)?;
        Ok(hex::encode(
            Sha256::new()
                .chain_update(DIGEST_DOMAIN)
                .chain_update(canonical)
                .finalize(),
        ))
    }
}

/// Plain text ready to be copied into an email, a document or a web page.
pub fn plain_text(
    partner: &str,
    role_cap: DelegatedRole,
    term: &str,
    message: Option<&str>,
    url: &str,
) -> String {
    let mut text = format!(
        "{partner} offers to administer your organization's account as a delegated administrator.\n\n\
         What is asked for: the delegated role {} for {}, counted from your acceptance.\n\
         You can choose a lower role or a shorter term, pause it, and end it at any moment.\n\n",
        role_cap.as_str(),
        term::in_words(term),
    );
    if let Some(message) = message {
        text.push_str(&format!("In {partner}'s own words:\n{message}\n\n"));
    }
    text.push_str(&format!(
        "To read the offer and to accept or decline it, a global admin of your organization opens:\n{url}\n"
    ));
    text
}

/// What a delegated role may do, as the catalogue says it: one sentence a kind.
pub fn may_do(held: DelegatedRole) -> Vec<&'static str> {
    OperationKind::ALL
        .iter()
        .filter(|kind| kind.least_delegated().is_some_and(|least| held >= least))
        .map(|kind| kind.spec().about)
        .collect()
}

/// What no delegate does in an account, as the catalogue says it: one sentence a kind.
pub fn never_done() -> Vec<&'static str> {
    OperationKind::ALL
        .iter()
        .map(|kind| kind.spec())
        .filter(|spec| match spec.delegation {
            Delegation::Delegable => false,
            Delegation::NotSupported => true,
            Delegation::OwnOnly => matches!(spec.concern, Concern::Partner | Concern::Client),
        })
        .map(|spec| spec.about)
        .collect()
}

/// The admin roles whose holders a delegate of this role may not touch; empty for FULL.
pub fn untouchable(held: DelegatedRole) -> Vec<&'static str> {
    let reach = role::targets(role::stands_for(held)).unwrap_or_default();
    role::RoleSet::ALL
        .iter()
        .filter(|role| !reach.contains(*role))
        .map(|role| role.as_str())
        .collect()
}
