//! Reinstates a suspended certification: the grants under it can be used again.

use entity::ids::OrganizationId;

use crate::{
    domain::{certification::Certification, kind::OperationKind, reason::Reason},
    error::{Error, Result},
    operations::{Effect, Ids, Operation, nothing_to_prepare},
    store::{
        act::Act,
        certifications,
        facts::{Subject, TargetId},
    },
};

/// The organization concerned.
#[derive(Debug)]
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
        let account = act.facts().account.as_ref().ok_or_else(Error::not_found)?;
        match account.certification {
            Certification::Suspended => certifications::set_suspension(act, None).await?,
            Certification::Current => return Err(Error::Failed(Reason::NotSuspended)),
            Certification::None => return Err(Error::Failed(Reason::NotCertified)),
        }
        let ids = Ids {
            organization: Some(account.id),
            ..Ids::default()
        };
        Ok(Effect::on("organization", account.id)
            .named(account.name.clone())
            .ids(ids))
    }
}
