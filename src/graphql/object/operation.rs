//! Entries of the record.

use std::{borrow::Cow, collections::HashSet, sync::Arc};

use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::{
    ids::{GrantId, OperationId},
    operation,
    states::{AuthorityKind, DelegatedRole, Outcome},
};

use super::{OrganizationCard, RecordedHand};
use crate::{
    domain::{
        described::Described,
        kind::OperationKind,
        reason::Reason,
        record::{Digest256, TargetType, Texts},
        values::id::GlobalId,
        visibility::Scope,
    },
    error::Error,
    graphql::{
        bring,
        context::Ask,
        enums::E,
        filter::OperationFilter,
        leaves::Leaves,
        loader::CardKey,
        page::{self, Paged},
    },
    store::{
        page::{Page, Slice},
        receipts,
        record::{
            self,
            search::{self, Filter},
        },
        scopes::Inside,
    },
};

/// An entry of a record: one operation that was done or refused.
#[derive(Description)]
pub struct Operation {
    /// The row; if it is brief, without what [`Self::whole`] gives.
    pub row: operation::Model,
    /// The scope under which the rest of a brief row is read, if it is asked for after all.
    brief: Option<Arc<Scope>>,
    /// The grants that the viewer may know of; `None` for all.
    known: Option<Arc<HashSet<GrantId>>>,
}

/// The fields that a brief row does not have.
pub const LONG: &[&str] = &[
    "reason",
    "role",
    "grantId",
    "actor",
    "job",
    "targetType",
    "targetId",
    "targetName",
    "changes",
    "ticket",
    "note",
    "hands",
    "link",
    "receipt",
];

impl Leaves for Operation {
    const LEAVES: &'static [&'static str] =
        &["id", "kind", "outcome", "at", "authority", "sequence"];
}

impl Operation {
    /// An entry of this row.
    pub fn new(row: operation::Model) -> Self {
        Self {
            row,
            brief: None,
            known: None,
        }
    }

    /// An entry of a brief row, which the scope shows.
    pub fn brief(row: operation::Model, scope: Arc<Scope>) -> Self {
        Self {
            brief: Some(scope),
            ..Self::new(row)
        }
    }

    /// The whole row. Pages look ahead, so that it is hardly ever read by itself.
    async fn whole(&self, ctx: &Context<'_>) -> Result<Cow<'_, operation::Model>> {
        let Some(scope) = &self.brief else {
            return Ok(Cow::Borrowed(&self.row));
        };
        let row = record::find(ctx.app().db.read(), scope, self.row.id);
        let row = Box::pin(row).await?;
        Ok(Cow::Owned(row.ok_or_else(Error::not_found)?))
    }

    async fn texts(&self, ctx: &Context<'_>) -> Result<Texts> {
        Ok(record::texts(&*self.whole(ctx).await?))
    }

    /// An entry of this row, for a viewer who may know of these grants only.
    pub fn of_known(row: operation::Model, known: Arc<HashSet<GrantId>>) -> Self {
        Self {
            known: Some(known),
            ..Self::new(row)
        }
    }

    /// An entry that the viewer may see: by its scope in the record's organization, or because the viewer's
    /// organization may have held the actor's sign-in.
    pub async fn find(ctx: &Context<'_>, id: OperationId) -> Result<Option<Self>> {
        if let Some(scope) = ctx.scope_around(Inside::Operation(id)).await?
            && let Some(found) = Self::within(ctx, &scope, id).await?
        {
            return Ok(Some(found));
        }
        let Some(scope) = ctx.partner_scope()? else {
            return Ok(None);
        };
        let page = Page {
            first: 1,
            after: None,
        };
        let (db, now) = (ctx.app().db.read(), ctx.app().now());
        let filter = Filter::default();
        let (slice, known) = search::in_hands(db, &scope, &filter, Some(id), page, now).await?;
        let row = slice.rows.into_iter().next();
        Ok(row.map(|row| Self::of_known(row, Arc::new(known))))
    }

    /// An entry of an account's record, as far as the scope shows it.
    pub async fn within(ctx: &Context<'_>, scope: &Scope, id: OperationId) -> Result<Option<Self>> {
        let row = record::find(ctx.app().db.read(), scope, id).await?;
        Ok(row.map(Self::new))
    }

    /// Those of an account's record, as far as the scope shows them, newest first.
    pub async fn list(
        ctx: &Context<'_>,
        scope: &Scope,
        filter: Option<OperationFilter>,
        page: Page,
    ) -> Result<Option<Paged<Self>>> {
        let filter = OperationFilter::parse(ctx, filter).await?;
        let slice = search::list(ctx.app().db.read(), scope, &filter, page).await?;
        Ok(Some(Self::page(ctx, slice, page).await?))
    }

    fn knows(&self, grant: GrantId) -> bool {
        self.known
            .as_ref()
            .is_none_or(|known| known.contains(&grant))
    }
}

impl Operation {
    /// The connection of a page of rows.
    pub async fn page(
        ctx: &Context<'_>,
        slice: Slice<operation::Model>,
        page: Page,
    ) -> Result<Paged<Self>> {
        Self::connection(ctx, slice.map(Self::new), page).await
    }

