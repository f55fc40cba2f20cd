//! Takes an admin role from a user; never the last enrolled global admin's.

use entity::{
    ids::{OrganizationId, UserId},
    states::AdminRole,
};

use crate::{
    app::App,
    domain::{
        kind::OperationKind,
        policy::{Facts, Target},
        reason::Reason,
    },
    error::{Error, Result},
    operations::{Effect, Ids, Operation},
    store::{
        act::Act,
        facts::{Subject, TargetId},
        roles,
    },
};

/// The role and the user concerned.
#[derive(Debug)]
pub struct RemoveAdminRole {
    /// The account.
    pub account: OrganizationId,
    /// The user.
    pub user: UserId,
    /// The role.
    pub role: AdminRole,
}

impl Operation for RemoveAdminRole {
    const KIND: OperationKind = OperationKind::RemoveAdminRole;
    type Prepared = ();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::User(self.user))
    }

    async fn prepare(&self, _: &App, _: &Facts) -> Result<()> {
        Ok(())
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let Target::User(user) = &act.facts().target else {
            return Err(Error::not_found());
        };
        if self.role == AdminRole::GlobalAdmin
            && user.roles.contains(AdminRole::GlobalAdmin)
            && !roles::has_other_global_admin(act, Some(user.id)).await?
        {
            return Err(Error::Failed(Reason::LastGlobalAdmin));
        }
        roles::remove(act, user, self.role).await?;
        let ids = Ids {
            user: Some(user.id),
            ..Ids::default()
        };
        Ok(Effect::on("user", user.id)
            .named(user.name.clone())
            .change("role", self.role.as_str())
            .ids(ids))
    }
}
