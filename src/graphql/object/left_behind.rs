//! What a partner left behind under a grant, for the client's own global admins.

use std::sync::Arc;

use async_graphql::{Context, Description, Object, Result};
use chrono::{DateTime, Utc};
use entity::{
    ids::GrantId,
    states::{AdminRole, Way},
};

use super::{Domain, Operation, User};
use crate::{
    domain::visibility::Scope,
    graphql::{
        context::Ask,
        enums::E,
        page::{self, Paged},
    },
    store::left_behind::{self, Which},
};

/// What a partner's delegates did under a grant, as far as it has not been undone. `cleanUpGrant` cleans up a
/// part of it; the rest is for people to decide about.
#[derive(Description)]
pub struct LeftBehind {
    /// The grant.
    pub grant: GrantId,
    /// The client's own scope.
    pub scope: Arc<Scope>,
}

impl LeftBehind {
    async fn users(
        &self,
        ctx: &Context<'_>,
        which: Which,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Paged<User>>> {
        let page = page::page(ctx, first, after)?;
        let db = ctx.app().db.read();
        let slice = left_behind::users(db, &self.scope, self.grant, which, page).await?;
        let slice = User::page(ctx, slice, &self.scope).await?;
        Ok(Some(page::paged(slice, page, |user| user.row.id.0)))
    }
}

#[Object(use_type_description)]
impl LeftBehind {
    /// Users whom delegates added, oldest first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn users_added(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
    ) -> Result<Option<Paged<User>>> {
        self.users(ctx, Which::Added, first, after).await
    }

    /// Users who are in the partner's hands by the contact or by the password, oldest first: someone who acted
    /// under the grant may hold their sign-in. They can do only what the grant allows, and after its end
    /// only change their own password and end their own sessions.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn in_hands(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
    ) -> Result<Option<Paged<User>>> {
        self.users(ctx, Which::InHands, first, after).await
    }

    /// Users whom delegates blocked and whose sign-in is still blocked, oldest first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn users_blocked(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
    ) -> Result<Option<Paged<User>>> {
        self.users(ctx, Which::Blocked, first, after).await
    }

    /// Users whom delegates deleted and who can still be restored, oldest first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn users_deleted(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
    ) -> Result<Option<Paged<User>>> {
        self.users(ctx, Which::Deleted, first, after).await
    }

    /// What else was done to users under the grant, newest first: names and sign-in names that were changed,
    /// licences and services that were given or taken, admin roles that were taken. `giveBackRoles` gives the
    /// roles back.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
    ) -> Result<Option<Paged<Operation>>> {
        let page = page::page(ctx, first, after)?;
        let db = ctx.app().db.read();
        let slice = left_behind::changes(db, &self.scope, self.grant, page).await?;
        Ok(Some(Operation::page(ctx, slice, page).await?))
    }

    /// Users whose password someone who acted under the grant may know, oldest first. A user is no longer
    /// listed after choosing a password by a link to a contact in nobody's hands.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn passwords_set(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
    ) -> Result<Option<Paged<User>>> {
        self.users(ctx, Which::Held(Way::Secret), first, after)
            .await
    }

    /// Users whose contact was set under the grant, oldest first. A user is no longer listed after one of the
    /// account's own admins has confirmed or changed the contact and the user has proven it.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn contacts_set(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
    ) -> Result<Option<Paged<User>>> {
        self.users(ctx, Which::Held(Way::Contact), first, after)
            .await
    }

    /// Admin roles that delegates gave, or that users with such a role gave, oldest first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn roles_given(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
    ) -> Result<Option<Vec<RoleGiven>>> {
        let page = page::page(ctx, first, None)?;
        let db = ctx.app().db.read();
        let rows = left_behind::roles_given(db, &self.scope, self.grant, page.first).await?;
        let given = rows.into_iter().map(|row| RoleGiven {
            role: E(row.role.role),
            user: User::new(row.user, Arc::clone(&self.scope)),
            given_at: row.role.assigned_at,
        });
        Ok(Some(given.collect()))
    }

    /// Domain names that delegates added, oldest first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn domains_added(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor of an earlier page.")] after: Option<String>,
    ) -> Result<Option<Paged<Domain>>> {
        let page = page::page(ctx, first, after)?;
        let db = ctx.app().db.read();
        let slice = left_behind::domains_added(db, &self.scope, self.grant, page).await?;
        let slice = slice.map(|row| Domain::new(row, &self.scope));
        Ok(Some(page::paged(slice, page, |domain| domain.row.id.0)))
    }
}

/// An admin role that was given under a grant.
#[derive(async_graphql::SimpleObject)]
pub struct RoleGiven {
    /// The role.
    role: E<AdminRole>,
    /// The user who holds it.
    user: User,
    /// When it was given.
    given_at: DateTime<Utc>,
}
