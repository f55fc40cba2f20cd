//! The root of reads. Whoever may not see a thing gets `null`, as for a thing that never was.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::{
    context::{self, Ask},
    enums::E,
    guard::{Public, SignedIn},
    loader,
    object::{
        AccessExplanation, AdminRoleInfo, Client, Grant, Node, Offer, OfferPreview, Operation,
        Organization, User,
    },
    page::{self, Paged},
};
use crate::{
    domain::{
        described::Described,
        kind::OperationKind,
        reason::Reason,
        values::id::GlobalId,
        visibility::{self},
    },
    error::Error,
    operations::explain,
    store::{facts::TargetId, grants, offers, organizations, page::Slice, record},
};

/// The root of reads.
pub struct Query;

/// The signed-in user.
pub struct Viewer {
    user: User,
}

/// The signed-in user.
#[Object]
impl Viewer {
    /// The user itself.
    async fn user(&self) -> &User {
        &self.user
    }

    /// Its organization.
    async fn organization(&self, ctx: &Context<'_>) -> Result<Option<Organization>> {
        Organization::find(ctx, ctx.viewer()?.organization).await
    }

    /// Whether a delegate caused the secret that the session began with; changing the password
    /// clears it.
    async fn secret_set_by_delegate(&self, ctx: &Context<'_>) -> Result<Option<bool>> {
        Ok(Some(ctx.viewer()?.secret_grant.is_some()))
    }
}

/// What to explain.
#[derive(InputObject)]
pub struct ExplainAccessInput {
    /// The account: the viewer's own organization, or a client.
    account_id: ID,
    /// What would be done.
    operation: E<OperationKind>,
    /// The user that it would touch, where it touches one.
    user_id: Option<ID>,
    /// The device that it would touch, where it touches one.
    device_id: Option<ID>,
}

/// The root of reads.
#[Object(guard = "crate::graphql::guard::Nobody")]
impl Query {
    /// The signed-in user; null for nobody.
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
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Result<Option<Node>> {
        Node::find(ctx, &id).await
    }

