//! Chooses the domain name that users are added at.

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

/// The name to be chosen.
#[derive(Debug)]
pub struct SetDefaultDomain {
    pub account: OrganizationId,
    pub domain: DomainId,
}

impl Operation for SetDefaultDomain {
    const KIND: OperationKind = OperationKind::SetDefaultDomain;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::Domain(self.domain))
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let domain = act.domain()?;
        if !domain.verified {
            return Err(Error::Failed(Reason::DomainNotVerified));
        }
        domains::set_default(act, domain).await?;
        Ok(Effect::on_domain(domain))
    }
}
