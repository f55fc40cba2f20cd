//! Takes a seat of a subscription from a user.

use entity::ids::{OrganizationId, SubscriptionId, UserId};

use crate::{
    domain::kind::OperationKind,
    error::Result,
    operations::{Effect, Operation, nothing_to_prepare},
    store::{
        act::Act,
        facts::{Subject, TargetId},
        licences, subscriptions,
    },
};

/// The user and the subscription.
#[derive(Debug)]
pub struct UnassignLicence {
    pub account: OrganizationId,
    pub user: UserId,
    pub subscription: SubscriptionId,
}

impl Operation for UnassignLicence {
    const KIND: OperationKind = OperationKind::UnassignLicence;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::User(self.user))
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        let subscription = subscriptions::row(act, self.subscription).await?;
        licences::unassign(act, user.id, subscription.id).await?;
        Ok(Effect::on_user(user).change("subscription", self.subscription.to_string()))
    }
}