    /// Several things by id, in the order asked for; null for each that the viewer may not see.
    #[graphql(guard = "SignedIn", complexity = "1 + ids.len() * child_complexity")]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Their ids, at most 100.")] ids: Vec<ID>,
    ) -> Result<Option<Vec<Option<Node>>>> {
        if ids.len() > ctx.app().config.limits.page_max {
            return Err(Error::field("ids", Reason::InputInvalid).into());
        }
        let mut nodes = Vec::with_capacity(ids.len());
        for id in &ids {
            nodes.push(Node::find(ctx, id).await?);
        }
        Ok(Some(nodes))
    }

    /// The viewer's own organization, or any for an operator.
    #[graphql(guard = "SignedIn")]
    async fn organization(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Result<Option<Organization>> {
        match context::id(&id).and_then(GlobalId::account) {
            Some(id) => Ok(Organization::find(ctx, id).await?),
            None => Ok(None),
        }
    }

    /// All organizations, oldest first, for operators; null for everyone else.
    #[graphql(guard = "SignedIn", complexity = "page::cost(first, child_complexity)")]
    async fn organizations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
    ) -> Result<Option<Paged<Organization>>> {
        let page = page::page(ctx, first, after)?;
        let actor = ctx.viewer()?;
        let Some(scope) = visibility::platform(actor) else {
            return Ok(None);
        };
        let now = ctx.app().now();
        let slice = organizations::list(ctx.app().db.read(), &scope, page).await?;
        let has_next = slice.has_next;
        let rows = slice.rows.into_iter().filter_map(|row| {
            let scope = visibility::scope(actor, row.organization.id, None, false, now)?;
            Some(Organization {
                row,
                scope: scope.into(),
            })
        });
        let slice = Slice {
            rows: rows.collect(),
            has_next,
        };
        Ok(Some(page::connection(slice, page, |one| {
            one.row.organization.id.0
        })))
    }

    /// One offer of the viewer's partner.
    #[graphql(guard = "SignedIn")]
    async fn offer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Result<Option<Offer>> {
        let Some(GlobalId::Offer(id)) = context::id(&id) else {
            return Ok(None);
        };
        let own = visibility::own(ctx.viewer()?);
        Ok(offers::find(ctx.app().db.read(), &own, id)
            .await?
            .map(Offer))
    }

    /// What an offer asks for, by the unguessable part of its URL. No sign-in is needed.
    #[graphql(guard = "Public")]
    async fn offer_by_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The last part of the offer's URL.")] token: String,
    ) -> Result<Option<OfferPreview>> {
        OfferPreview::find(ctx, &token).await
    }

    /// Offers of the viewer's partner, newest first; null for who has no part in delegated
    /// administration.
    #[graphql(guard = "SignedIn", complexity = "page::cost(first, child_complexity)")]
    async fn offers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
    ) -> Result<Option<Paged<Offer>>> {
        let page = page::page(ctx, first, after)?;
        let Some(scope) = ctx.partner_scope()? else {
            return Ok(None);
        };
        let slice = offers::list(ctx.app().db.read(), &scope, page).await?;
        let keys: Vec<_> = slice
            .rows
            .iter()
            .map(|row| loader::NoticesKey(row.offer.id))
            .collect();
        ctx.session().loader.load_many(keys).await?;
        Ok(Some(page::connection(slice.map(Offer), page, |offer| {
            offer.0.offer.id.0
        })))
    }

    /// One client of the viewer's partner.
    #[graphql(guard = "SignedIn")]
    async fn client(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Result<Option<Client>> {
        match context::id(&id).and_then(GlobalId::account) {
            Some(id) => Ok(Client::find(ctx, id).await?),
            None => Ok(None),
        }
    }

    /// Clients of the viewer's partner, with their latest grants; null for who has no part in
    /// delegated administration.
    #[graphql(guard = "SignedIn", complexity = "page::cost(first, child_complexity)")]
    async fn clients(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
    ) -> Result<Option<Paged<Client>>> {
        let page = page::page(ctx, first, after)?;
        let Some(scope) = ctx.partner_scope()? else {
            return Ok(None);
        };
        let actor = ctx.viewer()?;
        let slice = grants::clients(ctx.app().db.read(), &scope, page).await?;
        let has_next = slice.has_next;
        let rows = slice
            .rows
            .into_iter()
            .filter_map(|row| Client::new(ctx, actor, row));
        let rows: Vec<Client> = rows.collect();
        let mut cards: Vec<_> = rows.iter().map(|client| client.organization.id).collect();
        cards.push(scope.partner());
        loader::bring_cards(ctx, cards).await?;
        let scopes: Vec<_> = rows.iter().map(|client| client.scope.clone()).collect();
        loader::bring_latest(ctx, &scopes).await?;
        let slice = Slice { rows, has_next };
        Ok(Some(page::connection(slice, page, |client| {
            client.organization.id.0
        })))
    }

    /// One grant of the viewer's organization, given or held.
    #[graphql(guard = "SignedIn")]
    async fn grant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Result<Option<Grant>> {
        let Some(GlobalId::Grant(id)) = context::id(&id) else {
            return Ok(None);
        };
        let own = visibility::own(ctx.viewer()?);
        Ok(grants::find(ctx.app().db.read(), &own, id)
            .await?
            .map(Grant))
    }

    /// Grants of the viewer's organization, from both sides, newest first.
    #[graphql(guard = "SignedIn", complexity = "page::cost(first, child_complexity)")]
    async fn grants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
    ) -> Result<Option<Paged<Grant>>> {
        let page = page::page(ctx, first, after)?;
        let own = visibility::own(ctx.viewer()?);
        let slice = grants::list(ctx.app().db.read(), &own, page).await?;
        let parties = slice
            .rows
            .iter()
            .flat_map(|row| [row.grant.partner_id, row.grant.client_id])
            .collect();
        loader::bring_cards(ctx, parties).await?;
        Ok(Some(page::connection(slice.map(Grant), page, |grant| {
            grant.0.grant.id.0
        })))
    }

    /// One entry of a record that the viewer may see.
    #[graphql(guard = "SignedIn")]
    async fn operation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
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
        #[graphql(desc = "How many at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
    ) -> Result<Option<Paged<Operation>>> {
        let page = page::page(ctx, first, after)?;
        let account = context::account(&account_id, "accountId")?;
        let Some(scope) = ctx.scope(account).await? else {
            return Ok(None);
        };
        let slice = record::list(ctx.app().db.read(), &scope, page).await?;
        let slice = slice.map(Operation::new);
        Ok(Some(page::connection(slice, page, |operation| {
            operation.row.id.0
        })))
    }

    /// Why the viewer may or may not do something: the same decision that the mutation would get.
    #[graphql(guard = "SignedIn")]
    async fn explain_access(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to explain.")] input: ExplainAccessInput,
    ) -> Result<Option<AccessExplanation>> {
        let account = context::account(&input.account_id, "accountId")?;
        let target = match (&input.user_id, &input.device_id) {
            (None, None) => TargetId::None,
            (Some(user), None) => TargetId::User(context::user(user, "userId")?),
            (None, Some(device)) => match context::id(device) {
                Some(GlobalId::Device(id)) => TargetId::Device(id),
                _ => return Err(Error::field("deviceId", Reason::IdInvalid).into()),
            },
            (Some(_), Some(_)) => {
                return Err(Error::field("deviceId", Reason::InputInvalid).into());
            }
        };
        let (app, who) = (ctx.app(), ctx.who());
        let explanation = explain::explain(app, who, input.operation.0, account, target);
        Ok(Some(AccessExplanation(explanation.await?)))
    }

    /// The admin roles, with what each is for and whom it may touch.
    #[graphql(guard = "SignedIn")]
    async fn admin_roles(&self) -> Option<Vec<AdminRoleInfo>> {
        let roles = entity::states::AdminRole::all();
        Some(roles.iter().copied().map(AdminRoleInfo).collect())
    }

    /// Names of codes and reasons that errors carry in their extensions: for code generators.
    #[graphql(guard = "Public")]
    async fn error_catalogue(&self) -> Option<Vec<ErrorInfo>> {
        Some(Reason::all().iter().copied().map(ErrorInfo).collect())
    }
}

/// One reason of a refusal, as the catalogue of reasons has it.
pub struct ErrorInfo(Reason);

/// One reason of a refusal, as the catalogue of reasons has it.
#[Object]
impl ErrorInfo {
    /// The reason, in `extensions.reason`.
    async fn reason(&self) -> E<Reason> {
        E(self.0)
    }

    /// The class it belongs to, in `extensions.code`.
    async fn code(&self) -> E<crate::domain::reason::Code> {
        E(self.0.code())
    }

    /// What it means.
    async fn about(&self) -> &'static str {
        self.0.about()
    }

    /// What would cure it; null where nothing would.
    async fn cure(&self) -> Option<&'static str> {
        Some(self.0.cure()).filter(|cure| !cure.is_empty())
    }
}
