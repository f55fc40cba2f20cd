//! Starts the recovery of a global admin whom no other global admin of the organization can help. It needs two
//! operators; this is the first. Everyone concerned is told of each step.

use entity::ids::OrganizationId;

use crate::{
    domain::values::{Email, SignInName},
    operations::{notice, prelude::*},
    store::recoveries,
};

/// The global admin, and where its link is to be sent.
#[derive(Debug, Serialize)]
pub struct StartRecovery {
    pub organization: OrganizationId,
    /// The global admin's sign-in name.
    pub sign_in_name: SignInName,
    /// The address: the user's contact, or a new one if that mailbox is lost.
    pub contact: Email,
}

impl Operation for StartRecovery {
    const KIND: OperationKind = OperationKind::StartRecovery;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.organization, TargetId::None)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let operator = act.actor().ok_or_else(Error::not_found)?;
        let row = recoveries::start(act, operator, &self.sign_in_name, &self.contact).await?;
        let told = notice::of_recovery(act, &row).await?;
        Ok(Effect::on_recovery(&row).deliver(told))
    }
}
