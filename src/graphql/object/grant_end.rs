//! What ended with a grant, for the client's own global admins.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, Description, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use entity::{ids::UserId, operation, states::AdminRole};

use super::User;
use crate::{
    domain::visibility::Scope,
    graphql::{context::Ask, enums::E},
    store::{directory, ends::EndEntry, record},
};

/// How many items of each list are shown; the record has all.
const MOST: usize = 100;

/// What ended with a grant, in the same act: at most 100 of each list. The record has all of it.
#[derive(Description)]
pub struct GrantEnd {
    at: DateTime<Utc>,
    told: EndEntry,
    scope: Arc<Scope>,
}

impl GrantEnd {
    /// What this entry says.
    pub fn new(row: &operation::Model, scope: Arc<Scope>) -> Self {
        Self {
            at: row.at,
            told: EndEntry::of(&record::changes(row), MOST),
            scope,
        }
    }

    async fn users(&self, ctx: &Context<'_>, ids: &[UserId]) -> Result<Option<Vec<User>>> {
        let mut found = self.find(ctx, ids).await?;
        Ok(Some(ids.iter().filter_map(|id| found.remove(id)).collect()))
    }

    async fn find(&self, ctx: &Context<'_>, ids: &[UserId]) -> Result<HashMap<UserId, User>> {
        let rows = directory::among(ctx.app().db.read(), &self.scope, ids).await?;
        let users = rows.into_iter().map(|row| {
            let id = row.id;
            (id, User::new(row, Arc::clone(&self.scope)))
        });
        Ok(users.collect())
    }
}

#[Object(use_type_description)]
impl GrantEnd {
    /// When the grant ended.
    async fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// Admin roles that had been given under the grant, and were taken.
    async fn roles_taken(&self, ctx: &Context<'_>) -> Result<Option<Vec<RoleTaken>>> {
        let ids: Vec<UserId> = self.told.roles.iter().map(|(user, _)| *user).collect();
        let found = self.find(ctx, &ids).await?;
        let taken = self.told.roles.iter().filter_map(|(id, role)| {
            let row = found.get(id)?.row.clone();
            Some(RoleTaken {
                role: E(*role),
                user: User::new(row, Arc::clone(&self.scope)),
            })
        });
        Ok(Some(taken.collect()))
    }

    /// Users whose password and sessions ended: someone who acted under the grant may have known the password.
    async fn passwords_ended(&self, ctx: &Context<'_>) -> Result<Option<Vec<User>>> {
        self.users(ctx, &self.told.passwords).await
    }

    /// Users who were sent a link to a new password: their contact is proven and in nobody's hands.
    async fn links_sent(&self, ctx: &Context<'_>) -> Result<Option<Vec<User>>> {
        self.users(ctx, &self.told.sent).await
    }

    /// Users whose open links no longer work: the links went to contacts that were set under the grant.
    async fn links_closed(&self, ctx: &Context<'_>) -> Result<Option<Vec<User>>> {
        self.users(ctx, &self.told.links).await
    }
}

/// An admin role that was taken.
#[derive(SimpleObject)]
pub struct RoleTaken {
    /// The role.
    role: E<AdminRole>,
    /// The user who held it.
    user: User,
}
