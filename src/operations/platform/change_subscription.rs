//! Changes the seats of a subscription, or ends it.

use entity::ids::{OrganizationId, SubscriptionId};

use crate::operations::prelude::*;

/// The subscription and what becomes of it.
#[derive(Debug, Serialize)]
pub struct ChangeSubscription {
    pub organization: OrganizationId,
    pub subscription: SubscriptionId,
    /// Its seats from now on; `None` keeps them.
    pub seats: Option<i32>,
    /// Whether it ends now.
    pub end: bool,
}

impl Operation for ChangeSubscription {
    const KIND: OperationKind = OperationKind::ChangeSubscription;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.organization, TargetId::None)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let row = subscriptions::row(act, self.subscription).await?;
        if !subscriptions::runs(&row, act.now()) {
            return Err(Error::Failed(Reason::SubscriptionOver));
        }
        let seats = self.seats.unwrap_or(row.seats);
        let assigned = subscriptions::assigned(act, row.id).await?;
        if u64::try_from(seats).unwrap_or_default() < assigned && !self.end {
            return Err(Error::Failed(Reason::SeatsInUse));
        }
        subscriptions::change(act, row.id, seats, self.end).await?;
        let effect = Effect::on(row.id)
            .change(Key::SeatsBefore, row.seats.to_string())
            .change(Key::Seats, seats.to_string());
        Ok(if self.end {
            effect.change(Key::Ended, "true")
        } else {
            effect
        })
    }
}
