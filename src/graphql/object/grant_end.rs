//! What ended with a grant, for the client's own global admins.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, Description, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use entity::{ids::UserId, operation, states::AdminRole};

use super::User;
use crate::{
    domain::visibility::Scope,
    graphql::{context::Ask, enums::E},
    store::{directory, ends::Told, record},
};

/// How many users of each sort are shown; the record has all.
const MOST: usize = 100;

/// What ended with a grant, in the same act; 100 of each sort, and all of it in the record.
#[derive(Description)]
pub struct GrantEnd {
    at: DateTime<Utc>,
    told: Told,
    scope: Arc<Scope>,
}

impl GrantEnd {
    /// What this entry tells.
    pub fn new(row: &operation::Model, scope: Arc<Scope>) -> Self {
        Self {
            at: row.at,
            told: Told::of(&record::changes(row), MOST),
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
    /// When.
    async fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// Admin roles that were given under the grant, and that were taken.
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

    /// Users whose password and sessions ended: they could be known under the grant.
    async fn passwords_ended(&self, ctx: &Context<'_>) -> Result<Option<Vec<User>>> {
        self.users(ctx, &self.told.passwords).await
    }

    /// Users to whose contact of their own a link to a new password was sent.
    async fn links_sent(&self, ctx: &Context<'_>) -> Result<Option<Vec<User>>> {
        self.users(ctx, &self.told.sent).await
    }

    /// Users whose open links were closed: they went to contacts that were set under the grant.
    async fn links_closed(&self, ctx: &Context<'_>) -> Result<Option<Vec<User>>> {
        self.users(ctx, &self.told.links).await
    }
}

/// An admin role that was taken.
#[derive(SimpleObject)]
pub struct RoleTaken {
    /// The role.
    role: E<AdminRole>,
    /// Who held it.
    user: User,
}
