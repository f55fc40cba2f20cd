//! Queries of one's own organization, its grants and its record, and of anything by id.

use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};

use crate::{
    domain::{offer::OfferPlace, values::id::GlobalId, visibility},
    error::Error,
    graphql::{
        bring,
        context::{self, Ask},
        enums::E,
        filter::{GrantFilter, OperationFilter},
        guard::{Public, SignedIn},
        id,
        object::{Grant, Node, Operation, Organization, OrganizationCard, User},
        page::{self, Paged},
    },
    store::{grants, organizations, record::search, sessions},
};

/// How many sessions and partners of the viewer are shown.
const MOST: u64 = 100;

/// Queries of one's own organization.
#[derive(Default)]
pub struct GeneralQuery;

/// The signed-in user.
#[derive(Description)]
pub struct Viewer {
    user: User,
}

#[Object(use_type_description)]
impl Viewer {
    /// The user itself.
    async fn user(&self) -> &User {
        &self.user
    }

    /// Its organization.
    async fn organization(&self, ctx: &Context<'_>) -> Result<Option<Organization>> {
        Organization::find(ctx, ctx.viewer()?.organization).await
    }

    /// The viewer's own acts, in the records of all organizations, newest first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn operations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
        #[graphql(desc = "Which entries to list.")] filter: Option<OperationFilter>,
    ) -> Result<Option<Paged<Operation>>> {
        let page = page::page(ctx, first, after)?;
        let filter = OperationFilter::parse(ctx, filter).await?;
        let own = visibility::own(ctx.viewer()?);
        let slice = search::own(ctx.app().db.read(), &own, &filter, page).await?;
        Ok(Some(Operation::page(ctx, slice, page).await?))
    }

    /// Where to send offers from; null for viewers who are no global admins and hold no delegated role.
    async fn send_offers_from(&self, ctx: &Context<'_>) -> Result<Option<SendOffersFrom>> {
        let Some(scope) = ctx.partner_scope()? else {
            return Ok(None);
        };
        let app = ctx.app();
        let from = app.config.offers.overview_from;
        let clients = grants::managed(app.db.read(), &scope, from, app.now()).await?;
        let place = OfferPlace::of(clients, from);
        Ok(Some(SendOffersFrom {
            place: E(place),
            path: place.path().map(str::to_owned).to_vec(),
        }))
    }

    /// The viewer's open sessions, the latest first; at most 100. `signOutEverywhere` ends all but the present one.
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Vec<ViewerSession>> {
        let viewer = ctx.viewer()?;
        let (app, own) = (ctx.app(), visibility::own(viewer));
        let rows = sessions::own(app.db.read(), &own, MOST, app.now()).await?;
        let sessions = rows.into_iter().map(|row| ViewerSession {
            started_at: row.created_at,
            expires_at: row.expires_at,
            current: row.id == viewer.session,
        });
        Ok(sessions.collect())
    }

    /// The partners whose people may administer the viewer's organization now; at most 100. Admins see the whole
    /// grants. Empty for whoever somebody else may sign in as.
    async fn administrators(&self, ctx: &Context<'_>) -> Result<Vec<OrganizationCard>> {
        let (app, own) = (ctx.app(), visibility::own(ctx.viewer()?));
        let ids = grants::administrators(app.db.read(), &own, MOST, app.now()).await?;
        let mut cards = organizations::cards(app.db.read(), &ids).await?;
        let cards = ids.iter().filter_map(|id| cards.remove(id));
        Ok(cards.map(OrganizationCard).collect())
    }

    /// Whether the session was begun with a temporary password: until the viewer has chosen one of its
    /// own with `changeOwnPassword`, nothing else is permitted.
    async fn must_change_password(&self, ctx: &Context<'_>) -> Result<Option<bool>> {
        Ok(Some(ctx.viewer()?.must_change))
    }

    /// Whether someone of a partner may hold the viewer's sign-in: what the viewer does counts as done under
    /// that partner's grant too. `user { hands }` says in whose hands the viewer is.
    async fn in_hands(&self, ctx: &Context<'_>) -> Result<Option<bool>> {
        Ok(Some(!ctx.viewer()?.hands.is_empty()))
    }
}

/// A session of the viewer: a browser or a program that is signed in.
#[derive(async_graphql::SimpleObject)]
pub struct ViewerSession {
    /// When it was begun, by a sign-in.
    started_at: DateTime<Utc>,
    /// When it ends; no refresh goes beyond it.
    expires_at: DateTime<Utc>,
    /// Whether it is the present one.
    current: bool,
}

/// The place that a partner sends its offers from.
#[derive(async_graphql::SimpleObject)]
pub struct SendOffersFrom {
    /// The place.
    place: E<OfferPlace>,
    /// The way there: the menus to open, one after the other.
    path: Vec<String>,
}

