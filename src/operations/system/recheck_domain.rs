//! Notes that the proof of a verified domain name is gone, is back, or was gone for too long: then
//! the name is no longer verified. The organization's own global admins are told.

use chrono::TimeDelta;
use entity::ids::{DomainId, OrganizationId};

use crate::{
    domain::{
        delivery::Delivery,
        domain_check::{Finding, finding},
        kind::OperationKind,
    },
    error::Result,
    operations::{Effect, Operation, nothing_to_prepare},
    store::{
        act::Act,
        domains,
        facts::{Subject, TargetId},
        roles,
    },
};

/// The name, and what a look-up found.
#[derive(Debug)]
pub struct RecheckDomain {
    /// Whose name.
    pub organization: OrganizationId,
    /// The name.
    pub domain: DomainId,
    /// Whether the proof was found.
    pub found: bool,
    /// How soon it is looked up again.
    pub check_after: TimeDelta,
    /// How long it may be gone.
    pub grace: TimeDelta,
    /// How long the name rests once it lapsed.
    pub rest: TimeDelta,
}

impl Operation for RecheckDomain {
    const KIND: OperationKind = OperationKind::RecheckDomain;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.organization, TargetId::Domain(self.domain))
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let domain = act.domain()?;
        let row = domains::row(act, domain.id).await?;
        let found = finding(self.found, row.failing_since, self.grace, act.now());
        let next = act.now() + self.check_after;
        match found {
            // Another worker was first, or the name is no longer verified.
            Finding::Same => return Ok(Effect::nothing(act.operation())),
            _ if !domain.verified => return Ok(Effect::nothing(act.operation())),
            Finding::Gone => domains::set_failing(act, domain.id, Some(act.now()), next).await?,
            Finding::Back => domains::set_failing(act, domain.id, None, next).await?,
            Finding::Lapsed => domains::lapse(act, domain, self.rest).await?,
        }
        let operation = act.operation();
        let told = roles::admin_contacts(act).await?;
        let deliveries = told.into_iter().map(|to| Delivery::DomainChecked {
            domain: domain.id,
            operation,
            to,
        });
        Ok(Effect::on_domain(domain)
            .change("proof", found.name())
            .deliver(deliveries))
    }
}
