//! Retires a device. No delegate may do this, whatever its role.

use crate::{operations::prelude::*, store::devices};

/// The device to be retired.
#[derive(Debug, Serialize)]
pub struct RetireDevice(pub OnDevice);

impl Operation for RetireDevice {
    const KIND: OperationKind = OperationKind::RetireDevice;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        self.0.into()
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let device = act.device()?;
        if device.retired {
            return Err(Error::Failed(Reason::AlreadyRetired));
        }
        devices::retire(act, device).await?;
        Ok(Effect::on(device.id))
    }
}
