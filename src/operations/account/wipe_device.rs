//! Asks a device to erase itself. No delegate may do this, whatever its role.

use crate::{operations::prelude::*, store::devices};

/// The device to be wiped.
#[derive(Debug, Serialize)]
pub struct WipeDevice(pub OnDevice);

impl Operation for WipeDevice {
    const KIND: OperationKind = OperationKind::WipeDevice;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        self.0.into()
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let device = act.device()?;
        if device.wiped {
            return Err(Error::Failed(Reason::AlreadyWiped));
        }
        devices::wipe(act, device).await?;
        Ok(Effect::on(device.id))
    }
}
