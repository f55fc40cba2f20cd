//! Chooses the domain name that users are added at by default.

use crate::operations::prelude::*;

/// The name to be chosen.
#[derive(Debug, Serialize)]
pub struct SetDefaultDomain(pub OnDomain);

impl Operation for SetDefaultDomain {
    const KIND: OperationKind = OperationKind::SetDefaultDomain;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        self.0.into()
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
