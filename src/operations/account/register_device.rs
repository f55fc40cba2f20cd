//! Registers a device. No delegate does, whatever its role.

use entity::ids::OrganizationId;

use crate::{
    domain::{kind::OperationKind, values::Name},
    error::Result,
    operations::{Effect, Ids, Operation, nothing_to_prepare},
    store::{
        act::Act,
        devices,
        facts::{Subject, TargetId},
    },
};

/// The device to be registered.
#[derive(Debug)]
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
        let ids = Ids {
            device: Some(device),
            ..Ids::default()
        };
        Ok(Effect::on("device", device)
            .named(self.name.as_str())
            .ids(ids))
    }
}
