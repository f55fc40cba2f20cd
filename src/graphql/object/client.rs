//! Clients: a partner's view of the organizations that granted it access.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use entity::{grant, organization};

use super::{Domain, Grant, Operation, User};
use crate::{
    domain::{
        certification::Certification,
        kind::OperationKind,
        policy::{self, AccountFacts, Facts, Target},
        values::id::GlobalId,
        viewer::{Actor, Caller},
        visibility::{self, Scope},
    },
    graphql::{
        context::Ask,
        enums::E,
        loader::LatestKey,
        page::{self, Paged},
    },
    store::{domains, facts, grants, page::Slice, record, users},
};

/// An organization that granted the viewer's partner access, now or once.
pub struct Client {
    /// The organization.
    pub organization: organization::Model,
    /// Its latest grant.
    pub grant: Option<grant::Model>,
    /// What the viewer may see of it.
    pub scope: Arc<Scope>,
}

impl Client {
    /// A client of the viewer's partner; `None` for a stranger.
    pub fn new(ctx: &Context<'_>, actor: &Actor, client: grants::Client) -> Option<Self> {
        let facts = facts::grant_facts(&client.grant, actor.certification);
        let now = ctx.app().now();
        let scope = visibility::scope(actor, client.organization.id, Some(&facts), false, now)?;
        Some(Self {
            organization: client.organization,
            grant: Some(client.grant),
            scope: Arc::new(scope),
        })
    }
}

/// An organization that granted the viewer's partner access, now or once.
#[Object]
impl Client {
    /// Opaque id: what account mutations take as `accountId`.
    pub async fn id(&self) -> ID {
        GlobalId::Client(self.organization.id).encode().into()
    }

    /// Name.
    async fn name(&self) -> &str {
        &self.organization.name
    }

    /// The domain that it was given at birth.
    async fn initial_domain(&self) -> &str {
        &self.organization.initial_domain
    }

    /// Its latest grant to the viewer's partner; null for one that only declined.
    async fn grant(&self, ctx: &Context<'_>) -> Result<Option<Grant>> {
        let certification = ctx.viewer()?.certification;
        Ok(self.grant.clone().map(|grant| {
            Grant(grants::Row {
                grant,
                certification,
            })
        }))
    }

    /// What the viewer may do in it now, as far as that does not depend on a target.
    async fn allowed_operations(&self, ctx: &Context<'_>) -> Result<Option<Vec<E<OperationKind>>>> {
        let actor = ctx.viewer()?;
        let grant = self
            .grant
            .as_ref()
            .map(|grant| facts::grant_facts(grant, actor.certification));
        let facts = Facts {
            caller: Caller::User(Box::new(actor.clone())),
            account: Some(AccountFacts {
                id: self.organization.id,
                platform: false,
                certification: Certification::None,
                name: String::new(),
                initial_domain: String::new(),
            }),
            grant,
            responded: true,
            target: Target::Unspecified,
        };
        Ok(Some(
            policy::allowed(&facts, ctx.app().now())
                .into_iter()
                .map(E)
                .collect(),
        ))
    }

    /// Users, oldest first; empty without an active grant.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn users(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
    ) -> Result<Option<Paged<User>>> {
        let page = page::page(ctx, first, after)?;
        let slice = users::list(ctx.app().db.read(), &self.scope, page).await?;
        let slice = User::page(ctx, slice, &self.scope).await?;
        Ok(Some(page::connection(slice, page, |user| user.row.id.0)))
    }

    /// Domain names, oldest first; empty for all but FULL under an active grant.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn domains(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
    ) -> Result<Option<Paged<Domain>>> {
        let page = page::page(ctx, first, after)?;
        let slice = domains::list(ctx.app().db.read(), &self.scope, page).await?;
        Ok(Some(page::connection(slice.map(Domain), page, |domain| {
            domain.0.id.0
        })))
    }

    /// Acts of the viewer's own organization in it, done or refused, newest first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn operations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
    ) -> Result<Option<Paged<Operation>>> {
        let page = page::page(ctx, first, after)?;
        let slice = if page.after.is_none() {
            // The first page of many clients at once: one statement.
            let key = LatestKey {
                scope: Arc::clone(&self.scope),
                most: page.first + 1,
            };
            let rows = ctx.session().loader.load_one(key).await?;
            Slice::new(rows.unwrap_or_default(), page)
        } else {
            record::list(ctx.app().db.read(), &self.scope, page).await?
        };
        let slice = slice.map(Operation::new);
        Ok(Some(page::connection(slice, page, |operation| {
            operation.row.id.0
        })))
    }
}
