//! Has a delivery tried again that was given up. What it tells is looked up anew: what is no longer so
//! is not sent.

use entity::ids::OutboxId;

use crate::{operations::prelude::*, store::outbox};

/// The delivery concerned.
#[derive(Debug, Serialize)]
pub struct Redeliver {
    pub delivery: OutboxId,
}

impl Operation for Redeliver {
    const KIND: OperationKind = OperationKind::Redeliver;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Platform
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        outbox::revive(act, self.delivery).await?;
        Ok(Effect {
            revived: true,
            ..Effect::on(self.delivery)
        })
    }
}
