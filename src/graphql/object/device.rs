//! Managed devices.

use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::{device, ids::DeviceId};

use crate::{
    domain::{values::id::GlobalId, visibility::Scope},
    graphql::{
        context::Ask,
        page::{self, Paged},
    },
    store::{devices, page::Page},
};

/// A managed device of an organization.
#[derive(Description)]
pub struct Device(pub device::Model);

impl Device {
    /// One of the viewer's own organization, as far as the viewer may see it; `None` otherwise.
    pub async fn find(ctx: &Context<'_>, id: DeviceId) -> Result<Option<Self>> {
        let row = devices::find(ctx.app().db.read(), &ctx.own()?, id).await?;
        Ok(row.map(Self))
    }

    /// Those of an account, as far as the scope shows them.
    pub async fn list(ctx: &Context<'_>, scope: &Scope, page: Page) -> Result<Option<Paged<Self>>> {
        let slice = devices::list(ctx.app().db.read(), scope, page).await?;
        Ok(Some(page::paged(slice.map(Self), page, |device| {
            device.0.id.0
        })))
    }
}

#[Object(use_type_description)]
impl Device {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        GlobalId::Device(self.0.id).encode().into()
    }

    /// Name for people to read.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// When it was registered.
    async fn registered_at(&self) -> DateTime<Utc> {
        self.0.registered_at
    }

    /// When it was retired; null while it is in use.
    async fn retired_at(&self) -> Option<DateTime<Utc>> {
        self.0.retired_at
    }

    /// When it was asked to erase itself; null when it was not.
    async fn wipe_requested_at(&self) -> Option<DateTime<Utc>> {
        self.0.wipe_requested_at
    }
}
