//! Makes the platform organization, at the first start.

use entity::ids::OrganizationId;

use crate::{
    domain::values::{DomainName, Name, Slug},
    operations::prelude::*,
    store::organizations::{self, NewOrganization},
};

/// The platform organization to be made.
#[derive(Debug, Serialize)]
pub struct FoundPlatform {
    pub id: OrganizationId,
    /// Label of its initial domain.
    pub slug: Slug,
    pub name: Name,
    pub initial_domain: DomainName,
}

impl Operation for FoundPlatform {
    const KIND: OperationKind = OperationKind::FoundPlatform;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Founding(self.id)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let new = NewOrganization {
            id: act.account(),
            slug: &self.slug,
            name: &self.name,
            initial_domain: &self.initial_domain,
            platform: true,
        };
        organizations::register(act, &new).await?;
        Ok(Effect::on(self.id))
    }
}
