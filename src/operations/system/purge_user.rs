//! Erases what is known of a deleted user who can no longer be restored. The user's texts in the record are
//! erased afterwards, by `erase_texts`.

use crate::{operations::prelude::*, store::record::erase};

/// The user to be erased.
#[derive(Debug, Serialize)]
pub struct PurgeUser(pub OnUser);

impl Operation for PurgeUser {
    const KIND: OperationKind = OperationKind::PurgeUser;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        self.0.into()
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        let row = users::row(act, user.id)
            .await?
            .ok_or_else(Error::not_found)?;
        let due = row
            .deleted_at
            .is_some_and(|at| at + act.config().times.restore() <= act.now());
        // The date in the user's row is not enough: the record must confirm the deletion.
        let due = due && erase::is_deleted(act, user.id, act.config().times.restore()).await?;
        // The user was restored in the meantime, or purged by another worker: nothing is left to do.
        if !due || row.purged_at.is_some() {
            return Ok(Effect::nothing());
        }
        users::purge(act, user.id).await?;
        Ok(Effect::on(user.id))
    }
}
