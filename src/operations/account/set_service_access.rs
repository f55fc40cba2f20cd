//! Turns a service on or off for a user who is licensed for it; device management never by a delegate.

use entity::ids::{OrganizationId, ServiceId, UserId};

use crate::{
    domain::kind::OperationKind,
    error::Result,
    operations::{Effect, Operation, nothing_to_prepare},
    store::{
        act::Act,
        facts::{Subject, TargetId},
        licences,
    },
};

/// The user and the service.
#[derive(Debug)]
pub struct SetServiceAccess {
    pub account: OrganizationId,
    pub user: UserId,
    pub service: ServiceId,
    /// Whether it is turned on.
    pub on: bool,
}

impl Operation for SetServiceAccess {
    const KIND: OperationKind = OperationKind::SetServiceAccess;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::UserService(self.user, self.service))
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        licences::set_service(act, user.id, self.service, self.on).await?;
        Ok(Effect::on_user(user)
            .change("service", self.service.to_string())
            .change("access", if self.on { "ON" } else { "OFF" }))
    }
}
