//! Retires a device. No delegate does, whatever its role.

use entity::ids::{DeviceId, OrganizationId};

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
        devices,
        facts::{Subject, TargetId},
    },
};

/// The device to be retired.
#[derive(Debug)]
pub struct RetireDevice {
    /// The account.
    pub account: OrganizationId,
    /// The device.
    pub device: DeviceId,
}

impl Operation for RetireDevice {
    const KIND: OperationKind = OperationKind::RetireDevice;
    type Prepared = ();

    fn subject(&self) -> Subject {
        Subject::Account(self.account, TargetId::Device(self.device))
    }

    async fn prepare(&self, _: &App, _: &Facts) -> Result<()> {
        Ok(())
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let Target::Device(device) = &act.facts().target else {
            return Err(Error::not_found());
        };
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
