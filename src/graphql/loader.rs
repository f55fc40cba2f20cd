//! Loaders: one for each request, which knows the viewer, and one key type for each way of finding something.

use std::{collections::HashMap, sync::Arc};

use entity::{
    grant,
    ids::{GrantId, OfferId, OrganizationId, ResponseId, UserId},
    response,
    states::AdminRole,
};

use crate::{
    app::App,
    domain::{
        role::HeldRoles,
        visibility::{self, Scope},
    },
    error::{Error, Result},
    store::{
        awaited,
        facts::Known,
        offers, organizations, responses, roles,
        waiting::{self, Waiting},
    },
};

/// The loader of a request.
pub struct Loader {
    /// The application.
    pub app: App,
    /// The viewer.
    pub known: Option<Arc<Known>>,
}

impl Loader {
    /// The viewer's right to read in its own organization.
    fn own(&self) -> Option<Scope> {
        let known = self.known.as_ref()?;
        Some(visibility::own(&known.actor))
    }
}

/// An organization's card, named by a row that the viewer sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CardKey(pub OrganizationId);

/// A user's admin roles, for a viewer whose scope shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RolesKey(pub UserId);

/// What waits under a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingKey(pub grant::Model);

impl std::hash::Hash for WaitingKey {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.id.hash(state);
    }
}

/// The latest answer that made or amended a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AnswerKey(pub GrantId);

/// What an answer that the viewer sees took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ItemsKey(pub ResponseId);

/// The admin roles of a user that wait until the user is in nobody's hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AwaitedKey(pub UserId);

/// The addresses told of responses to an offer of the viewer's partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NoticesKey(pub OfferId);

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

impl async_graphql::dataloader::Loader<WaitingKey> for Loader {
    type Value = Vec<Waiting>;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[WaitingKey],
    ) -> Result<HashMap<WaitingKey, Self::Value>, Arc<Error>> {
        let Some(own) = self.own() else {
            return Ok(HashMap::new());
        };
        let grants: Vec<_> = keys.iter().map(|key| key.0.clone()).collect();
        let mut rows = waiting::of_grants(self.app.db.read(), &own, &grants).await?;
        let grants = grants.into_iter();
        Ok(grants
            .filter_map(|grant| Some((rows.remove(&grant.id)?, grant)))
            .map(|(rows, grant)| (WaitingKey(grant), rows))
            .collect())
    }
}

impl async_graphql::dataloader::Loader<AnswerKey> for Loader {
    type Value = response::Model;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[AnswerKey],
    ) -> Result<HashMap<AnswerKey, Self::Value>, Arc<Error>> {
        let Some(own) = self.own() else {
            return Ok(HashMap::new());
        };
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = responses::of_grants(self.app.db.read(), &own, &ids).await?;
        let rows = rows.into_iter();
        Ok(rows.map(|(id, row)| (AnswerKey(id), row)).collect())
    }
}

impl async_graphql::dataloader::Loader<ItemsKey> for Loader {
    type Value = Vec<responses::Item>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[ItemsKey]) -> Result<HashMap<ItemsKey, Self::Value>, Arc<Error>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = responses::items(self.app.db.read(), &ids).await?;
        let rows = rows.into_iter();
        Ok(rows.map(|(id, rows)| (ItemsKey(id), rows)).collect())
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
        let Some(scope) = self
            .known
            .as_ref()
            .and_then(|known| visibility::partner(&known.actor))
        else {
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
