//! Domain names.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::{domain, ids::DomainId};

use crate::{
    domain::{
        values::{
            DomainName,
            domain_name::{challenge, proof},
            id::GlobalId,
        },
        visibility::Scope,
    },
    graphql::{
        context::Ask,
        page::{self, Paged},
    },
    store::{
        domains, organizations,
        page::{Page, Slice},
        scopes::Inside,
    },
};

/// A domain name of an organization.
#[derive(Description)]
pub struct Domain {
    /// The row.
    pub row: domain::Model,
    /// What the viewer may see of its organization.
    pub scope: Arc<Scope>,
}

impl Domain {
    /// A domain that the scope shows.
    pub fn new(row: domain::Model, scope: &Arc<Scope>) -> Self {
        Self {
            row,
            scope: Arc::clone(scope),
        }
    }

    /// One that the viewer may see; `None` otherwise.
    pub async fn find(ctx: &Context<'_>, id: DomainId) -> Result<Option<Self>> {
        match ctx.scope_around(Inside::Domain(id)).await? {
            Some(scope) => Self::within(ctx, &scope, id).await,
            None => Ok(None),
        }
    }

    /// One of an account, as far as the scope shows it.
    pub async fn within(
        ctx: &Context<'_>,
        scope: &Arc<Scope>,
        id: DomainId,
    ) -> Result<Option<Self>> {
        let row = domains::find(ctx.app().db.read(), scope, id).await?;
        Ok(row.map(|row| Self::new(row, scope)))
    }

    /// Those of an account, as far as the scope shows them.
    pub async fn list(
        ctx: &Context<'_>,
        scope: &Arc<Scope>,
        page: Page,
    ) -> Result<Option<Paged<Self>>> {
        let slice = domains::list(ctx.app().db.read(), scope, page).await?;
        Ok(Some(Self::connection(scope, slice, page)))
    }

    /// The connection of a page of rows.
    pub fn connection(scope: &Arc<Scope>, slice: Slice<domain::Model>, page: Page) -> Paged<Self> {
        let slice = slice.map(|row| Self::new(row, scope));
        page::paged(slice, page, |domain| domain.row.id.0)
    }
}

#[Object(use_type_description)]
impl Domain {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        GlobalId::Domain(self.row.id).encode().into()
    }

    /// The name in A-labels, lower case: as it is compared.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// The name in U-labels: as people read it.
    async fn unicode_name(&self) -> String {
        DomainName::try_from(self.row.name.as_str())
            .map_or_else(|_| self.row.name.clone(), |name| name.unicode())
    }

    /// Whether it is the initial domain, which the organization was given when it was registered.
    async fn initial(&self) -> bool {
        self.row.initial
    }

    /// Whether it is the default: users are added at it if their sign-in name has no domain.
    #[graphql(name = "default")]
    async fn is_default(&self, ctx: &Context<'_>) -> Result<Option<bool>> {
        // The card is kept for the request: one statement for every domain of an organization.
        let key = crate::graphql::loader::CardKey(self.scope.account());
        let card = ctx.session().loader.load_one(key).await?;
        Ok(card.map(|card| organizations::default_domain(&card.organization) == self.row.name))
    }

    /// Whether the organization has proven that it holds the name.
    async fn verified(&self) -> bool {
        self.row.verified_at.is_some()
    }

    /// Since when the proof of the verified name is not found any more; null while it is found. After
    /// `times.domain_grace_days` (by default 7) the name is no longer verified.
    async fn failing_since(&self) -> Option<DateTime<Utc>> {
        self.row.failing_since
    }

    /// The TXT record to publish as proof; null for the initial domain.
    async fn txt_record(&self) -> Option<TxtRecord> {
        (!self.row.initial).then(|| TxtRecord {
            name: challenge(&self.row.name),
            value: proof(&self.row.proof),
        })
    }

    /// When it was added.
    async fn added_at(&self) -> DateTime<Utc> {
        self.row.added_at
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
