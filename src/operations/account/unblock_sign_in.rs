//! Lets a blocked user sign in again.

use crate::operations::prelude::*;

/// The user to be unblocked.
#[derive(Debug, Serialize)]
pub struct UnblockSignIn(pub OnUser);

impl Operation for UnblockSignIn {
    const KIND: OperationKind = OperationKind::UnblockSignIn;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        self.0.into()
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        if !user.blocked {
            return Err(Error::Failed(Reason::NotBlocked));
        }
        users::set_blocked(act, user.id, false).await?;
        Ok(Effect::on_user(user))
    }
}
