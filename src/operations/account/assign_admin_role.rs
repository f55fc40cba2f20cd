//! Gives a user an admin role. Acts by a role that the account itself gave count as the account's own acts, so
//! the user must not be in a partner's hands: no delegate may be able to use its sign-in.

use entity::states::AdminRole;

use crate::operations::prelude::*;

/// The role and the user concerned.
#[derive(Debug, Serialize)]
pub struct AssignAdminRole {
    pub on: OnUser,
    pub role: AdminRole,
    /// Whether the role is to wait, if the user is in a partner's hands, until the user is in nobody's hands.
    pub when_out: bool,
}

impl Operation for AssignAdminRole {
    const KIND: OperationKind = OperationKind::AssignAdminRole;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        self.on.into()
    }

    fn request(&self) -> RequestFacts {
        RequestFacts {
            waits: self.when_out,
            gives_consent: self.role == AdminRole::GlobalAdmin,
            ..RequestFacts::default()
        }
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        if act.causes().is_empty() && !user.hands.is_empty() {
            awaited::give(act, user, self.role).await?;
            return Ok(Effect::on_user(user)
                .change(Key::Role, self.role.as_str())
                .change(Key::Waits, "true"));
        }
        let mut grants = act.causes().into_iter().map(|cause| cause.grant);
        if let Some(first) = grants.next()
            && grants.any(|grant| grant != first)
        {
            return Err(Error::Failed(Reason::SeveralGrants));
        }
        roles::assign(act, user, self.role).await?;
        Ok(Effect::on_user(user).change(Key::Role, self.role.as_str()))
    }
}
