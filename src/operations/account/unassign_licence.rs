//! Takes a seat of a subscription from a user.

use entity::ids::SubscriptionId;

use crate::{operations::prelude::*, store::licences};

/// The user and the subscription.
#[derive(Debug, Serialize)]
pub struct UnassignLicence {
    pub on: OnUser,
    pub subscription: SubscriptionId,
}

impl Operation for UnassignLicence {
    const KIND: OperationKind = OperationKind::UnassignLicence;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        self.on.into()
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        let subscription = subscriptions::row(act, self.subscription).await?;
        licences::unassign(act, user.id, subscription.id).await?;
        Ok(Effect::on_user(user).change(Key::Subscription, self.subscription.to_string()))
    }
}