    /// The connection of a page, with the organizations whose records its entries are in, if the query asks for
    /// them.
    pub async fn connection(
        ctx: &Context<'_>,
        slice: Slice<Self>,
        page: Page,
    ) -> Result<Paged<Self>> {
        if page::asked(ctx, "organization") {
            let rows = slice.rows.iter();
            let ids = rows.map(|operation| operation.row.organization_id);
            bring::cards(ctx, ids.collect()).await?;
        }
        Ok(page::paged(slice, page, |operation| operation.row.id.0))
    }
}

// What waits is boxed: the future of each field of each entry is as large as the largest of them.
#[Object(use_type_description)]
impl Operation {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        GlobalId::Operation(self.row.id).encode().into()
    }

    /// What was done or refused; null for a kind that this server does not know.
    async fn kind(&self) -> Option<E<OperationKind>> {
        OperationKind::by_stable_name(&self.row.kind).map(E)
    }

    /// How it ended.
    async fn outcome(&self) -> E<Outcome> {
        E(self.row.outcome)
    }

    /// Why it was refused; null when it was done.
    async fn reason(&self, ctx: &Context<'_>) -> Result<Option<E<Reason>>> {
        let row = self.whole(ctx).await?;
        let name = row.reason.as_deref();
        let mut all = Reason::all().iter().copied();
        Ok(all.find(|reason| Some(reason.name()) == name).map(E))
    }

    /// When it was done or refused.
    async fn at(&self) -> DateTime<Utc> {
        self.row.at
    }

    /// Why the actor could act, or tried to.
    async fn authority(&self) -> E<AuthorityKind> {
        E(self.row.authority)
    }

    /// The delegated role in force: the lesser of the actor's and the grant's cap. Null if there was none.
    async fn role(&self, ctx: &Context<'_>) -> Result<Option<E<DelegatedRole>>> {
        Ok(self.whole(ctx).await?.role.map(E))
    }

    /// The grant that it rested on; null if there was none.
    async fn grant_id(&self, ctx: &Context<'_>) -> Result<Option<ID>> {
        let grant = self.whole(ctx).await?.grant_id;
        let grant = grant.filter(|grant| self.knows(*grant));
        Ok(grant.map(|id| GlobalId::Grant(id).encode().into()))
    }

