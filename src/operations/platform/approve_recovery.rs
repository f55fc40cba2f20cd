//! Approves a recovery: a second operator has made sure, independently of the first, that the organization asks for
//! it. The link is sent after the waiting time, unless somebody stops the recovery.

use entity::ids::RecoveryId;

use crate::{
    domain::values::Email,
    operations::{notice, prelude::*},
    store::recoveries,
};

/// The recovery, and its address as the organization told it to the second operator.
#[derive(Debug, Serialize)]
pub struct ApproveRecovery {
    pub recovery: RecoveryId,
    /// The address.
    pub contact: Email,
}

impl Operation for ApproveRecovery {
    const KIND: OperationKind = OperationKind::ApproveRecovery;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Recovery(self.recovery)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let operator = act.actor().ok_or_else(Error::not_found)?;
        let mut row = recoveries::going_on(act, self.recovery).await?;
        if row.approved_at.is_some() {
            return Err(Error::Failed(Reason::AlreadyApproved));
        }
        if row.started_by == operator {
            return Err(Error::Failed(Reason::SameOperator));
        }
        if !recoveries::is_seasoned(act, &row, operator).await? {
            return Err(Error::Failed(Reason::OperatorTooNew));
        }
        if row.contact.to_lowercase() != self.contact.as_str().to_lowercase() {
            return Err(Error::Input {
                field: "contact",
                reason: Reason::InputInvalid,
                message: "This is not the address that the recovery was started with.".to_owned(),
            });
        }
        recoveries::check(act, &row).await?;
        recoveries::approve(act, row.id, operator).await?;
        row.approved_by = Some(operator);
        let told = notice::of_recovery(act, &row).await?;
        Ok(Effect::on_recovery(&row).deliver(told))
    }
}
