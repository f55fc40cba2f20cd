//! Writes of offers: they are made, revised, withdrawn, given another URL, and their openings counted.

use chrono::{DateTime, Utc};
use entity::{
    former_token,
    ids::{OfferId, PlanId},
    language::Language,
    offer, offer_item, offer_notice, offer_revision,
    states::{DelegatedRole, OfferKind},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, ExprTrait, QueryFilter,
    sea_query::{Expr, Func},
};

use super::{Row, folded, with_revisions};
use serde::Serialize;

use crate::{
    db::{Db, Locks},
    domain::{
        offer as offer_form,
        offer::{Item, Proposal},
        reason::Reason,
        values::{Country, Email, Message, Name, Term},
    },
    error::{Error, Result},
    store::{act::Act, plans},
};

/// What an offer proposes, in one revision.
#[derive(Clone, Debug, Serialize)]
pub struct Proposed {
    /// The most that a delegate may be, and the term; `None` without delegation.
    pub delegation: Option<(DelegatedRole, Term)>,
    /// Plans with their seats.
    pub items: Vec<Item>,
    /// Where they are to be used.
    pub usage_location: Option<Country>,
    /// The partner's office.
    pub office: Option<Name>,
    /// The partner's own words.
    pub message: Option<Message>,
}

/// An offer to be made.
pub struct NewOffer<'a> {
    /// The kind of offer.
    pub kind: OfferKind,
    /// What it proposes.
    pub proposed: &'a Proposed,
    /// The addresses that are told of responses.
    pub notify: &'a [Email],
    /// The unguessable part of its URL.
    pub token: String,
    /// When it expires; `None` for never.
    pub expires_at: Option<DateTime<Utc>>,
    /// The language of its texts.
    pub language: Language,
}

/// What an offer is from now on.
pub struct Edit<'a> {
    /// All that it proposes.
    pub proposed: &'a Proposed,
    /// When it expires; `None` for never.
    pub expires_at: Option<DateTime<Utc>>,
    /// The addresses that are told of responses; `None` keeps them.
    pub notify: Option<&'a [Email]>,
    /// The language of its texts; `None` keeps it.
    pub language: Option<Language>,
}

/// Makes an offer of the act's account, with its first revision.
///
/// # Errors
/// [`Reason::PlanNotSold`] when a plan is not sold in the usage location.
pub async fn insert(act: &Act<'_>, new: &NewOffer<'_>) -> Result<OfferId> {
    let id: OfferId = act.id();
    let creator = act.actor().ok_or_else(Error::not_found)?;
    let row = offer::ActiveModel {
        id: Set(id),
        partner_id: Set(act.account()),
        token: Set(new.token.clone()),
        kind: Set(new.kind),
        revision: Set(1),
        created_by: Set(creator),
        created_at: Set(act.now()),
        withdrawn_at: Set(None),
        expires_at: Set(new.expires_at),
        language: Set(Some(new.language.clone())),
        opened: Set(Some(0)),
        rotated_at: Set(None),
    };
    offer::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await?;
    insert_revision(act, id, new.kind, 1, new.proposed).await?;
    insert_notices(act, id, new.notify).await?;
    Ok(id)
}

async fn insert_notices(act: &Act<'_>, id: OfferId, notify: &[Email]) -> Result<()> {
    if notify.is_empty() {
        return Ok(());
    }
    let rows = notify.iter().map(|address| offer_notice::ActiveModel {
        offer_id: Set(id),
        address: Set(address.as_str().to_owned()),
    });
    offer_notice::Entity::insert_many(rows)
        .exec_without_returning(act.tx())
        .await?;
    Ok(())
}

async fn insert_revision(
    act: &Act<'_>,
    id: OfferId,
    kind: OfferKind,
    revision: i32,
    proposed: &Proposed,
) -> Result<()> {
    check_sold(act, proposed).await?;
    let delegation = proposed.delegation.as_ref();
    // Without delegation, neither has a meaning.
    let role_cap = delegation.map_or(DelegatedRole::Limited, |(cap, _)| *cap);
    let term = delegation.map_or_else(|| "P1D".to_owned(), |(_, term)| term.text());
    let message = proposed.message.as_ref().map(Message::as_str);
    let digest = Proposal {
        offer: id,
        revision,
        partner: act.account(),
        kind,
        parts: &offer_form::parts(delegation.is_some(), &proposed.items),
        role_cap,
        term: &term,
        message,
    }
    .digest()?;
    let office = proposed.office.as_ref().map(Name::as_str);
    let row = offer_revision::ActiveModel {
        folded: Set(folded(message, office)),
        offer_id: Set(id),
        revision: Set(revision),
        digest: Set(digest),
        role_cap: Set(role_cap),
        term: Set(term),
        message: Set(message.map(str::to_owned)),
        created_at: Set(act.now()),
        delegation: Set(Some(delegation.is_some())),
        usage_location: Set(proposed
            .usage_location
            .as_ref()
            .map(|country| country.as_str().to_owned())),
        office: Set(office.map(str::to_owned)),
    };
    offer_revision::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await?;
    if !proposed.items.is_empty() {
        let rows = proposed.items.iter().map(|item| offer_item::ActiveModel {
            offer_id: Set(id),
            revision: Set(revision),
            plan_id: Set(item.plan),
            seats: Set(item.seats),
            most_seats: Set(item.most),
        });
        offer_item::Entity::insert_many(rows)
            .exec_without_returning(act.tx())
            .await?;
    }
    Ok(())
}

