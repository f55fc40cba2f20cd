//! Suspends a certification: no new offer, no acceptance, and every grant under it is held.

use entity::ids::OrganizationId;

use crate::{
    domain::{certification::Certification, values::Message},
    operations::prelude::*,
    store::certifications,
};

/// The organization concerned.
#[derive(Debug, Serialize)]
pub struct SuspendCertification {
    pub organization: OrganizationId,
    /// Why: shown to the organization's global admins.
    pub message: Message,
}

impl Operation for SuspendCertification {
    const KIND: OperationKind = OperationKind::SuspendCertification;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.organization, TargetId::None)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let account = act.account_facts()?;
        match account.certification {
            Certification::Current => {
                certifications::set_suspension(act, Some(&self.message)).await?;
            }
            Certification::Suspended => return Err(Error::Failed(Reason::AlreadySuspended)),
            Certification::None => return Err(Error::Failed(Reason::NotCertified)),
        }
        Ok(Effect::on_account(account))
    }
}
