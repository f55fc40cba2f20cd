//! Retires a device. No delegate does, whatever its role.

use entity::ids::{DeviceId, OrganizationId};

use crate::{
    domain::{kind::OperationKind, reason::Reason},
    error::{Error, Result},
    operations::{Effect, Ids, Operation, nothing_to_prepare},
    store::{
        act::Act,
        devices,
        facts::{Subject, TargetId},
    },
};

/// The device to be retired.
#[derive(Debug)]
pub struct RetireDevice {
    pub account: OrganizationId,
    pub device: DeviceId,
}

impl Operation for RetireDevice {
    const KIND: OperationKind = OperationKind::RetireDevice;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::Device(self.device))
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let device = act.device()?;
        if device.retired {
            return Err(Error::Failed(Reason::AlreadyRetired));
        }
        devices::retire(act, device).await?;
        let ids = Ids {
            device: Some(device.id),
            ..Ids::default()
        };
        Ok(Effect::on("device", device.id).ids(ids))
    }
}
