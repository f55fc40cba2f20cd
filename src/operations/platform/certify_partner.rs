//! Certifies that an organization may offer delegated administration. Where the platform says so, it takes two operators,
//! who both do this: the first asks for it, the second lets it begin.

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
            Certification::None if needs_second(act).await? => {
                return Ok(Effect::on_account(account).change(Key::WaitsFor, "SECOND_OPERATOR"));
            }
            Certification::None => certifications::insert(act).await?,
            Certification::Current => return Err(Error::Failed(Reason::AlreadyCertified)),
            Certification::Suspended => return Err(Error::Failed(Reason::AlreadySuspended)),
        }
        Ok(Effect::on_account(account))
    }
}

/// Whether another operator has to do the same first.
async fn needs_second(act: &Act<'_>) -> Result<bool> {
    if !act.config().platform.two_operators {
        return Ok(false);
    }
    let operator = act.actor().ok_or_else(Error::not_found)?;
    Ok(!certifications::seconded(act, operator).await?)
}
