//! Grants.

use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::{
    ids::{GrantId, OrganizationId},
    states::{DelegatedRole, Side},
};

use super::{GrantEnd, LeftBehind, OrganizationCard, Response};
use crate::{
    domain::{
        grant::GrantState,
        values::id::GlobalId,
        visibility::{self, View},
    },
    graphql::{
        context::Ask,
        enums::E,
        leaves::Leaves,
        loader::{AnswerKey, CardKey, WaitingKey},
        scalar::Duration,
    },
    store::{grants, left_behind},
};

/// The consent of one client to be administered by one partner, for a term and up to a role cap. It is the only
/// source of delegated authority.
#[derive(Description)]
pub struct Grant(pub grants::Row);

impl Leaves for Grant {
    const LEAVES: &'static [&'static str] = &[
        "id",
        "state",
        "roleCap",
        "term",
        "revision",
        "acceptedAt",
        "expiresAt",
        "clientHoldAt",
        "partnerHoldAt",
        "endedAt",
        "endedBy",
    ];
}

impl Grant {
    /// One of the viewer's own organization, from either side; `None` otherwise.
    pub async fn find(ctx: &Context<'_>, id: GrantId) -> Result<Option<Self>> {
        let row = grants::find(ctx.app().db.read(), &ctx.own()?, id).await?;
        Ok(row.map(Self))
    }
}

async fn card(ctx: &Context<'_>, id: OrganizationId) -> Result<Option<OrganizationCard>> {
    let loaded = ctx.session().loader.load_one(CardKey(id));
    Ok(Box::pin(loaded).await?.map(OrganizationCard))
}

// What waits is boxed: the future of each field of each grant is as large as the largest of them.
#[Object(use_type_description)]
impl Grant {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        GlobalId::Grant(self.0.grant.id).encode().into()
    }

    /// Its state now.
    async fn state(&self, ctx: &Context<'_>) -> E<GrantState> {
        E(self.0.facts().state(ctx.app().now()))
    }

    /// The organization that administers.
    async fn partner(&self, ctx: &Context<'_>) -> Result<Option<OrganizationCard>> {
        card(ctx, self.0.grant.partner_id).await
    }

    /// The organization that consented.
    async fn client(&self, ctx: &Context<'_>) -> Result<Option<OrganizationCard>> {
        card(ctx, self.0.grant.client_id).await
    }

    /// The role cap: the most that a delegate may be under this grant.
    async fn role_cap(&self) -> E<DelegatedRole> {
        E(self.0.grant.role_cap)
    }

    /// The term that the client chose. If it was shortened since, only `expiresAt` shows that.
    async fn term(&self) -> Duration {
        Duration(self.0.grant.term.clone())
    }

    /// The revision of the offer that was accepted.
    async fn revision(&self) -> i32 {
        self.0.grant.revision
    }

    /// When it was accepted or last amended: the term is counted from then.
    async fn accepted_at(&self) -> DateTime<Utc> {
        self.0.grant.accepted_at
    }

    /// When its term ends.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.0.grant.expires_at
    }

    /// Since when the client holds it; null when it does not.
    async fn client_hold_at(&self) -> Option<DateTime<Utc>> {
        self.0.grant.client_hold_at
    }

    /// Since when the partner holds it; null when it does not.
    async fn partner_hold_at(&self) -> Option<DateTime<Utc>> {
        self.0.grant.partner_hold_at
    }

    /// The acceptance that made it, or last amended it.
    async fn response(&self, ctx: &Context<'_>) -> Result<Option<Response>> {
        let key = AnswerKey(self.0.grant.id);
        let row = Box::pin(ctx.session().anew.load_one(key)).await?;
        Ok(row.map(Response))
    }

    /// What the partner's delegates left behind under it; null for all but the client's own global
    /// admins.
    async fn left_behind(&self, ctx: &Context<'_>) -> Result<Option<LeftBehind>> {
        let own = visibility::own(ctx.viewer()?);
        let client = self.0.grant.client_id == own.account() && own.sees(View::Record);
        Ok(client.then(|| LeftBehind {
            grant: self.0.grant.id,
            scope: own.into(),
        }))
    }

    /// What persons of the partner, who have since lost the delegated role, set and gave under it. It has no
    /// power until a colleague takes it over (`takeOver`) or a side closes it (`closePrepared`).
    async fn waiting(&self, ctx: &Context<'_>) -> Result<Option<Vec<Waiting>>> {
        let key = WaitingKey(self.0.grant.clone());
        let rows = Box::pin(ctx.session().anew.load_one(key)).await?;
        let rows = rows.unwrap_or_default().into_iter().map(|row| Waiting {
            person_id: GlobalId::User(row.person.id).encode().into(),
            person: row.person.display_name,
            users: i32::try_from(row.hands).unwrap_or(i32::MAX),
            roles: i32::try_from(row.roles).unwrap_or(i32::MAX),
        });
        Ok(Some(rows.collect()))
    }

    /// What ended with it; null while it is open, and for all but the client's own global admins.
    async fn end(&self, ctx: &Context<'_>) -> Result<Option<GrantEnd>> {
        let own = visibility::own(ctx.viewer()?);
        let client = self.0.grant.client_id == own.account() && own.sees(View::Record);
        if !client || self.0.grant.ended_at.is_none() {
            return Ok(None);
        }
        let entry = left_behind::end(ctx.app().db.read(), &own, self.0.grant.id);
        let entry = Box::pin(entry).await?;
        Ok(entry.map(|row| GrantEnd::new(&row, own.into())))
    }

    /// When it was ended; null while it is open.
    async fn ended_at(&self) -> Option<DateTime<Utc>> {
        self.0.grant.ended_at
    }

    /// Which side ended it; null while it is open, and if it ended with its term.
    async fn ended_by(&self) -> Option<E<Side>> {
        self.0.grant.ended_by.map(E)
    }
}

/// A person of a partner, and how much of what this person set and gave under a grant waits.
#[derive(async_graphql::SimpleObject)]
pub struct Waiting {
    /// The person's id.
    person_id: ID,
    /// The person's name.
    person: String,
    /// How many hands on the sign-ins of users wait: contacts that this person set, and passwords that it was shown.
    users: i32,
    /// How many admin roles wait.
    roles: i32,
}
