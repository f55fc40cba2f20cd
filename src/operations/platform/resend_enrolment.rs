//! Sends the first global admin a new enrolment link, while the organization has none enrolled.

use chrono::TimeDelta;
use entity::{ids::OrganizationId, states::LinkPurpose};

use crate::{
    app::App,
    domain::{delivery::Delivery, kind::OperationKind, policy::Facts, reason::Reason},
    error::{Error, Result},
    operations::{Effect, Ids, Operation},
    store::{
        act::Act,
        facts::{Subject, TargetId},
        links, roles,
    },
};

/// The organization whose first global admin lost the link.
#[derive(Debug)]
pub struct ResendEnrolment {
    /// The organization.
    pub organization: OrganizationId,
    /// How long the new link is good.
    pub link_life: TimeDelta,
}

impl Operation for ResendEnrolment {
    const KIND: OperationKind = OperationKind::ResendEnrolment;
    type Prepared = ();

    fn subject(&self) -> Subject {
        Subject::Account(self.organization, TargetId::None)
    }

    async fn prepare(&self, _: &App, _: &Facts) -> Result<()> {
        Ok(())
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
        let ids = Ids {
            organization: Some(act.account()),
            ..Ids::default()
        };
        Ok(Effect::on("organization", act.account())
            .ids(ids)
            .deliver(deliveries))
    }
}
