//! Looks up the proof of a domain name, and verifies the name: from now on no other organization can have it.

use crate::{
    domain::{
        policy::Target,
        values::domain_name::{challenge, proof},
    },
    operations::prelude::*,
};

/// The name to be verified.
#[derive(Debug, Serialize)]
pub struct VerifyDomain(pub OnDomain);

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
        let wanted = proof(&domain.proof);
        match app.dns.txt(&challenge(&domain.name)).await {
            Ok(texts) if texts.contains(&wanted) => Ok(wanted),
            Ok(_) => Err(Error::Failed(Reason::DomainNotProven)),
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
