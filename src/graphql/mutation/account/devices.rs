//! Mutations of managed devices: never by delegates.

use async_graphql::{Context, ID, InputObject, Object, Result};

use crate::{
    domain::{kind::OperationKind, values::Name},
    error::Error,
    graphql::{
        guard::Requires,
        id,
        mutation::{Common, input::OnDeviceInput, payload::payload, run},
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
    #[graphql(flatten)]
    on: OnDeviceInput,
}

/// The device to be wiped.
#[derive(InputObject)]
pub struct WipeDeviceInput {
    #[graphql(flatten)]
    on: OnDeviceInput,
}

payload!(
    RegisterDevicePayload, "What `registerDevice` did.",
    device: Device = "The device registered.",
);

payload!(RetireDevicePayload, "What `retireDevice` did.", device: Device = "The device retired.");
payload!(
    WipeDevicePayload, "What `wipeDevice` did.",
    device: Device = "The device, which erases itself when it next asks.",
);

/// Mutations of devices.
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
        input: RegisterDeviceInput,
    ) -> Result<Option<RegisterDevicePayload>> {
        let operation = RegisterDevice {
            account: id::parse(&input.account_id, "accountId")?,
            name: Name::try_from(input.name.as_str())
                .map_err(|invalid| Error::input("name", invalid))?,
        };
        run(ctx, input.common, operation).await
    }

    /// Retire a device.
    ///
    /// Least role: GLOBAL_ADMIN of the account; not supported for delegates.
    #[graphql(guard = "Requires(OperationKind::RetireDevice)")]
    async fn retire_device(
        &self,
        ctx: &Context<'_>,
        input: RetireDeviceInput,
    ) -> Result<Option<RetireDevicePayload>> {
        let operation = RetireDevice(input.on.parse()?);
        run(ctx, input.on.common, operation).await
    }

    /// Ask a device to erase itself. The system that manages devices has it erased when the device next asks.
    ///
    /// Least role: GLOBAL_ADMIN of the account; not supported for delegates.
    #[graphql(guard = "Requires(OperationKind::WipeDevice)")]
    async fn wipe_device(
        &self,
        ctx: &Context<'_>,
        input: WipeDeviceInput,
    ) -> Result<Option<WipeDevicePayload>> {
        let operation = WipeDevice(input.on.parse()?);
        run(ctx, input.on.common, operation).await
    }
}
