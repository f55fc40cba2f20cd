//! Clients: a partner's view of the organizations that granted it access.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object, Result};
use entity::{grant, ids::OrganizationId, organization, service};

use super::{AccountRules, Domain, Grant, Operation, PlanSubscription, Service, User};
use crate::{
    domain::{
        kind::OperationKind,
        policy,
        rules::Rules,
        values::id::GlobalId,
        visibility::{PartnerScope, Scope, View},
    },
    graphql::{
        bring::{Firsts, Latest},
        context::Ask,
        enums::E,
        filter::{OperationFilter, UserFilter},
        leaves::Leafy,
        page::{self, Paged},
    },
    store::{
        clients::{self, Named},
        facts::listed,
        grants, organizations,
        page::Slice,
        rules, scopes, subscriptions, tags,
    },
};

/// An organization that granted the viewer's organization access, now or in the past.
#[derive(Description)]
pub struct Client {
    /// The organization.
    pub organization: Named,
    /// Its latest grant.
    pub grant: Option<grant::Model>,
    /// What the viewer may see of it.
    pub scope: Arc<Scope>,
    /// What was loaded for all clients of its page.
    pub prefetch: Prefetch,
}

/// What is loaded for all clients of a page, if the query asks for it.
#[derive(Default)]
pub struct Prefetch {
    pub tags: Option<Vec<String>>,
    pub rules: Option<Rules>,
    /// The latest entries, of each number that the query asks for.
    pub latest: Vec<Latest>,
    /// The first pages of its lists, of each number that the query asks for.
    pub firsts: Firsts,
    pub services: Option<Vec<service::Model>>,
}

impl Client {
    /// A client of the viewer's partner; `None` otherwise.
    pub async fn find(ctx: &Context<'_>, id: OrganizationId) -> Result<Option<Self>> {
        let Some(scope) = ctx.scope(id).await?.filter(|scope| scope.is_client()) else {
            return Ok(None);
        };
        let Some(row) = organizations::find(ctx.app().db.read(), &scope).await? else {
            return Ok(None);
        };
        let db = ctx.app().db.read();
        let grant = clients::latest_grant(db, &scope).await?;
        Ok(Some(Self {
            organization: row.organization.into(),
            grant,
            scope,
            prefetch: Prefetch::default(),
        }))
    }

    /// A client that is not loaded with a page, with its latest grant.
    pub fn found(
        organization: organization::Model,
        grant: grant::Model,
        scope: Arc<Scope>,
    ) -> Self {
        Self {
            organization: organization.into(),
            grant: Some(grant),
            scope,
            prefetch: Prefetch::default(),
        }
    }

    /// The clients of a page, with their tags and rules if the query asks for them: one statement for each of
    /// these.
    pub async fn page(
        ctx: &Context<'_>,
        scope: &PartnerScope,
        rows: Vec<clients::Client>,
    ) -> Result<Vec<Self>> {
        let (db, actor) = (ctx.app().db.read(), ctx.viewer()?);
        let ids: Vec<_> = rows.iter().map(|row| row.organization.id).collect();
        let mut tags = match page::asked(ctx, "tags") {
            true => Some(tags::of_clients(db, scope, &ids).await?),
            false => None,
        };
        let mut rules = match page::asked(ctx, "rules") {
            true => Some(rules::of_clients(db, &rows).await?),
            false => None,
        };
        let rows = rows.into_iter().filter_map(|row| {
            let id = row.organization.id;
            let scope = scopes::of_client(ctx.app(), actor, &row.grant)?;
            Some(Self {
                organization: row.organization,
                grant: Some(row.grant),
                scope: Arc::new(scope),
                prefetch: Prefetch {
                    tags: tags.as_mut().map(|all| all.remove(&id).unwrap_or_default()),
                    rules: rules
                        .as_mut()
                        .map(|all| all.remove(&id).unwrap_or_default()),
                    ..Prefetch::default()
                },
            })
        });
        Ok(rows.collect())
    }
}

// What waits is boxed: the future of each field of each client is as large as the largest of them.
#[Object(use_type_description)]
impl Client {
    /// Opaque id: what account mutations take as `accountId`.
    pub async fn id(&self) -> ID {
        GlobalId::Client(self.organization.id).encode().into()
    }

    /// The name, for people to read.
    async fn name(&self) -> &str {
        &self.organization.name
    }

    /// The domain that it was given when it was registered.
    async fn initial_domain(&self) -> &str {
        &self.organization.initial_domain
    }

    /// Its latest grant to the viewer's organization; null for an organization that only declined.
    async fn grant(&self, ctx: &Context<'_>) -> Result<Option<Leafy<Grant>>> {
        let certification = ctx.viewer()?.certification;
        Ok(self.grant.clone().map(|grant| {
            Leafy(Grant(grants::Row {
                grant,
                certification,
            }))
        }))
    }

