//! Stops a recovery: any admin of the organization who may touch a sign-in does, and any operator.

use entity::{ids::RecoveryId, states::RecoveryEnd};

use crate::{
    domain::kind::OperationKind,
    error::Result,
    operations::{Effect, Operation, nothing_to_prepare, notice},
    store::{act::Act, facts::Subject, recoveries},
};

/// The recovery.
#[derive(Debug)]
pub struct StopRecovery {
    /// The recovery.
    pub recovery: RecoveryId,
}

impl Operation for StopRecovery {
    const KIND: OperationKind = OperationKind::StopRecovery;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Recovery(self.recovery)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let row = recoveries::going_on(act, self.recovery).await?;
        recoveries::end(act, row.id, RecoveryEnd::Stopped).await?;
        let told = notice::of_recovery(act, &row).await?;
        Ok(Effect::on_recovery(&row).deliver(told))
    }
}
