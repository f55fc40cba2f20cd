//! Ends all sessions of a user: whoever is signed in as the user must sign in again.

use crate::operations::prelude::*;

/// The user whose sessions are ended.
#[derive(Debug, Serialize)]
pub struct RevokeSessions(pub OnUser);

impl Operation for RevokeSessions {
    const KIND: OperationKind = OperationKind::RevokeSessions;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        self.0.into()
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        sessions::revoke_all(act, user.id, None).await?;
        Ok(Effect::on_user(user))
    }
}
