//! Turns a service on or off for a user who is licensed for it; device management never by a delegate.

use entity::ids::ServiceId;

use crate::{operations::prelude::*, store::licences};

/// The user and the service.
#[derive(Debug, Serialize)]
pub struct SetServiceAccess {
    pub of: OnUser,
    pub service: ServiceId,
    /// Whether it is turned on.
    pub on: bool,
}

impl Operation for SetServiceAccess {
    const KIND: OperationKind = OperationKind::SetServiceAccess;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(
            self.of.account,
            TargetId::UserService(self.of.user, self.service),
        )
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        licences::set_service(act, user.id, self.service, self.on).await?;
        Ok(Effect::on_user(user)
            .change(Key::Service, self.service.to_string())
            .change(Key::Access, if self.on { "ON" } else { "OFF" }))
    }
}
