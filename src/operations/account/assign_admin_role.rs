//! Gives a user an admin role.

use entity::{
    ids::{OrganizationId, UserId},
    states::AdminRole,
};

use crate::{
    app::App,
    domain::{
        kind::OperationKind,
        policy::{Facts, Target},
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
pub struct AssignAdminRole {
    /// The account.
    pub account: OrganizationId,
    /// The user.
    pub user: UserId,
    /// The role.
    pub role: AdminRole,
}

impl Operation for AssignAdminRole {
    const KIND: OperationKind = OperationKind::AssignAdminRole;
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
        roles::assign(act, user, self.role).await?;
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
