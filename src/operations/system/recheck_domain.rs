//! Notes that the proof of a verified domain name is gone, is back, or was gone for too long: in that last case
//! the name is no longer verified. The organization's own global admins are told.

use crate::{
    domain::domain_check::{Finding, finding},
    operations::prelude::*,
};

/// The name, and what a look-up found.
#[derive(Debug, Serialize)]
pub struct RecheckDomain {
    pub on: OnDomain,
    /// Whether the proof was found.
    pub found: bool,
}

impl Operation for RecheckDomain {
    const KIND: OperationKind = OperationKind::RecheckDomain;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        self.on.into()
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let domain = act.domain()?;
        let row = domains::row(act, domain.id).await?;
        let found = finding(
            self.found,
            row.failing_since,
            act.config().times.domain_grace(),
            act.now(),
        );
        let next = act.now() + act.config().times.domain_check();
        match found {
            // Another worker was first, or the name is no longer verified.
            Finding::Same => return Ok(Effect::nothing()),
            _ if !domain.verified => return Ok(Effect::nothing()),
            Finding::Gone => domains::set_failing(act, domain.id, Some(act.now()), next).await?,
            Finding::Back => domains::set_failing(act, domain.id, None, next).await?,
            Finding::Lapsed => {
                domains::lapse(act, domain, act.config().times.domain_rest()).await?
            }
        }
        let operation = act.operation();
        let told = roles::admin_contacts(act).await?;
        let deliveries = told.into_iter().map(|to| Delivery::DomainChecked {
            domain: domain.id,
            operation,
            to,
        });
        Ok(Effect::on_domain(domain)
            .change(Key::Proof, found.name())
            .deliver(deliveries))
    }
}
