//! Gives a user of the partner administrative access to the clients it supports.

use entity::{
    ids::{OrganizationId, UserId},
    states::DelegatedRole,
};

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
pub struct AssignDelegatedRole {
    /// The partner.
    pub account: OrganizationId,
    pub user: UserId,
    pub role: DelegatedRole,
}

impl Operation for AssignDelegatedRole {
    const KIND: OperationKind = OperationKind::AssignDelegatedRole;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::User(self.user))
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        if user.delegated_role == Some(self.role) {
            return Err(Error::Failed(Reason::RoleHeld));
        }
        users::set_delegated_role(act, user, Some(self.role)).await?;
        let before = user.delegated_role.map_or("NONE", DelegatedRole::as_str);
        let now = self.role.as_str();
        Ok(Effect::on_user(user)
            .change("delegated_role_before", before)
            .change("delegated_role", now))
    }
}
