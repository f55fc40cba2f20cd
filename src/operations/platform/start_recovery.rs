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
    /// The global admin's sign-in name; without a domain, at the organization's default one.
    pub sign_in_name: String,
    /// The address: the user's contact, or a new one if that mailbox is lost.
    pub contact: Email,
}

impl Operation for StartRecovery {
    const KIND: OperationKind = OperationKind::StartRecovery;
    type Prepared = SignInName;

    fn subject(&self) -> Subject {
        Subject::Account(self.organization, TargetId::None)
    }

    async fn prepare(&self, _: &App, facts: &Facts) -> Result<SignInName> {
        names::sign_in_name(facts, &self.sign_in_name)
    }

    async fn apply(&self, act: &Act<'_>, sign_in_name: &SignInName) -> Result<Effect> {
        let operator = act.actor().ok_or_else(Error::not_found)?;
        let row = recoveries::start(act, operator, sign_in_name, &self.contact).await?;
        let told = notice::of_recovery(act, &row).await?;
        Ok(Effect::on_recovery(&row).deliver(told))
    }
}
