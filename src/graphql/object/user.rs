//! Users.

mod brought;

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::{
    ids::UserId,
    states::{AdminRole, DelegatedRole},
    user,
};

pub use self::brought::Brought;

use self::brought::Prefetch;
use super::{Hand, Service, licence::Licence};
use crate::{
    domain::{
        kind::OperationKind,
        policy,
        role::HeldRoles,
        values::id::GlobalId,
        visibility::{Scope, View},
    },
    graphql::{
        context::Ask,
        enums::E,
        filter::UserFilter,
        leaves::Leaves,
        loader::{AwaitedKey, RolesKey},
        page::{self, Paged},
    },
    store::{
        directory,
        facts::listed,
        hands, licences,
        page::{Page, Slice},
        scopes::Inside,
    },
};

/// A user of an organization.
#[derive(Clone, Description)]
pub struct User {
    /// The row.
    pub row: user::Model,
    /// What the viewer may see of its organization.
    pub scope: Arc<Scope>,
    prefetch: Prefetch,
}

impl Leaves for User {
    const LEAVES: &'static [&'static str] = &[
        "id",
        "displayName",
        "signInName",
        "givenName",
        "surname",
        "jobTitle",
        "department",
        "usageLocation",
        "delegatedRole",
        "enrolled",
        "blocked",
        "deletedAt",
        "restorableUntil",
        "createdAt",
        "contact",
        "contactVerified",
    ];
}

impl User {
    /// A user that is not loaded with a page.
    pub fn new(row: user::Model, scope: Arc<Scope>) -> Self {
        Self {
            row,
            scope,
            prefetch: Prefetch::default(),
        }
    }

    /// One whom the viewer may see; `None` otherwise.
    pub async fn find(ctx: &Context<'_>, id: UserId) -> Result<Option<Self>> {
        let Some(scope) = ctx.scope_around(Inside::User(id)).await? else {
            return Ok(None);
        };
        let found = Self::within(ctx, &scope, id).await?;
        ctx.shown(scope.account(), usize::from(found.is_some()))?;
        Ok(found)
    }

    /// One of an account, as far as the scope shows it.
    pub async fn within(ctx: &Context<'_>, scope: &Arc<Scope>, id: UserId) -> Result<Option<Self>> {
        let row = directory::find(ctx.app().db.read(), scope, id).await?;
        Ok(row.map(|row| Self::new(row, Arc::clone(scope))))
    }

    /// Those of an account, as far as the scope shows them.
    pub async fn list(
        ctx: &Context<'_>,
        scope: &Arc<Scope>,
        filter: Option<UserFilter>,
        page: Page,
    ) -> Result<Option<Paged<Self>>> {
        let filter = UserFilter::parse(filter)?;
        let slice = directory::list(ctx.app().db.read(), scope, &filter, page).await?;
        ctx.shown(scope.account(), slice.rows.len())?;
        Self::connection(ctx, scope, slice, page).await
    }

    /// The connection of a page of rows.
    pub async fn connection(
        ctx: &Context<'_>,
        scope: &Arc<Scope>,
        slice: Slice<user::Model>,
        page: Page,
    ) -> Result<Option<Paged<Self>>> {
        let slice = Self::page(ctx, slice, scope).await?;
        Ok(Some(page::paged(slice, page, |user| user.row.id.0)))
    }

    /// The users of a page, with their roles, and with licences and services if the query asks for them: one
    /// statement for each of these.
    pub async fn page(
        ctx: &Context<'_>,
        slice: Slice<user::Model>,
        scope: &Arc<Scope>,
    ) -> crate::error::Result<Slice<Self>> {
        let ids: Vec<_> = slice.rows.iter().map(|row| row.id).collect();
        let mut brought = Brought::load(ctx, &ids, |field| page::asked(ctx, field)).await?;
        Ok(slice.map(|row| brought.user(row, scope)))
    }

    fn shown<T>(&self, view: View, value: T) -> Option<T> {
        self.scope.sees_of_user(view, self.row.id).then_some(value)
    }

