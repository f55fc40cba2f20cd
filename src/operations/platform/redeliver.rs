//! Has a delivery that was given up tried again. Its content is looked up again, and nothing is sent if it is
//! no longer true.

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
