//! Stops a recovery. Any operator may, and any admin of the organization from PASSWORD_ADMIN on.

use entity::ids::RecoveryId;

use crate::{
    operations::{notice, prelude::*},
    store::recoveries,
};

/// The recovery.
#[derive(Debug, Serialize)]
pub struct StopRecovery {
    pub recovery: RecoveryId,
}

impl Operation for StopRecovery {
    const KIND: OperationKind = OperationKind::StopRecovery;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Recovery(self.recovery)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let row = recoveries::stoppable(act, self.recovery).await?;
        let told = notice::of_recovery(act, &row).await?;
        recoveries::stop(act, &row).await?;
        Ok(Effect::on_recovery(&row).deliver(told))
    }
}
