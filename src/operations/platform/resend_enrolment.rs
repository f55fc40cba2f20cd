//! Sends the first global admin a new enrolment link, while the organization has none enrolled.

use entity::{ids::OrganizationId, states::LinkPurpose};

use crate::operations::prelude::*;

/// The organization whose first global admin lost the link.
#[derive(Debug, Serialize)]
pub struct ResendEnrolment {
    pub organization: OrganizationId,
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
            let link = links::insert(
                act,
                act.account(),
                user,
                LinkPurpose::Enrol,
                act.config().auth.enrol_link(),
            )
            .await?;
            deliveries.push(Delivery::link(link, LinkPurpose::Enrol));
        }
        if deliveries.is_empty() {
            return Err(Error::Failed(Reason::NobodyToEnrol));
        }
        Ok(Effect::on(act.account()).deliver(deliveries))
    }
}
