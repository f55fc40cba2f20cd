//! Erases what is known of a user who was deleted longer ago than it can be restored. What the
//! record tells of it stays.

use chrono::TimeDelta;
use entity::ids::{OrganizationId, UserId};

use crate::{
    domain::kind::OperationKind,
    error::{Error, Result},
    operations::{Effect, Operation, nothing_to_prepare},
    store::{
        act::Act,
        facts::{Subject, TargetId},
        record::erase,
        users,
    },
};

/// The user to be erased.
#[derive(Debug)]
pub struct PurgeUser {
    pub organization: OrganizationId,
    pub user: UserId,
    /// How long it could be restored.
    pub restorable: TimeDelta,
}

impl Operation for PurgeUser {
    const KIND: OperationKind = OperationKind::PurgeUser;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.organization, TargetId::User(self.user))
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        let row = users::row(act, user.id)
            .await?
            .ok_or_else(Error::not_found)?;
        let due = row
            .deleted_at
            .is_some_and(|at| at + self.restorable <= act.now());
        // A date alone erases nothing: the record tells of the deletion.
        let due = due && erase::is_deleted(act, user.id, self.restorable).await?;
        // Restored meanwhile, or purged by another worker: nothing is left to do.
        if !due || row.purged_at.is_some() {
            return Ok(Effect::nothing(act.operation()));
        }
        users::purge(act, user.id).await?;
        Ok(Effect::on("user", user.id))
    }
}
