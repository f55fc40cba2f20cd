//! Recoveries: how operators let a global admin back in whom no other admin of the organization can help.

use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::{
    ids::{RecoveryId, UserId},
    recovery, user,
};
use tokio::sync::OnceCell;

use super::OrganizationCard;
use crate::{
    domain::{recovery::RecoveryState, values::id::GlobalId},
    graphql::{context::Ask, enums::E, loader::CardKey},
    store::{recoveries, scopes::Inside},
};

/// The recovery of a global admin whom no other global admin of the organization can help. Two operators have to
/// want it. Then it waits, and every admin of the organization who may reset passwords can stop it.
#[derive(Description)]
pub struct Recovery {
    row: recovery::Model,
    people: OnceCell<Vec<user::Model>>,
}

impl Recovery {
    /// The recovery of this row, which the viewer may see.
    pub fn new(row: recovery::Model) -> Self {
        Self {
            row,
            people: OnceCell::new(),
        }
    }

    /// One that the viewer may see; `None` otherwise.
    pub async fn find(ctx: &Context<'_>, id: RecoveryId) -> Result<Option<Self>> {
        let Some(scope) = ctx.scope_around(Inside::Recovery(id)).await? else {
            return Ok(None);
        };
        let row = recoveries::seen(ctx.app().db.read(), &scope, id).await?;
        Ok(row.map(Self::new))
    }

    /// Its place in a list.
    pub fn place(&self) -> uuid::Uuid {
        self.row.id.0
    }

    async fn person(&self, ctx: &Context<'_>, id: UserId) -> Result<Option<&user::Model>> {
        let db = ctx.app().db.read();
        let load = || recoveries::people(db, &self.row);
        let people = self.people.get_or_try_init(load).await?;
        Ok(people.iter().find(|user| user.id == id))
    }

    async fn name(&self, ctx: &Context<'_>, id: UserId) -> Result<Option<String>> {
        let person = self.person(ctx, id).await?;
        Ok(person.map(|user| user.display_name.clone()))
    }
}

#[Object(use_type_description)]
impl Recovery {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        GlobalId::Recovery(self.row.id).encode().into()
    }

    /// Its state.
    async fn state(&self, ctx: &Context<'_>) -> E<RecoveryState> {
        E(recoveries::state(&self.row, ctx.app().now()))
    }

    /// The organization.
    async fn organization(&self, ctx: &Context<'_>) -> Result<Option<OrganizationCard>> {
        let key = CardKey(self.row.organization_id);
        let card = ctx.session().loader.load_one(key).await?;
        Ok(card.map(OrganizationCard))
    }

    /// The name of the global admin who is let in again.
    async fn display_name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        self.name(ctx, self.row.user_id).await
    }

    /// The sign-in name of that global admin.
    async fn sign_in_name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let person = self.person(ctx, self.row.user_id).await?;
        Ok(person.map(|user| user.sign_in_name.clone()))
    }

    /// Where the link is sent. Once it is redeemed, this is the user's contact.
    async fn contact(&self) -> &str {
        &self.row.contact
    }

    /// The operator who started it.
    async fn started_by(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        self.name(ctx, self.row.started_by).await
    }

    /// When it was started.
    async fn started_at(&self) -> DateTime<Utc> {
        self.row.started_at
    }

    /// The operator who approved it; null while nobody has approved it.
    async fn approved_by(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        match self.row.approved_by {
            Some(id) => self.name(ctx, id).await,
            None => Ok(None),
        }
    }

    /// When it was approved; null while nobody has approved it.
    async fn approved_at(&self) -> Option<DateTime<Utc>> {
        self.row.approved_at
    }

    /// When the link is sent if nobody stops the recovery; null before it is approved.
    async fn due_at(&self) -> Option<DateTime<Utc>> {
        self.row.due_at
    }

    /// When the link was sent; null before that.
    async fn sent_at(&self) -> Option<DateTime<Utc>> {
        self.row.sent_at
    }

    /// When it lapses if nothing more is done.
    async fn lapses_at(&self) -> DateTime<Utc> {
        self.row.lapses_at
    }

    /// When it ended; null while it is open, and if it lapsed.
    async fn ended_at(&self) -> Option<DateTime<Utc>> {
        self.row.ended_at
    }
}
