//! Gives a user an admin role. What is done by a role that the account itself gave passes for the account's
//! own doing: the user's sign-in must not be in a delegate's hands.

use entity::{
    ids::{OrganizationId, UserId},
    states::AdminRole,
};

use crate::{
    domain::{kind::OperationKind, policy::Brought, reason::Reason},
    error::{Error, Result},
    operations::{Effect, Operation, nothing_to_prepare},
    store::{
        act::Act,
        awaited,
        facts::{Subject, TargetId},
        roles,
    },
};

/// The role and the user concerned.
#[derive(Debug)]
pub struct AssignAdminRole {
    pub account: OrganizationId,
    pub user: UserId,
    pub role: AdminRole,
    /// Whether it waits where the user is in somebody's hands, until it has come out of them.
    pub when_out: bool,
}

impl Operation for AssignAdminRole {
    const KIND: OperationKind = OperationKind::AssignAdminRole;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::User(self.user))
    }

    fn brought(&self) -> Brought {
        Brought {
            waits: self.when_out,
            gives_consent: self.role == AdminRole::GlobalAdmin,
            ..Brought::default()
        }
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        if act.causes().is_empty() && !user.hands.is_empty() {
            awaited::give(act, user, self.role).await?;
            return Ok(Effect::on_user(user)
                .change("role", self.role.as_str())
                .change("waits", "true"));
        }
        let mut grants = act.causes().into_iter().map(|cause| cause.grant);
        if let Some(first) = grants.next()
            && grants.any(|grant| grant != first)
        {
            return Err(Error::Failed(Reason::SeveralGrants));
        }
        roles::assign(act, user, self.role).await?;
        Ok(Effect::on_user(user).change("role", self.role.as_str()))
    }
}