    /// The real person who acted; null for the server's own jobs.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<RecordedActor>> {
        let row = self.whole(ctx).await?;
        let Some(id) = row.actor_id else {
            return Ok(None);
        };
        let texts = record::texts(&row);
        Ok(Some(RecordedActor {
            id: GlobalId::User(id).encode().into(),
            name: texts.actor_name,
            sign_in_name: texts.actor_sign_in_name,
            organization: texts.actor_organization_name,
        }))
    }

    /// The job that acted; null for a person.
    async fn job(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let row = self.whole(ctx).await?;
        match row.actor_id {
            Some(_) => Ok(None),
            None => Ok(record::texts(&row).actor_name),
        }
    }

    /// The organization whose record it is in.
    async fn organization(&self, ctx: &Context<'_>) -> Result<Option<OrganizationCard>> {
        let key = CardKey(self.row.organization_id);
        let card = Box::pin(ctx.session().loader.load_one(key)).await?;
        Ok(card.map(OrganizationCard))
    }

    /// Type of the thing that was touched; null if nothing was touched, and for a type that this server does not
    /// know.
    async fn target_type(&self, ctx: &Context<'_>) -> Result<Option<E<TargetType>>> {
        let target = record::target(&*self.whole(ctx).await?);
        Ok(target.map(|target| E(target.kind())))
    }

    /// The id of the thing that was touched.
    async fn target_id(&self, ctx: &Context<'_>) -> Result<Option<ID>> {
        let target = record::target(&*self.whole(ctx).await?);
        Ok(target.map(|target| target.id().encode().into()))
    }

    /// The name that the thing touched had then; null if it has none, or if it was erased.
    async fn target_name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(self.texts(ctx).await?.target_name)
    }

    /// What changed, without secrets and without names of people.
    async fn changes(&self, ctx: &Context<'_>) -> Result<Vec<Change>> {
        let changes = record::changes(&*self.whole(ctx).await?);
        let changes = changes.shown().map(|(name, value)| Change {
            name: name.to_owned(),
            value,
        });
        Ok(changes.collect())
    }

    /// The ticket number that came with it; null if none came, or if it was erased.
    async fn ticket(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(self.texts(ctx).await?.ticket)
    }

    /// The note that the actor wrote, saying why; null if none was written, or if it was erased.
    async fn note(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(self.texts(ctx).await?.note)
    }

    /// In whose hands the actor was: persons of partners who may have held its sign-in, under their grants. The
    /// act counts as done under these grants too. Empty if the actor was in nobody's hands.
    async fn hands(&self, ctx: &Context<'_>) -> Result<Vec<RecordedHand>> {
        let hands = record::hands(&*self.whole(ctx).await?).into_iter();
        let known = hands.filter(|hand| self.knows(hand.grant));
        Ok(known.map(RecordedHand::from).collect())
    }

    /// Its place in the chain, from 1.
    async fn sequence(&self) -> i64 {
        self.row.seq
    }

    /// Its link: SHA-256 over the link of the entry before and the hash of its own body, as base64. The signed
    /// end of the record names the link of the last entry.
    async fn link(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let link = Digest256::from_slice(&self.whole(ctx).await?.link);
        Ok(link.map(|link| link.to_string()))
    }

    /// The receipt of an act of consent, as JSON: the entry, the signed note of the record's end at that entry, and
    /// the terms that were answered. `/verify` checks it, and so can anyone with this server's public keys. Null
    /// for any other act.
    async fn receipt(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let row = self.whole(ctx).await?;
        let receipt = Box::pin(receipts::of(ctx.app().db.read(), &row)).await?;
        Ok(receipt
            .map(|receipt| serde_json::to_string_pretty(&receipt))
            .transpose()?)
    }
}

/// The user who acted, with the names of that time.
#[derive(async_graphql::SimpleObject)]
pub struct RecordedActor {
    /// Opaque id of the user.
    id: ID,
    /// Its name; null once erased.
    name: Option<String>,
    /// Its sign-in name; null once erased.
    sign_in_name: Option<String>,
    /// Its organization's name; null once erased.
    organization: Option<String>,
}

/// One thing that an operation changed.
#[derive(async_graphql::SimpleObject)]
pub struct Change {
    /// The name of what changed, such as `role_cap`.
    name: String,
    /// The new value. If the name ends in `_before`: the value before.
    value: String,
}
