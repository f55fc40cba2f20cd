//! Asks a device to erase itself. No delegate does, whatever its role.

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

/// The device to be wiped.
#[derive(Debug)]
pub struct WipeDevice {
    pub account: OrganizationId,
    pub device: DeviceId,
}

impl Operation for WipeDevice {
    const KIND: OperationKind = OperationKind::WipeDevice;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::Device(self.device))
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let device = act.device()?;
        if device.wiped {
            return Err(Error::Failed(Reason::AlreadyWiped));
        }
        devices::wipe(act, device).await?;
        let ids = Ids {
            device: Some(device.id),
            ..Ids::default()
        };
        Ok(Effect::on("device", device.id).ids(ids))
    }
}
