//! Blocks a user from signing in; all sessions end. Never of the last global admin whom the account itself
//! appointed.

use crate::operations::prelude::*;

/// The user to be blocked.
#[derive(Debug, Serialize)]
pub struct BlockSignIn(pub OnUser);

impl Operation for BlockSignIn {
    const KIND: OperationKind = OperationKind::BlockSignIn;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        self.0.into()
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        // A block by the account's own admins replaces a delegate's block, so that no delegate may undo it.
        let takes_over = act.grant().is_none() && !user.blocked_by_own;
        if user.blocked && !takes_over {
            return Err(Error::Failed(Reason::AlreadyBlocked));
        }
        roles::keep_a_global_admin(act, user).await?;
        users::set_blocked(act, user.id, true).await?;
        sessions::revoke_all(act, user.id, None).await?;
        Ok(Effect::on_user(user))
    }
}
