//! Users.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::{
    states::{AdminRole, DelegatedRole},
    user,
};

use crate::{
    domain::{
        role::RoleSet,
        values::id::GlobalId,
        visibility::{Scope, View},
    },
    graphql::{context::Ask, enums::E, loader::RolesKey},
    store::{page::Slice, roles},
};

/// A user of an organization.
pub struct User {
    /// The row.
    pub row: user::Model,
    /// What the viewer may see of its organization.
    pub scope: Arc<Scope>,
    /// Its admin roles, where the page that it is on brought them.
    pub roles: Option<RoleSet>,
}

impl User {
    /// A user found alone.
    pub fn new(row: user::Model, scope: Arc<Scope>) -> Self {
        Self {
            row,
            scope,
            roles: None,
        }
    }

    /// The users of a page, with their roles: one statement for all.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn page(
        ctx: &Context<'_>,
        slice: Slice<user::Model>,
        scope: &Arc<Scope>,
    ) -> crate::error::Result<Slice<Self>> {
        let ids: Vec<_> = slice.rows.iter().map(|row| row.id).collect();
        let roles = roles::of_users(ctx.app().db.read(), &ids).await?;
        Ok(slice.map(|row| Self {
            roles: Some(roles.get(&row.id).copied().unwrap_or_default()),
            row,
            scope: Arc::clone(scope),
        }))
    }

    fn shown<T>(&self, view: View, value: T) -> Option<T> {
        self.scope.sees_of_user(view, self.row.id).then_some(value)
    }
}

/// A user of an organization.
#[Object]
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

    /// Admin roles in its own organization; null for viewers who may not see them.
    async fn admin_roles(&self, ctx: &Context<'_>) -> Result<Option<Vec<E<AdminRole>>>> {
        if self.shown(View::Roles, ()).is_none() {
            return Ok(None);
        }
        if let Some(roles) = self.roles {
            return Ok(Some(roles.iter().map(E).collect()));
        }
        let roles = ctx.session().roles.load_one(RolesKey(self.row.id)).await?;
        Ok(Some(roles.unwrap_or_default().iter().map(E).collect()))
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
}
