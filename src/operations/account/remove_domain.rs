//! Releases a domain name that nobody signs in with; a verified one rests before another organization
//! may take it.

use chrono::TimeDelta;
use entity::ids::{DomainId, OrganizationId};

use crate::{
    domain::{kind::OperationKind, reason::Reason},
    error::{Error, Result},
    operations::{Effect, Operation, nothing_to_prepare},
    store::{
        act::Act,
        domains,
        facts::{Subject, TargetId},
    },
};

/// The name to be released.
#[derive(Debug)]
pub struct RemoveDomain {
    pub account: OrganizationId,
    pub domain: DomainId,
    /// How long it rests.
    pub rest: TimeDelta,
}

impl Operation for RemoveDomain {
    const KIND: OperationKind = OperationKind::RemoveDomain;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::Domain(self.domain))
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let domain = act.domain()?;
        let account = act.facts().account.as_ref();
        if domain.initial {
            return Err(Error::Failed(Reason::DomainInitial));
        }
        if account.is_some_and(|account| account.default_domain == domain.name) {
            return Err(Error::Failed(Reason::DomainIsDefault));
        }
        if domains::is_in_use(act, &domain.name).await? {
            return Err(Error::Failed(Reason::DomainInUse));
        }
        domains::remove(act, domain, self.rest).await?;
        Ok(Effect::on("domain", domain.id).change("name", domain.name.clone()))
    }
}
