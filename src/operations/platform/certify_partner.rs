//! Certifies that an organization may offer delegated administration.

use entity::ids::OrganizationId;

use crate::{domain::certification::Certification, operations::prelude::*, store::certifications};

/// The organization concerned.
#[derive(Debug, Serialize)]
pub struct CertifyPartner {
    pub organization: OrganizationId,
}

impl Operation for CertifyPartner {
    const KIND: OperationKind = OperationKind::CertifyPartner;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.organization, TargetId::None)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let account = act.account_facts()?;
        if account.platform {
            return Err(Error::Input {
                field: "organizationId",
                reason: Reason::IdInvalid,
                message: "The platform itself is not certified: it administers nobody.".to_owned(),
            });
        }
        match account.certification {
            Certification::None => certifications::insert(act).await?,
            Certification::Current => return Err(Error::Failed(Reason::AlreadyCertified)),
            Certification::Suspended => return Err(Error::Failed(Reason::AlreadySuspended)),
        }
        Ok(Effect::on_account(account))
    }
}
