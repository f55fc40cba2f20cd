//! Releases a domain name that nobody signs in with; a verified one rests before another organization
//! may take it.

use crate::operations::prelude::*;

/// The name to be released.
#[derive(Debug, Serialize)]
pub struct RemoveDomain(pub OnDomain);

impl Operation for RemoveDomain {
    const KIND: OperationKind = OperationKind::RemoveDomain;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        self.0.into()
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
        domains::remove(act, domain, act.config().times.domain_rest()).await?;
        Ok(Effect::on(domain.id).change(Key::Name, domain.name.clone()))
    }
}