#[Object(guard = "crate::graphql::guard::Nobody")]
impl GeneralQuery {
    /// The signed-in user; null if nobody is signed in.
    #[graphql(guard = "Public")]
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Option<Viewer>> {
        match &ctx.session().identity {
            context::Identity::Anonymous => Ok(None),
            _ => Ok(User::find(ctx, ctx.viewer()?.user)
                .await?
                .map(|user| Viewer { user })),
        }
    }

    /// Anything with an id that the viewer may see.
    #[graphql(guard = "SignedIn")]
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its opaque id.")] id: ID,
    ) -> Result<Option<Node>> {
        Node::find(ctx, &id).await
    }

    /// Several things by id, in the order asked for; null for each that the viewer may not see.
    #[graphql(guard = "SignedIn", complexity = "1 + ids.len() * child_complexity")]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Their ids, at most `limits.page_max` (by default 100).")] ids: Vec<ID>,
    ) -> Result<Option<Vec<Option<Node>>>> {
        let most = ctx.app().config.limits.page_max;
        if ids.len() > most {
            return Err(Error::too_many("ids", most).into());
        }
        let mut nodes = Vec::with_capacity(ids.len());
        for id in &ids {
            nodes.push(Node::find(ctx, id).await?);
        }
        Ok(Some(nodes))
    }

    /// The viewer's own organization; for an operator, any organization.
    #[graphql(guard = "SignedIn")]
    async fn organization(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The organization's id.")] id: ID,
    ) -> Result<Option<Organization>> {
        match GlobalId::decode(&id).and_then(GlobalId::account) {
            Some(id) => Ok(Organization::find(ctx, id).await?),
            None => Ok(None),
        }
    }

    /// All organizations, oldest first, for operators; null for everyone else.
    #[graphql(guard = "SignedIn", complexity = "page::cost(first, child_complexity)")]
    async fn organizations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
    ) -> Result<Option<Paged<Organization>>> {
        let page = page::page(ctx, first, after)?;
        let actor = ctx.viewer()?;
        let Some(scope) = visibility::platform(actor) else {
            return Ok(None);
        };
        let now = ctx.app().now();
        let slice = organizations::list(ctx.app().db.read(), &scope, page).await?;
        let (rows, place) = slice.apart();
        let rows = rows.into_iter().filter_map(|row| {
            let scope = visibility::scope(actor, row.organization.id, None, false, now)?;
            Some(Organization {
                row,
                scope: scope.into(),
            })
        });
        let slice = place.with(rows.collect());
        Ok(Some(page::paged(slice, page, |one| {
            one.row.organization.id.0
        })))
    }

    /// One grant that the viewer's organization gave, or that was given to it.
    #[graphql(guard = "SignedIn")]
    async fn grant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The grant's id.")] id: ID,
    ) -> Result<Option<Grant>> {
        let Some(GlobalId::Grant(id)) = GlobalId::decode(&id) else {
            return Ok(None);
        };
        Grant::find(ctx, id).await
    }

    /// Grants that the viewer's organization gave, or that were given to it, newest first.
    #[graphql(guard = "SignedIn", complexity = "page::cost(first, child_complexity)")]
    async fn grants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
        #[graphql(desc = "Which grants to list.")] filter: Option<GrantFilter>,
    ) -> Result<Option<Paged<Grant>>> {
        let page = page::page(ctx, first, after)?;
        let (states, side) = GrantFilter::parse(filter);
        let own = visibility::own(ctx.viewer()?);
        let (db, now) = (ctx.app().db.read(), ctx.app().now());
        let slice = grants::list(db, &own, states.as_deref(), side, now, page).await?;
        let parties = slice
            .rows
            .iter()
            .flat_map(|row| [row.grant.partner_id, row.grant.client_id])
            .collect();
        bring::cards(ctx, parties).await?;
        Ok(Some(page::paged(slice.map(Grant), page, |grant| {
            grant.0.grant.id.0
        })))
    }

    /// One entry of a record that the viewer may see.
    #[graphql(guard = "SignedIn")]
    async fn operation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The entry's id.")] id: ID,
    ) -> Result<Option<Operation>> {
        match Node::find(ctx, &id).await? {
            Some(Node::Operation(operation)) => Ok(Some(operation)),
            _ => Ok(None),
        }
    }

    /// The record of an account, newest first, as far as the viewer may see it; null for an
    /// account that does not exist for the viewer.
    #[graphql(guard = "SignedIn", complexity = "page::cost(first, child_complexity)")]
    async fn operations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The account: the viewer's own organization, or a client.")]
        account_id: ID,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
        #[graphql(desc = "Which entries to list.")] filter: Option<OperationFilter>,
    ) -> Result<Option<Paged<Operation>>> {
        let page = page::page(ctx, first, after)?;
        let account = id::parse(&account_id, "accountId")?;
        let Some(scope) = ctx.scope(account).await? else {
            return Ok(None);
        };
        Operation::list(ctx, &scope, filter, page).await
    }
}
