//! Takes a user's delegated role.

use entity::ids::{OrganizationId, UserId};

use crate::{
    domain::{kind::OperationKind, reason::Reason},
    error::{Error, Result},
    operations::{Effect, Operation, nothing_to_prepare},
    store::{
        act::Act,
        facts::{Subject, TargetId},
        users,
    },
};

/// The user concerned.
#[derive(Debug)]
pub struct RemoveDelegatedRole {
    /// The partner.
    pub account: OrganizationId,
    pub user: UserId,
}

impl Operation for RemoveDelegatedRole {
    const KIND: OperationKind = OperationKind::RemoveDelegatedRole;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::User(self.user))
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        let Some(held) = user.delegated_role else {
            return Err(Error::Failed(Reason::RoleNotHeld));
        };
        users::set_delegated_role(act, user, None).await?;
        let (before, now) = (held.as_str(), "NONE");
        Ok(Effect::on_user(user)
            .change("delegated_role_before", before)
            .change("delegated_role", now))
    }
}
