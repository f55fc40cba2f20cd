//! Suspends a certification: no new offer, no acceptance, and every grant under it is held.

use entity::ids::OrganizationId;

use crate::{
    domain::{certification::Certification, kind::OperationKind, reason::Reason, values::Message},
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
pub struct SuspendCertification {
    pub organization: OrganizationId,
    /// Why: shown to the organization's global admins.
    pub reason: Message,
}

impl Operation for SuspendCertification {
    const KIND: OperationKind = OperationKind::SuspendCertification;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.organization, TargetId::None)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let account = act.facts().account.as_ref().ok_or_else(Error::not_found)?;
        match account.certification {
            Certification::Current => {
                certifications::set_suspension(act, Some(&self.reason)).await?;
            }
            Certification::Suspended => return Err(Error::Failed(Reason::AlreadySuspended)),
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
