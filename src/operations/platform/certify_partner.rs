//! Certifies that an organization may offer delegated administration.

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
        let account = act.facts().account.as_ref().ok_or_else(Error::not_found)?;
        if account.platform {
            return Err(Error::field("organizationId", Reason::IdInvalid));
        }
        match account.certification {
            Certification::None => certifications::insert(act).await?,
            Certification::Current => return Err(Error::Failed(Reason::AlreadyCertified)),
            Certification::Suspended => return Err(Error::Failed(Reason::AlreadySuspended)),
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
