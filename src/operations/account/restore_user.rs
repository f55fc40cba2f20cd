//! Restores a deleted user, with its admin roles and without licences. Its old password no longer works: it
//! chooses a new one by a link.

use crate::operations::prelude::*;

/// The user to be restored.
#[derive(Debug, Serialize)]
pub struct RestoreUser(pub OnUser);

impl Operation for RestoreUser {
    const KIND: OperationKind = OperationKind::RestoreUser;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        self.0.into()
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        if !user.deleted {
            return Err(Error::Failed(Reason::UserNotDeleted));
        }
        users::restore(act, user.id).await?;
        passwords::clear_password(act, user).await?;
        sessions::revoke_all(act, user.id, None).await?;
        links::close_all(act, user.id).await?;
        Ok(Effect::on_user(user))
    }
}
