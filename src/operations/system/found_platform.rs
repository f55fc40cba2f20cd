//! Makes the platform organization, at the first start.

use entity::ids::OrganizationId;

use crate::{
    domain::{
        kind::OperationKind,
        values::{DomainName, Name, Slug},
    },
    error::Result,
    operations::{Effect, Ids, Operation, nothing_to_prepare},
    store::{
        act::Act,
        facts::Subject,
        organizations::{self, NewOrganization},
    },
};

/// The platform organization to be made.
#[derive(Debug)]
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
        let ids = Ids {
            organization: Some(self.id),
            ..Ids::default()
        };
        Ok(Effect::on("organization", self.id).ids(ids))
    }
}
