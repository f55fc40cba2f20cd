//! Reinstates a suspended certification: the grants under it can be used again.

use entity::ids::OrganizationId;

use crate::{domain::certification::Certification, operations::prelude::*, store::certifications};

/// The organization concerned.
#[derive(Debug, Serialize)]
pub struct ReinstateCertification {
    pub organization: OrganizationId,
}

impl Operation for ReinstateCertification {
    const KIND: OperationKind = OperationKind::ReinstateCertification;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.organization, TargetId::None)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let account = act.account_facts()?;
        match account.certification {
            Certification::Suspended => certifications::set_suspension(act, None).await?,
            Certification::Current => return Err(Error::Failed(Reason::NotSuspended)),
            Certification::None => return Err(Error::Failed(Reason::NotCertified)),
        }
        Ok(Effect::on_account(account))
    }
}