/// Fails if a plan does not exist, or is not sold in the usage location.
async fn check_sold(act: &Act<'_>, proposed: &Proposed) -> Result<()> {
    let plans: Vec<PlanId> = proposed.items.iter().map(|item| item.plan).collect();
    if plans.is_empty() {
        return Ok(());
    }
    if plans::plans_of(act.tx(), &plans).await?.len() != plans.len() {
        return Err(Error::field("items", Reason::IdInvalid));
    }
    let sold = plans::locations_of(act.tx(), &plans).await?;
    let here = proposed.usage_location.as_ref().map(Country::as_str);
    let everywhere = |plan: &PlanId| {
        sold.get(plan).is_none_or(|countries| {
            here.is_some_and(|here| countries.iter().any(|one| one == here))
        })
    };
    if here.is_some() && plans.iter().all(everywhere) {
        Ok(())
    } else {
        Err(Error::field("usageLocation", Reason::PlanNotSold))
    }
}

/// Makes a new revision of an offer of the act's account, and sets when the offer expires.
///
/// # Errors
/// [`Reason::PlanNotSold`] when a plan is not sold in the usage location.
pub async fn revise(act: &Act<'_>, offer: &offer::Model, edit: &Edit<'_>) -> Result<()> {
    let revision = offer.revision + 1;
    insert_revision(act, offer.id, offer.kind, revision, edit.proposed).await?;
    if let Some(notify) = edit.notify {
        offer_notice::Entity::delete_many()
            .filter(offer_notice::Column::OfferId.eq(offer.id))
            .exec(act.tx())
            .await?;
        insert_notices(act, offer.id, notify).await?;
    }
    let changes = [
        (offer::Column::Revision, Expr::value(revision)),
        (offer::Column::ExpiresAt, Expr::value(edit.expires_at)),
        (
            offer::Column::Language,
            Expr::value(edit.language.clone().or_else(|| offer.language.clone())),
        ),
    ];
    update(act, offer.id, changes).await
}

/// Withdraws an offer of the act's account.
pub async fn withdraw(act: &Act<'_>, id: OfferId) -> Result<()> {
    update(
        act,
        id,
        [(offer::Column::WithdrawnAt, Expr::value(act.now()))],
    )
    .await
}

/// Gives an offer of the act's account another unguessable part.
pub async fn rotate(act: &Act<'_>, id: OfferId, token: String) -> Result<()> {
    let before = offer::Entity::find_by_id(id)
        .filter(offer::Column::PartnerId.eq(act.account()))
        .one(act.tx())
        .await?
        .ok_or_else(Error::not_found)?;
    let former = former_token::ActiveModel {
        token: Set(before.token),
        offer_id: Set(id),
        replaced_at: Set(act.now()),
    };
    former_token::Entity::insert(former)
        .exec_without_returning(act.tx())
        .await?;
    let changes = [
        (offer::Column::Token, Expr::value(token)),
        (offer::Column::RotatedAt, Expr::value(act.now())),
    ];
    update(act, id, changes).await
}

async fn update(
    act: &Act<'_>,
    id: OfferId,
    changes: impl IntoIterator<Item = (offer::Column, Expr)>,
) -> Result<()> {
    let mut query = offer::Entity::update_many()
        .filter(offer::Column::Id.eq(id))
        .filter(offer::Column::PartnerId.eq(act.account()));
    for (column, value) in changes {
        query = query.col_expr(column, value);
    }
    query.exec(act.tx()).await?;
    Ok(())
}

/// An offer of the act's account, within the act.
///
/// # Errors
/// When it has none by this id; [`Reason::OfferWithdrawn`] when it is withdrawn.
pub async fn standing(act: &Act<'_>, id: OfferId) -> Result<Row> {
    let offer = offer::Entity::find_by_id(id)
        .filter(offer::Column::PartnerId.eq(act.account()))
        .one(act.tx())
        .await?;
    let row = with_revisions(act.tx(), offer.into_iter().collect())
        .await?
        .pop()
        .ok_or_else(Error::not_found)?;
    match row.offer.withdrawn_at {
        Some(_) => Err(Error::Failed(Reason::OfferWithdrawn)),
        None => Ok(row),
    }
}

/// Counts that an offer's page was opened.
pub async fn count_opening(db: &Db, id: OfferId) -> Result<()> {
    let tx = db.begin(&Locks::default()).await?;
    offer::Entity::update_many()
        .filter(offer::Column::Id.eq(id))
        .col_expr(
            offer::Column::Opened,
            Expr::expr(Func::coalesce([
                Expr::col(offer::Column::Opened),
                Expr::value(0_i64),
            ]))
            .add(1_i64),
        )
        .exec(&tx)
        .await?;
    tx.commit().await?;
    Ok(())
}
