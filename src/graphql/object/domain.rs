//! Domain names.

use async_graphql::{ID, Object};
use chrono::{DateTime, Utc};
use entity::domain;

use crate::domain::values::{DomainName, id::GlobalId};

/// A domain name of an organization.
pub struct Domain(pub domain::Model);

/// A domain name of an organization.
#[Object]
impl Domain {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        GlobalId::Domain(self.0.id).encode().into()
    }

    /// The name in A-labels, lower case: as it is compared.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The name in U-labels: as people read it.
    async fn unicode_name(&self) -> String {
        DomainName::try_from(self.0.name.as_str())
            .map_or_else(|_| self.0.name.clone(), |name| name.unicode())
    }

    /// Whether it is the one that the organization was given at birth.
    async fn initial(&self) -> bool {
        self.0.initial
    }

    /// Whether the organization has proven that it holds the name.
    async fn verified(&self) -> bool {
        self.0.verified_at.is_some()
    }

    /// The TXT record to publish as proof; null for the initial domain.
    async fn txt_record(&self) -> Option<TxtRecord> {
        (!self.0.initial).then(|| TxtRecord {
            name: format!("_mandate-challenge.{}", self.0.name),
            value: format!("mandate-domain-verification={}", self.0.proof),
        })
    }

    /// When it was added.
    async fn added_at(&self) -> DateTime<Utc> {
        self.0.added_at
    }
}

/// A DNS record of type TXT.
#[derive(async_graphql::SimpleObject)]
pub struct TxtRecord {
    /// Its owner name.
    name: String,
    /// Its text.
    value: String,
}
