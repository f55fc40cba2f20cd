//! What users of a page show, loaded for all of them together.

use std::{collections::HashMap, sync::Arc};

use async_graphql::Context;
use entity::{ids::UserId, user};

use super::User;
use crate::{
    domain::{role::HeldRoles, visibility::Scope},
    error::Result,
    graphql::context::Ask,
    store::{
        hands::{self, HandDetails},
        licences::{self, OpenService},
        roles,
    },
};

/// What was loaded for all users of a page.
#[derive(Clone, Default)]
pub(super) struct Prefetch {
    pub roles: Option<HeldRoles>,
    pub licences: Option<Vec<licences::Row>>,
    pub services: Option<Vec<OpenService>>,
    pub hands: Option<Vec<HandDetails>>,
}

/// What users of a page show, loaded for all of them.
pub struct Brought(HashMap<UserId, Prefetch>);

impl Brought {
    /// Their roles, and their licences, services and hands if the query asks for these: one statement for each.
    pub async fn load(
        ctx: &Context<'_>,
        ids: &[UserId],
        asked: impl Fn(&str) -> bool,
    ) -> Result<Self> {
        let (db, now) = (ctx.app().db.read(), ctx.app().now());
        let roles = roles::of_users(db, ids).await?;
        let licences = match asked("licences") {
            true => Some(licences::of_users(db, ids).await?),
            false => None,
        };
        let services = match asked("services") {
            true => Some(licences::services(db, ids, now).await?),
            false => None,
        };
        let hands = match asked("hands") {
            true => Some(hands::of_users(db, ids, now).await?),
            false => None,
        };
        let of = |id: &UserId| Prefetch {
            hands: hands
                .as_ref()
                .map(|all| all.get(id).cloned().unwrap_or_default()),
            roles: Some(roles.get(id).copied().unwrap_or_default()),
            licences: licences
                .as_ref()
                .map(|all| all.get(id).cloned().unwrap_or_default()),
            services: services
                .as_ref()
                .map(|all| all.get(id).cloned().unwrap_or_default()),
        };
        Ok(Self(ids.iter().map(|id| (*id, of(id))).collect()))
    }

    /// A user that the scope shows.
    pub fn user(&mut self, row: user::Model, scope: &Arc<Scope>) -> User {
        User {
            prefetch: self.0.remove(&row.id).unwrap_or_default(),
            row,
            scope: Arc::clone(scope),
        }
    }
}
