//! Erases what is known of a deleted user before the time in which it can be restored is over, so that its sign-in name and
//! its domain name are free. The user's texts in the record are erased afterwards, by `erase_texts`.

use crate::{operations::prelude::*, store::record::erase};

/// The user to be erased.
#[derive(Debug, Serialize)]
pub struct EraseUser(pub OnUser);

impl Operation for EraseUser {
    const KIND: OperationKind = OperationKind::EraseUser;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        self.0.into()
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        let row = users::row(act, user.id)
            .await?
            .ok_or_else(Error::not_found)?;
        // The date in the user's row is not enough: the record must confirm the deletion.
        let deleted = row.deleted_at.is_some() && row.purged_at.is_none();
        if !deleted || !erase::is_deleted(act, user.id, chrono::TimeDelta::zero()).await? {
            return Err(Error::Failed(Reason::UserNotDeleted));
        }
        users::purge(act, user.id).await?;
        Ok(Effect::on(user.id))
    }
}
