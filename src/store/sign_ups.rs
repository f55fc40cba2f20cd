//! Sign-ups: organizations that were asked for with an offer and do not exist yet.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    ids::{OfferId, SignUpId},
    language::Language,
    offer, sign_up,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr,
};

use crate::{
    db::{Trusted, Tx},
    domain::{
        reason::Reason,
        values::{Email, Name, Slug, email},
    },
    error::{Error, Result},
    store::act::Act,
};

/// An organization that is asked for.
pub struct NewSignUp<'a> {
    /// The offer with which it is asked for.
    pub offer: OfferId,
    pub name: &'a Name,
    /// Label of its initial domain.
    pub slug: &'a Slug,
    /// Its first global admin.
    pub admin_name: &'a Name,
    /// The part of the admin's sign-in name before the @.
    pub admin_sign_in_name: &'a str,
    /// Where the link is sent.
    pub contact: &'a Email,
    /// How long the link is valid.
    pub life: TimeDelta,
}

/// Keeps what is asked for.
pub async fn insert(act: &Act<'_>, new: &NewSignUp<'_>) -> Result<SignUpId> {
    let id = act.id();
    let row = sign_up::ActiveModel {
        id: Set(id),
        offer_id: Set(new.offer),
        name: Set(new.name.as_str().to_owned()),
        slug: Set(new.slug.as_str().to_owned()),
        admin_name: Set(new.admin_name.as_str().to_owned()),
        admin_sign_in_name: Set(new.admin_sign_in_name.to_owned()),
        contact: Set(new.contact.as_str().to_owned()),
        mailbox: Set(Some(email::mailbox(new.contact.as_str()))),
        hash: Set(None),
        created_at: Set(act.now()),
        expires_at: Set(act.now() + new.life),
        closed_at: Set(None),
    };
    sign_up::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await?;
    Ok(id)
}

/// A sign-up that can still be completed, with the unguessable part of its offer's URL.
pub async fn open<C: ConnectionTrait>(
    conn: &C,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<(sign_up::Model, String)>> {
    let row = sign_up::Entity::find()
        .filter(sign_up::Column::Hash.eq(hash))
        .one(conn)
        .await?
        .filter(|row| row.closed_at.is_none() && now < row.expires_at);
    let Some(row) = row else {
        return Ok(None);
    };
    let offer = offer::Entity::find_by_id(row.offer_id).one(conn).await?;
    Ok(offer.map(|offer| (row, offer.token)))
}

/// Redeems the link of a sign-up; a second attempt finds it closed.
///
/// # Errors
/// [`Reason::LinkInvalid`] when it is closed or has expired.
pub async fn redeem(act: &Act<'_>, hash: &str) -> Result<sign_up::Model> {
    let Some((row, _)) = open(act.tx(), hash, act.now()).await? else {
        return Err(Error::Refused(Reason::LinkInvalid.into()));
    };
    sign_up::Entity::update_many()
        .filter(sign_up::Column::Id.eq(row.id))
        .col_expr(sign_up::Column::ClosedAt, Expr::value(act.now()))
        .exec(act.tx())
        .await?;
    Ok(row)
}

/// A sign-up by its id, for its mail; `None` when it is closed or has expired, or another was asked for at the same
/// mailbox since.
pub async fn sending<C: Trusted>(
    conn: &C,
    id: SignUpId,
    now: DateTime<Utc>,
) -> Result<Option<sign_up::Model>> {
    let row = sign_up::Entity::find_by_id(id).one(conn).await?;
    let Some(row) = row.filter(|row| row.closed_at.is_none() && now < row.expires_at) else {
        return Ok(None);
    };
    let later = sign_up::Entity::find()
        .filter(sign_up::Column::Mailbox.eq(row.mailbox.as_deref()))
        .filter(sign_up::Column::Id.gt(row.id))
        .one(conn)
        .await?;
    Ok(later.is_none().then_some(row))
}

/// The language of the offer with which it was asked for.
pub async fn language<C: Trusted>(conn: &C, row: &sign_up::Model) -> Result<Option<Language>> {
    let offer = offer::Entity::find_by_id(row.offer_id).one(conn).await?;
    Ok(offer.and_then(|offer| offer.language))
}

/// Keeps the hash of the secret that is being sent.
pub async fn arm(tx: &Tx, id: SignUpId, hash: &str) -> Result<()> {
    sign_up::Entity::update_many()
        .filter(sign_up::Column::Id.eq(id))
        .col_expr(sign_up::Column::Hash, Expr::value(hash))
        .exec(tx)
        .await?;
    Ok(())
}
