//! Registers a device. No delegate may do this, whatever its role.

use entity::ids::OrganizationId;

use crate::{domain::values::Name, operations::prelude::*, store::devices};

/// The device to be registered.
#[derive(Debug, Serialize)]
pub struct RegisterDevice {
    pub account: OrganizationId,
    pub name: Name,
}

impl Operation for RegisterDevice {
    const KIND: OperationKind = OperationKind::RegisterDevice;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::None)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let device = devices::insert(act, &self.name).await?;
        Ok(Effect::on(device).named(self.name.as_str()))
    }
}
