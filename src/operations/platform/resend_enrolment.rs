//! Sends the first global admin a new enrolment link, while the organization has none enrolled.

use chrono::TimeDelta;
use entity::{ids::OrganizationId, states::LinkPurpose};

use crate::{
    domain::{delivery::Delivery, kind::OperationKind, reason::Reason},
    error::{Error, Result},
    operations::{Effect, Ids, Operation, nothing_to_prepare},
    store::{
        act::Act,
        facts::{Subject, TargetId},
        links, roles,
    },
};

/// The organization whose first global admin lost the link.
#[derive(Debug)]
pub struct ResendEnrolment {
    pub organization: OrganizationId,
    /// How long the new link is good.
    pub link_life: TimeDelta,
}

impl Operation for ResendEnrolment {
    const KIND: OperationKind = OperationKind::ResendEnrolment;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.organization, TargetId::None)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        if roles::has_other_global_admin(act, None).await? {
            return Err(Error::Failed(Reason::AlreadyEnrolled));
        }
        let mut deliveries = Vec::new();
        for user in roles::unenrolled_global_admins(act).await? {
            let link =
                links::insert(act, act.account(), user, LinkPurpose::Enrol, self.link_life).await?;
            deliveries.push(Delivery::Link { link });
        }
        if deliveries.is_empty() {
            return Err(Error::Failed(Reason::NobodyToEnrol));
        }
        let ids = Ids {
            organization: Some(act.account()),
            ..Ids::default()
        };
        Ok(Effect::on("organization", act.account())
            .ids(ids)
            .deliver(deliveries))
    }
}
