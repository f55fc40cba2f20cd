//! Sends an organization's global admins, except those in a partner's hands, the signed notes of where records end:
//! of its own record, and of the records of clients that it administers.

use entity::ids::OrganizationId;

use crate::{
    operations::prelude::*,
    store::notes::{self, Pace},
};

/// The organization whose notes are sent.
#[derive(Debug, Serialize)]
pub struct SendNotes {
    pub organization: OrganizationId,
    /// How often they are.
    #[serde(skip)]
    pub pace: Pace,
    /// The platform's domain.
    pub platform: String,
}

impl Operation for SendNotes {
    const KIND: OperationKind = OperationKind::SendNotes;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.organization, TargetId::None)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let nothing = Effect::nothing();
        if !notes::take(act, self.pace, &self.platform).await? {
            return Ok(nothing);
        }
        let organization = self.organization;
        let admins = roles::free_admin_contacts(act).await?.into_iter();
        Ok(nothing.deliver(admins.map(|to| Delivery::Notes { organization, to })))
    }
}
