//! Sends the link of a recovery whose waiting time is over, or ends the recovery if it is no longer needed.

use entity::{ids::RecoveryId, states::RecoveryEnd};

use crate::{
    domain::described::Described,
    operations::{notice, prelude::*},
    store::recoveries,
};

/// The recovery.
#[derive(Debug, Serialize)]
pub struct SendRecovery {
    pub recovery: RecoveryId,
}

impl Operation for SendRecovery {
    const KIND: OperationKind = OperationKind::SendRecovery;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Recovery(self.recovery)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let row = match recoveries::going_on(act, self.recovery).await {
            Ok(row) => row,
            Err(Error::Failed(_)) => return Ok(Effect::nothing()),
            Err(error) => return Err(error),
        };
        // Another worker was first, or it is not approved.
        if row.sent_at.is_some() || row.due_at.is_none_or(|due| act.now() < due) {
            return Ok(Effect::nothing());
        }
        let told = notice::of_recovery(act, &row).await?;
        let effect = Effect::on_recovery(&row).deliver(told);
        match recoveries::check(act, &row).await {
            Ok(()) => {
                recoveries::send(act, row.id).await?;
                let recovery = row.id;
                Ok(effect.deliver([Delivery::Recovery { recovery }]))
            }
            Err(Error::Failed(reason) | Error::Input { reason, .. }) => {
                recoveries::end(act, row.id, RecoveryEnd::NotNeeded).await?;
                Ok(effect.change(Key::Because, reason.name()))
            }
            Err(error) => Err(error),
        }
    }
}
