//! Looks up the proof of a domain name, and verifies the name: from now on no other organization can have it.

use std::collections::BTreeSet;

use crate::{
    domain::{
        policy::Target,
        values::domain_name::{challenge, is_proof, proof},
    },
    operations::prelude::*,
};

/// The name to be verified.
#[derive(Debug, Serialize)]
pub struct VerifyDomain(pub OnDomain);

/// How many of the texts that were found are told, and how much of each.
const TOLD: usize = 3;
const SHOWN: usize = 80;

/// Says which name was asked for, and what is there.
fn not_proven(name: &str, texts: &BTreeSet<String>) -> Error {
    let asked = challenge(name);
    let shown = texts.iter().take(TOLD).map(|text| {
        let text: String = text
            .chars()
            .filter(|c| !c.is_control())
            .take(SHOWN)
            .collect();
        format!("`{text}`")
    });
    let shown: Vec<_> = shown.collect();
    let more = match texts.len().saturating_sub(TOLD) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    let found = match shown.is_empty() {
        true => "there is no TXT record".to_owned(),
        false => format!("the TXT records are {}{more}", shown.join(", ")),
    };
    Error::Input {
        field: "domainId",
        reason: Reason::DomainNotProven,
        message: format!(
            "The TXT record that proves the name was not found: at `{asked}`, {found}. What another name answers for it, by \
             a CNAME, does not count."
        ),
    }
}

impl Operation for VerifyDomain {
    const KIND: OperationKind = OperationKind::VerifyDomain;
    /// The text that was found.
    type Prepared = String;

    fn subject(&self) -> Subject {
        self.0.into()
    }

    async fn prepare(&self, app: &App, facts: &Facts) -> Result<String> {
        let Target::Domain(domain) = &facts.target else {
            return Err(Error::not_found());
        };
        if domain.verified {
            return Err(Error::Failed(Reason::AlreadyVerified));
        }
        match app.dns.txt(&challenge(&domain.name), &domain.name).await {
            Ok(texts) if texts.iter().any(|text| is_proof(text, &domain.proof)) => {
                Ok(proof(&domain.proof))
            }
            Ok(texts) => Err(not_proven(&domain.name, &texts)),
            Err(error) => {
                tracing::info!(domain = domain.name, %error, "A domain name was not looked up.");
                Err(Error::Failed(Reason::DomainLookupFailed))
            }
        }
    }

    async fn apply(&self, act: &Act<'_>, found: &String) -> Result<Effect> {
        let domain = act.domain()?;
        if domain.verified {
            return Err(Error::Failed(Reason::AlreadyVerified));
        }
        // If the name was removed and added again in the meantime, it has another proof.
        if proof(&domain.proof) != *found {
            return Err(Error::Failed(Reason::DomainNotProven));
        }
        domains::verify(act, domain, act.now() + act.config().times.domain_check()).await?;
        Ok(Effect::on_domain(domain))
    }
}
