//! Writes of managed devices: never by delegates.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::ids::DeviceId;

use crate::{
    domain::{
        kind::OperationKind,
        reason::Reason,
        values::{Name, id::GlobalId},
    },
    error::Error,
    graphql::{
        context,
        guard::Requires,
        mutation::{Common, payload::payload, run},
        object::Device,
    },
    operations::account::{
        register_device::RegisterDevice, retire_device::RetireDevice, wipe_device::WipeDevice,
    },
};

/// The device to be registered.
#[derive(InputObject)]
pub struct RegisterDeviceInput {
    /// The account: the viewer's own organization, or a client.
    account_id: ID,
    /// Its name.
    name: String,
    #[graphql(flatten)]
    common: Common,
}

/// The device to be retired.
#[derive(InputObject)]
pub struct RetireDeviceInput {
    /// The account: the viewer's own organization, or a client.
    account_id: ID,
    /// The device.
    device_id: ID,
    #[graphql(flatten)]
    common: Common,
}

/// The device to be wiped.
#[derive(InputObject)]
pub struct WipeDeviceInput {
    /// The account: the viewer's own organization, or a client.
    account_id: ID,
    /// The device.
    device_id: ID,
    #[graphql(flatten)]
    common: Common,
}

payload! {
    /// What `registerDevice` did.
    RegisterDevicePayload {
        /// The device registered.
        device: Device,
    }
}

payload! {
    /// What `retireDevice` did.
    RetireDevicePayload {
        /// The device retired.
        device: Device,
    }
}

payload! {
    /// What `wipeDevice` did.
    WipeDevicePayload {
        /// The device, which erases itself when it next asks.
        device: Device,
    }
}

fn device(id: &ID) -> Result<DeviceId, Error> {
    match context::id(id) {
        Some(GlobalId::Device(id)) => Ok(id),
        _ => Err(Error::field("deviceId", Reason::IdInvalid)),
    }
}

/// Writes of devices.
#[derive(Default)]
pub struct DeviceMutation;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl DeviceMutation {
    /// Register a device.
    ///
    /// Least role: GLOBAL_ADMIN of the account; not supported for delegates.
    #[graphql(guard = "Requires(OperationKind::RegisterDevice)")]
    async fn register_device(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: RegisterDeviceInput,
    ) -> Result<Option<RegisterDevicePayload>> {
        let operation = RegisterDevice {
            account: context::account(&input.account_id, "accountId")?,
            name: Name::try_from(input.name.as_str())
                .map_err(|invalid| Error::input("name", invalid))?,
        };
        run(ctx, input.common.envelope(ctx)?, operation).await
    }

    /// Retire a device.
    ///
    /// Least role: GLOBAL_ADMIN of the account; not supported for delegates.
    #[graphql(guard = "Requires(OperationKind::RetireDevice)")]
    async fn retire_device(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: RetireDeviceInput,
    ) -> Result<Option<RetireDevicePayload>> {
        let operation = RetireDevice {
            account: context::account(&input.account_id, "accountId")?,
            device: device(&input.device_id)?,
        };
        run(ctx, input.common.envelope(ctx)?, operation).await
    }

    /// Ask a device to erase itself: what manages devices does so when the device next asks.
    ///
    /// Least role: GLOBAL_ADMIN of the account; not supported for delegates.
    #[graphql(guard = "Requires(OperationKind::WipeDevice)")]
    async fn wipe_device(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: WipeDeviceInput,
    ) -> Result<Option<WipeDevicePayload>> {
        let operation = WipeDevice {
            account: context::account(&input.account_id, "accountId")?,
            device: device(&input.device_id)?,
        };
        run(ctx, input.common.envelope(ctx)?, operation).await
    }
}