    /// The operations that the viewer may do in it now, as far as that does not depend on the target.
    async fn allowed_operations(&self, ctx: &Context<'_>) -> Result<Option<Vec<E<OperationKind>>>> {
        let facts = listed::account(ctx.viewer()?, &self.scope);
        let allowed = policy::allowed(&facts, ctx.app().now());
        Ok(Some(allowed.into_iter().map(E).collect()))
    }

    /// The tags that the viewer's organization put on it, by name. The client does not see them.
    async fn tags(&self, ctx: &Context<'_>) -> Result<Option<Vec<String>>> {
        if let Some(tags) = &self.prefetch.tags {
            return Ok(Some(tags.clone()));
        }
        let Some(scope) = ctx.partner_scope()? else {
            return Ok(None);
        };
        let id = self.organization.id;
        let ids = [id];
        let tags = tags::of_clients(ctx.app().db.read(), &scope, &ids);
        let mut tags = Box::pin(tags).await?;
        Ok(Some(tags.remove(&id).unwrap_or_default()))
    }

    /// Its rules for those who act in it; null without an active grant.
    async fn rules(&self, ctx: &Context<'_>) -> Result<Option<AccountRules>> {
        if !self.scope.sees(View::Rules) {
            return Ok(None);
        }
        let rules = match self.prefetch.rules {
            Some(rules) => Some(rules),
            None => Box::pin(rules::find(ctx.app().db.read(), &self.scope)).await?,
        };
        Ok(rules.map(AccountRules))
    }

    /// Its subscriptions to plans, oldest first; empty for all but FULL under an active grant.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn subscriptions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
    ) -> Result<Option<Paged<PlanSubscription>>> {
        let page = page::page(ctx, first, after)?;
        match page::loaded(&self.prefetch.firsts.subscriptions, page) {
            Some(slice) => Ok(Some(PlanSubscription::connection(slice, page))),
            None => Box::pin(PlanSubscription::list(ctx, &self.scope, page)).await,
        }
    }

    /// The services that its running subscriptions include, by name; empty for all but FULL under an active
    /// grant.
    async fn services(&self, ctx: &Context<'_>) -> Result<Option<Vec<Service>>> {
        let services = match &self.prefetch.services {
            Some(services) => services.clone(),
            None => {
                let (db, now) = (ctx.app().db.read(), ctx.app().now());
                let scopes = [&*self.scope];
                let mut services = Box::pin(subscriptions::services(db, &scopes, now)).await?;
                services.remove(&self.organization.id).unwrap_or_default()
            }
        };
        Ok(Some(services.into_iter().map(Service).collect()))
    }

    /// Users, oldest first; empty without an active grant.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn users(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
        #[graphql(desc = "Which users to list.")] filter: Option<UserFilter>,
    ) -> Result<Option<Paged<User>>> {
        let page = page::page(ctx, first, after)?;
        let loaded = page::loaded(&self.prefetch.firsts.users, page);
        match loaded.filter(|_| filter.is_none()) {
            Some(slice) => {
                ctx.shown(self.organization.id, slice.rows.len())?;
                Ok(Some(page::paged(slice, page, |user| user.row.id.0)))
            }
            None => Box::pin(User::list(ctx, &self.scope, filter, page)).await,
        }
    }

    /// Domain names, oldest first; empty for all but FULL under an active grant.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn domains(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
    ) -> Result<Option<Paged<Domain>>> {
        let page = page::page(ctx, first, after)?;
        match page::loaded(&self.prefetch.firsts.domains, page) {
            Some(slice) => Ok(Some(Domain::connection(&self.scope, slice, page))),
            None => Box::pin(Domain::list(ctx, &self.scope, page)).await,
        }
    }

    /// Acts of the viewer's own organization in it, done or refused, newest first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn operations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
        #[graphql(desc = "Which entries to list.")] filter: Option<OperationFilter>,
    ) -> Result<Option<Paged<Operation>>> {
        let page = page::page(ctx, first, after)?;
        if page.after.is_some() || filter.is_some() {
            return Box::pin(Operation::list(ctx, &self.scope, filter, page)).await;
        }
        let loaded = self.prefetch.latest.iter();
        let mut entries = loaded.filter_map(|latest| latest.entries(page.first, &self.scope));
        match entries.next() {
            Some(entries) => {
                let slice = Slice::new(entries, page);
                Ok(Some(page::paged(slice, page, |entry| entry.row.id.0)))
            }
            None => Box::pin(Operation::list(ctx, &self.scope, None, page)).await,
        }
    }
}
