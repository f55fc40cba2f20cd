//! Assigns a user a seat of a subscription: never more seats than the subscription has.

use entity::ids::SubscriptionId;

use crate::{operations::prelude::*, store::licences};

/// The user and the subscription.
#[derive(Debug, Serialize)]
pub struct AssignLicence {
    pub on: OnUser,
    pub subscription: SubscriptionId,
}

impl Operation for AssignLicence {
    const KIND: OperationKind = OperationKind::AssignLicence;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        self.on.into()
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        let subscription = subscriptions::row(act, self.subscription).await?;
        licences::assign(act, user, &subscription).await?;
        Ok(Effect::on_user(user).change(Key::Subscription, self.subscription.to_string()))
    }
}
