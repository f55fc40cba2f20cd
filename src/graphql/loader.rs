//! Loaders: one for each request, which knows the viewer, and one key type for each way of finding something.

use std::{collections::HashMap, sync::Arc};

use entity::{
    ids::{OfferId, OrganizationId, UserId},
    operation,
    states::AdminRole,
};

use crate::{
    app::App,
    domain::{
        role::HeldRoles,
        viewer::Actor,
        visibility::{self, Scope},
    },
    error::{Error, Result},
    store::{awaited, offers, organizations, record::search, roles},
};

/// The loader of a request.
pub struct Loader {
    /// The application.
    pub app: App,
    /// The viewer.
    pub actor: Option<Arc<Actor>>,
}

/// An organization's card, named by a row that the viewer sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CardKey(pub OrganizationId);

/// A user's admin roles, for a viewer whose scope shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RolesKey(pub UserId);

/// The admin roles of a user that wait until the user is in nobody's hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AwaitedKey(pub UserId);

/// The addresses told of responses to an offer of the viewer's partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NoticesKey(pub OfferId);

/// The latest entries of an account's record, as far as a scope shows them.
#[derive(Clone, Debug)]
pub struct LatestKey {
    pub scope: Arc<Scope>,
    /// How many.
    pub most: u64,
}

impl PartialEq for LatestKey {
    fn eq(&self, other: &Self) -> bool {
        self.scope.account() == other.scope.account() && self.most == other.most
    }
}

impl Eq for LatestKey {}

impl std::hash::Hash for LatestKey {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.scope.account().hash(state);
        self.most.hash(state);
    }
}

impl async_graphql::dataloader::Loader<CardKey> for Loader {
    type Value = organizations::Row;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[CardKey]) -> Result<HashMap<CardKey, Self::Value>, Arc<Error>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = organizations::cards(self.app.db.read(), &ids).await?;
        Ok(rows
            .into_iter()
            .map(|(id, row)| (CardKey(id), row))
            .collect())
    }
}

impl async_graphql::dataloader::Loader<RolesKey> for Loader {
    type Value = HeldRoles;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[RolesKey]) -> Result<HashMap<RolesKey, HeldRoles>, Arc<Error>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = roles::of_users(self.app.db.read(), &ids).await?;
        Ok(rows
            .into_iter()
            .map(|(id, roles)| (RolesKey(id), roles))
            .collect())
    }
}

impl async_graphql::dataloader::Loader<AwaitedKey> for Loader {
    type Value = Vec<AdminRole>;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[AwaitedKey],
    ) -> Result<HashMap<AwaitedKey, Self::Value>, Arc<Error>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = awaited::of_users(self.app.db.read(), &ids).await?;
        let rows = rows.into_iter();
        Ok(rows.map(|(id, roles)| (AwaitedKey(id), roles)).collect())
    }
}

impl async_graphql::dataloader::Loader<NoticesKey> for Loader {
    type Value = Vec<String>;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[NoticesKey],
    ) -> Result<HashMap<NoticesKey, Vec<String>>, Arc<Error>> {
        let Some(scope) = self.actor.as_deref().and_then(visibility::partner) else {
            return Ok(HashMap::new());
        };
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let mut rows = offers::notices(self.app.db.read(), &scope, &ids).await?;
        // An id without a row gets an empty value, so that it is not looked up again.
        let all = ids.into_iter();
        let all = all.map(|id| (NoticesKey(id), rows.remove(&id).unwrap_or_default()));
        Ok(all.collect())
    }
}

impl async_graphql::dataloader::Loader<LatestKey> for Loader {
    type Value = Vec<operation::Model>;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[LatestKey],
    ) -> Result<HashMap<LatestKey, Vec<operation::Model>>, Arc<Error>> {
        let mut by_number: HashMap<u64, Vec<&LatestKey>> = HashMap::new();
        for key in keys {
            by_number.entry(key.most).or_default().push(key);
        }
        let mut latest = HashMap::new();
        for (most, keys) in by_number {
            let scopes: Vec<Scope> = keys.iter().map(|key| Scope::clone(&key.scope)).collect();
            let mut rows = search::latest(self.app.db.read(), &scopes, most).await?;
            for key in keys {
                let rows = rows.remove(&key.scope.account()).unwrap_or_default();
                latest.insert(key.clone(), rows);
            }
        }
        Ok(latest)
    }
}