    async fn roles(&self, ctx: &Context<'_>) -> Result<HeldRoles> {
        match self.prefetch.roles {
            Some(roles) => Ok(roles),
            None => {
                let roles = ctx.session().anew.load_one(RolesKey(self.row.id)).await?;
                Ok(roles.unwrap_or_default())
            }
        }
    }
}

#[Object(use_type_description)]
impl User {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        GlobalId::User(self.row.id).encode().into()
    }

    /// Name for people to read.
    async fn display_name(&self) -> &str {
        &self.row.display_name
    }

    /// What it signs in with: `name@domain`.
    async fn sign_in_name(&self) -> &str {
        &self.row.sign_in_name
    }

    /// Given name; null if none is known, or for viewers who may not see the directory.
    async fn given_name(&self) -> Option<&str> {
        self.shown(View::Directory, self.row.given_name.as_deref())?
    }

    /// Surname; null if none is known, or for viewers who may not see the directory.
    async fn surname(&self) -> Option<&str> {
        self.shown(View::Directory, self.row.surname.as_deref())?
    }

    /// Job title; null if none is known, or for viewers who may not see the directory.
    async fn job_title(&self) -> Option<&str> {
        self.shown(View::Directory, self.row.job_title.as_deref())?
    }

    /// Department; null if none is known, or for viewers who may not see the directory.
    async fn department(&self) -> Option<&str> {
        self.shown(View::Directory, self.row.department.as_deref())?
    }

    /// Where it uses services: a two-letter country code of ISO 3166-1; null if none is known, or for viewers
    /// who may not see the directory.
    async fn usage_location(&self) -> Option<&str> {
        self.shown(View::Directory, self.row.usage_location.as_deref())?
    }

    /// Admin roles in its own organization; null for viewers who may not see them.
    async fn admin_roles(&self, ctx: &Context<'_>) -> Result<Option<Vec<E<AdminRole>>>> {
        if self.shown(View::Roles, ()).is_none() {
            return Ok(None);
        }
        Ok(Some(self.roles(ctx).await?.all.iter().map(E).collect()))
    }

    /// Admin roles that it is given as soon as it is in nobody's hands; null for viewers who may not see roles.
    async fn awaited_roles(&self, ctx: &Context<'_>) -> Result<Option<Vec<E<AdminRole>>>> {
        if self.shown(View::Roles, ()).is_none() {
            return Ok(None);
        }
        let key = AwaitedKey(self.row.id);
        let roles = ctx.session().loader.load_one(key).await?;
        Ok(Some(roles.unwrap_or_default().into_iter().map(E).collect()))
    }

    /// Those of its admin roles that were given under a grant: they never count for what only the
    /// organization's own admins may do. Null for viewers who may not see roles.
    async fn admin_roles_by_delegates(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Option<Vec<E<AdminRole>>>> {
        if self.shown(View::Roles, ()).is_none() {
            return Ok(None);
        }
        let held = self.roles(ctx).await?;
        let given = held
            .all
            .iter()
            .filter(|role| !held.appointed.contains(*role));
        Ok(Some(given.map(E).collect()))
    }

    /// The delegated role that it holds for its organization's clients: administrative access to
    /// the companies that it supports. Null when it holds none, or for viewers who may not see it.
    async fn delegated_role(&self) -> Option<E<DelegatedRole>> {
        self.shown(View::Staff, self.row.delegated_role)
            .flatten()
            .map(E)
    }

    /// Whether it has chosen its first password; null for viewers who may not see the directory.
    async fn enrolled(&self) -> Option<bool> {
        self.shown(View::Directory, self.row.enrolled_at.is_some())
    }

    /// Whether its sign-in is blocked; null for viewers who may not see the directory.
    async fn blocked(&self) -> Option<bool> {
        self.shown(View::Directory, self.row.blocked_at.is_some())
    }

    /// When it was deleted; null when it is not, or for viewers who may not see the directory.
    async fn deleted_at(&self) -> Option<DateTime<Utc>> {
        self.shown(View::Directory, self.row.deleted_at).flatten()
    }

    /// Until when it can be restored; null when it is not deleted, or for viewers who may not see the
    /// directory.
    async fn restorable_until(&self, ctx: &Context<'_>) -> Option<DateTime<Utc>> {
        let days = ctx.app().config.times.restore();
        let until = self.row.deleted_at.map(|at| at + days);
        self.shown(View::Directory, until).flatten()
    }

    /// When it was added; null for viewers who may not see the directory.
    async fn created_at(&self) -> Option<DateTime<Utc>> {
        self.shown(View::Directory, self.row.created_at)
    }

    /// Where its one-time links are sent; null for viewers who may not see contacts.
    async fn contact(&self) -> Option<&str> {
        self.shown(View::Contacts, self.row.contact.as_str())
    }

    /// Whether it has proven the contact by redeeming a link; null for viewers who may not see
    /// contacts.
    async fn contact_verified(&self) -> Option<bool> {
        self.shown(View::Contacts, self.row.contact_verified_at.is_some())
    }

    /// Since when the mail server of its contact takes no mail for it, so that links sent there do not arrive: set
    /// another contact. Null if that is not known, and for viewers who may not see contacts.
    async fn contact_refused_at(&self) -> Option<DateTime<Utc>> {
        self.shown(View::Contacts, self.row.contact_refused_at)
            .flatten()
    }

    /// In whose hands it is: the ways in which someone of a partner may hold its sign-in, the oldest first;
    /// empty if it is in nobody's hands. Null for all viewers but the user itself and the account's own admins,
    /// from USER_ADMIN on, who are in nobody's hands.
    async fn hands(&self, ctx: &Context<'_>) -> Result<Option<Vec<Hand>>> {
        if self.shown(View::Hands, ()).is_none() {
            return Ok(None);
        }
        let hands = match &self.prefetch.hands {
            Some(hands) => hands.clone(),
            None => {
                let (db, now) = (ctx.app().db.read(), ctx.app().now());
                let mut all = hands::of_users(db, &[self.row.id], now).await?;
                all.remove(&self.row.id).unwrap_or_default()
            }
        };
        Ok(Some(hands.into_iter().map(Hand).collect()))
    }

    /// Its licences; null for viewers who may not see the directory.
    async fn licences(&self, ctx: &Context<'_>) -> Result<Option<Vec<Licence>>> {
        if self.shown(View::Directory, ()).is_none() {
            return Ok(None);
        }
        let rows = match &self.prefetch.licences {
            Some(rows) => rows.clone(),
            None => {
                let ids = [self.row.id];
                let mut all = licences::of_users(ctx.app().db.read(), &ids).await?;
                all.remove(&self.row.id).unwrap_or_default()
            }
        };
        Ok(Some(rows.into_iter().map(Licence).collect()))
    }

    /// The services that its licences open, by name; null for viewers who may not see the directory.
    async fn services(&self, ctx: &Context<'_>) -> Result<Option<Vec<ServiceAccess>>> {
        if self.shown(View::Directory, ()).is_none() {
            return Ok(None);
        }
        let opened = match &self.prefetch.services {
            Some(opened) => opened.clone(),
            None => {
                let (db, now) = (ctx.app().db.read(), ctx.app().now());
                let mut all = licences::services(db, &[self.row.id], now).await?;
                all.remove(&self.row.id).unwrap_or_default()
            }
        };
        let accesses = opened.into_iter().map(|opened| ServiceAccess {
            service: Service(opened.service),
            on: opened.on,
        });
        Ok(Some(accesses.collect()))
    }

    /// The operations on this user that the viewer may do now.
    async fn allowed_operations(&self, ctx: &Context<'_>) -> Result<Option<Vec<E<OperationKind>>>> {
        let roles = self.roles(ctx).await?;
        let facts = listed::user(ctx.viewer()?, &self.scope, &self.row, roles);
        let allowed = policy::allowed_on_user(&facts, ctx.app().now());
        Ok(Some(allowed.into_iter().map(E).collect()))
    }
}

/// A service that a user's licences open.
#[derive(async_graphql::SimpleObject)]
pub struct ServiceAccess {
    /// The service.
    service: Service,
    /// Whether it is turned on for the user.
    on: bool,
}
