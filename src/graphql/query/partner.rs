//! Queries by a partner: its offers, its clients, and what its people did in them.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};

use crate::{
    domain::{
        reason::Reason,
        values::{Email, SignInName, id::GlobalId},
        visibility::View,
    },
    error::Error,
    graphql::{
        bring,
        context::Ask,
        enums::E,
        filter::{ClientFilter, OfferFilter, OperationFilter},
        guard::{Public, SignedIn},
        loader,
        object::{Client, Offer, OfferPreview, Operation, User},
        page::{self, Paged},
    },
    store::{
        clients::{self, Sort},
        directory, offers, organizations,
        record::search,
        scopes,
    },
};

/// Most users that one address finds.
const MOST_FOUND: u64 = 50;

/// A user found by an address, and the client it is in.
#[derive(async_graphql::SimpleObject)]
pub struct FoundUser {
    /// The client.
    client: Client,
    /// The user.
    user: User,
}

/// Queries by partners.
#[derive(Default)]
pub struct PartnerQuery;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl PartnerQuery {
    /// One offer of the viewer's organization.
    #[graphql(guard = "SignedIn")]
    async fn offer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The offer's id.")] id: ID,
    ) -> Result<Option<Offer>> {
        let Some(GlobalId::Offer(id)) = GlobalId::decode(&id) else {
            return Ok(None);
        };
        Offer::find(ctx, id).await
    }

    /// What an offer asks for, found by its token. No sign-in is needed.
    #[graphql(guard = "Public")]
    async fn offer_by_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The offer's token: the last part of its URL.")] token: String,
    ) -> Result<Option<OfferPreview>> {
        OfferPreview::find(ctx, &token).await
    }

    /// Offers of the viewer's organization, newest first. Null for viewers who are no global admins and hold no
    /// delegated role.
    #[graphql(guard = "SignedIn", complexity = "page::cost(first, child_complexity)")]
    async fn offers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
        #[graphql(desc = "Which offers to list.")] filter: Option<OfferFilter>,
    ) -> Result<Option<Paged<Offer>>> {
        let page = page::page(ctx, first, after)?;
        let Some(scope) = ctx.partner_scope()? else {
            return Ok(None);
        };
        let filter = OfferFilter::parse(filter)?;
        let (db, now) = (ctx.app().db.read(), ctx.app().now());
        let slice = offers::list(db, &scope, &filter, now, page).await?;
        let keys: Vec<_> = slice
            .rows
            .iter()
            .map(|row| loader::NoticesKey(row.offer.id))
            .collect();
        if page::asked(ctx, "notify") {
            ctx.session().loader.load_many(keys).await?;
        }
        let slice = Offer::page(ctx, &scope, slice).await?;
        Ok(Some(page::paged(slice, page, |offer| offer.row.offer.id.0)))
    }

    /// One client of the viewer's organization.
    #[graphql(guard = "SignedIn")]
    async fn client(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The client's id.")] id: ID,
    ) -> Result<Option<Client>> {
        match GlobalId::decode(&id).and_then(GlobalId::account) {
            Some(id) => Ok(Client::find(ctx, id).await?),
            None => Ok(None),
        }
    }

    /// Clients of the viewer's organization, with their latest grants. Null for viewers who are no global
    /// admins and hold no delegated role.
    #[graphql(guard = "SignedIn", complexity = "page::cost(first, child_complexity)")]
    async fn clients(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page in the same order.")]
        after: Option<String>,
        #[graphql(desc = "Which clients to list.")] filter: Option<ClientFilter>,
        #[graphql(desc = "The order. If left out: the oldest organization first.")]
        order_by: Option<E<Sort>>,
    ) -> Result<Option<Paged<Client>>> {
        let page = page::page(ctx, first, after)?;
        let Some(scope) = ctx.partner_scope()? else {
            return Ok(None);
        };
        let filter = ClientFilter::parse(filter)?;
        let sort = order_by.map(|order| order.0).unwrap_or_default();
        let (db, now) = (ctx.app().db.read(), ctx.app().now());
        let slice = clients::list(db, &scope, &filter, sort, now, page).await?;
        let (found, place) = slice.apart();
        let mut rows = Client::page(ctx, &scope, found).await?;
        if ["partner", "client"]
            .iter()
            .any(|side| page::asked_in(ctx, "grant", side))
        {
            let mut cards: Vec<_> = rows.iter().map(|client| client.organization.id).collect();
            cards.push(scope.partner());
            bring::cards(ctx, cards).await?;
        }
        bring::latest(ctx, &mut rows).await?;
        bring::lists(ctx, &mut rows).await?;
        let slice = place.with(rows);
        Ok(Some(page::paged(slice, page, |client| {
            client.organization.id.0
        })))
    }

    /// Users with this address, in all clients of the viewer's organization with an active grant; at most 50.
    /// The address is the sign-in name, or the contact if the viewer may see contacts. Null for viewers who are
    /// no global admins and hold no delegated role.
    #[graphql(guard = "SignedIn", complexity = "1 + 50 * child_complexity")]
    async fn find_users(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The whole address: `name@domain`.")] address: String,
    ) -> Result<Option<Vec<FoundUser>>> {
        let Some(scope) = ctx.partner_scope()? else {
            return Ok(None);
        };
        let name = SignInName::try_from(address.as_str()).ok();
        let contact = Email::try_from(address.as_str()).ok();
        if name.is_none() && contact.is_none() {
            return Err(Error::Input {
                field: "address",
                reason: Reason::InputInvalid,
                message: "Give a whole address: name@domain.".to_owned(),
            }
            .into());
        }
        let key = name.map(|name| name.key()).unwrap_or_default();
        let contact = contact.map(String::from).unwrap_or_default();
        let (db, actor) = (ctx.app().db.read(), ctx.viewer()?);
        let found = directory::by_address(db, &scope, &key, &contact, MOST_FOUND).await?;
        let ids: Vec<_> = found.iter().map(|(_, grant)| grant.client_id).collect();
        let cards = organizations::cards(db, &ids).await?;
        let mut users = Vec::new();
        for (user, grant) in found {
            let seen = scopes::of_client(ctx.app(), actor, &grant);
            let Some(seen) = seen.filter(|seen| seen.sees(View::Users)).map(Arc::new) else {
                continue;
            };
            if user.sign_in_key != key && !seen.sees(View::Contacts) {
                continue;
            }
            let Some(card) = cards.get(&grant.client_id) else {
                continue;
            };
            ctx.shown(grant.client_id, 1)?;
            users.push(FoundUser {
                client: Client::found(card.organization.clone(), grant, seen.clone()),
                user: User::new(user, seen),
            });
        }
        Ok(Some(users))
    }

    /// What people of the viewer's organization did in its clients, or were refused, newest first. Null for
    /// viewers who are no global admins and hold no delegated role.
    #[graphql(guard = "SignedIn", complexity = "page::cost(first, child_complexity)")]
    async fn delegated_operations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
        #[graphql(desc = "Which entries to list.")] filter: Option<OperationFilter>,
    ) -> Result<Option<Paged<Operation>>> {
        let page = page::page(ctx, first, after)?;
        let Some(scope) = ctx.partner_scope()? else {
            return Ok(None);
        };
        let filter = OperationFilter::parse(ctx, filter).await?;
        let slice = search::of_partner(ctx.app().db.read(), &scope, &filter, page).await?;
        Ok(Some(Operation::page(ctx, slice, page).await?))
    }

    /// What users of clients did, or were refused, while someone of the viewer's organization could hold their
    /// sign-in, newest first; each as long as the grant is active. It counts as done under the grant, but not as done
    /// by the partner's own people: for that, see `delegatedOperations`. Null for viewers who are no global admins
    /// and hold no delegated role.
    #[graphql(guard = "SignedIn", complexity = "page::cost(first, child_complexity)")]
    async fn operations_in_hands(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
        #[graphql(desc = "Which entries to list.")] filter: Option<OperationFilter>,
    ) -> Result<Option<Paged<Operation>>> {
        let page = page::page(ctx, first, after)?;
        let Some(scope) = ctx.partner_scope()? else {
            return Ok(None);
        };
        let filter = OperationFilter::parse(ctx, filter).await?;
        let (db, now) = (ctx.app().db.read(), ctx.app().now());
        let (slice, known) = search::in_hands(db, &scope, &filter, None, page, now).await?;
        let known = Arc::new(known);
        let slice = slice.map(|row| Operation::of_known(row, Arc::clone(&known)));
        Ok(Some(Operation::connection(ctx, slice, page).await?))
    }
}
