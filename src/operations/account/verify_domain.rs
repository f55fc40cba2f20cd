//! Looks up the proof of a domain name, and verifies the name: it is the account's alone from now on.

use chrono::TimeDelta;
use entity::ids::{DomainId, OrganizationId};

use crate::{
    app::App,
    domain::{
        kind::OperationKind,
        policy::{Facts, Target},
        reason::Reason,
        values::domain_name::{challenge, proof},
    },
    error::{Error, Result},
    operations::{Effect, Operation},
    store::{
        act::Act,
        domains,
        facts::{Subject, TargetId},
    },
};

/// The name to be verified.
#[derive(Debug)]
pub struct VerifyDomain {
    pub account: OrganizationId,
    pub domain: DomainId,
    /// How soon the proof is looked up again.
    pub check_after: TimeDelta,
}

impl Operation for VerifyDomain {
    const KIND: OperationKind = OperationKind::VerifyDomain;
    /// The text that was found.
    type Prepared = String;

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::Domain(self.domain))
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
        // Removed and added again meanwhile, it has another proof.
        if proof(&domain.proof) != *found {
            return Err(Error::Failed(Reason::DomainNotProven));
        }
        domains::verify(act, domain, act.now() + self.check_after).await?;
        Ok(Effect::on_domain(domain))
    }
}
