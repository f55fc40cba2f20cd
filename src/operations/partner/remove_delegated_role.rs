//! Takes a user's delegated role.

use entity::ids::{OrganizationId, UserId};

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
        users,
    },
};

/// The user concerned.
#[derive(Debug)]
pub struct RemoveDelegatedRole {
    /// The partner.
    pub account: OrganizationId,
    /// The user.
    pub user: UserId,
}

impl Operation for RemoveDelegatedRole {
    const KIND: OperationKind = OperationKind::RemoveDelegatedRole;
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
        let Some(held) = user.delegated_role else {
            return Err(Error::Failed(Reason::RoleNotHeld));
        };
        users::set_delegated_role(act, user, None).await?;
        let (before, now) = (held.as_str(), "NONE");
        let ids = Ids {
            user: Some(user.id),
            ..Ids::default()
        };
        Ok(Effect::on("user", user.id)
            .named(user.name.clone())
            .change("delegated_role_before", before)
            .change("delegated_role", now)
            .ids(ids))
    }
}
