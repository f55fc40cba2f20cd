//! One-time links.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    ids::{LinkId, OrganizationId, UserId},
    link, organization,
    states::LinkPurpose,
    user,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Select,
    sea_query::Expr,
};

use crate::{
    db::{Trusted, Tx},
    error::{Error, Result},
    store::act::Act,
};

/// Makes a link for a user of `organization`: the act's account, or one that it registers.
/// Earlier open links of the user are closed.
pub async fn insert(
    act: &Act<'_>,
    organization: OrganizationId,
    user: UserId,
    purpose: LinkPurpose,
    life: TimeDelta,
) -> Result<LinkId> {
    close_all(act, user).await?;
    let id = act.id();
    let row = link::ActiveModel {
        id: Set(id),
        user_id: Set(user),
        organization_id: Set(organization),
        purpose: Set(purpose),
        hash: Set(None),
        grant_id: Set(act.grant()),
        operation_id: Set(Some(act.operation())),
        created_at: Set(act.now()),
        expires_at: Set(act.now() + life),
        closed_at: Set(None),
    };
    link::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await?;
    Ok(id)
}

/// Keeps the hash of a secret that the act itself shows once.
pub async fn arm_now(act: &Act<'_>, id: LinkId, hash: &str) -> Result<()> {
    link::Entity::update_many()
        .filter(link::Column::Id.eq(id))
        .filter(link::Column::OrganizationId.eq(act.account()))
        .col_expr(link::Column::Hash, Expr::value(hash))
        .exec(act.tx())
        .await?;
    Ok(())
}

/// The link to a new password of the user that a delegate caused last within this time, open or not.
pub async fn recent_by_delegate(
    act: &Act<'_>,
    user: UserId,
    within: TimeDelta,
) -> Result<Option<link::Model>> {
    let query = link::Entity::find()
        .filter(link::Column::UserId.eq(user))
        .filter(link::Column::GrantId.is_not_null())
        .filter(link::Column::Purpose.ne(LinkPurpose::Contact))
        .filter(link::Column::CreatedAt.gt(act.now() - within))
        .order_by_desc(link::Column::CreatedAt);
    Ok(query.one(act.tx()).await?)
}

/// Closes every open link of a user.
pub async fn close_all(act: &Act<'_>, user: UserId) -> Result<()> {
    link::Entity::update_many()
        .filter(link::Column::UserId.eq(user))
        .filter(link::Column::ClosedAt.is_null())
        .col_expr(link::Column::ClosedAt, Expr::value(act.now()))
        .exec(act.tx())
        .await?;
    Ok(())
}

/// Redeems a link: closes it and gives its row. A second attempt finds it closed.
///
/// # Errors
/// When it is closed or has expired.
pub async fn redeem(act: &Act<'_>, hash: &str) -> Result<link::Model> {
    let row = link::Entity::find()
        .filter(link::Column::Hash.eq(hash))
        .filter(link::Column::OrganizationId.eq(act.account()))
        .one(act.tx())
        .await?
        .filter(|row| row.closed_at.is_none() && act.now() < row.expires_at);
    let Some(row) = row else {
        return Err(Error::Refused(
            crate::domain::reason::Reason::LinkInvalid.into(),
        ));
    };
    link::Entity::update_many()
        .filter(link::Column::Id.eq(row.id))
        .col_expr(link::Column::ClosedAt, Expr::value(act.now()))
        .exec(act.tx())
        .await?;
    Ok(row)
}

/// A link with the user and the organization it is for: to be sent.
pub struct Sending {
    pub link: link::Model,
    pub user: user::Model,
    /// The organization's name.
    pub organization_name: String,
}

/// What is needed to send a link; `None` when it is closed or has expired.
pub async fn sending<C: Trusted>(
    conn: &C,
    id: LinkId,
    now: DateTime<Utc>,
) -> Result<Option<Sending>> {
    with_user(conn, link::Entity::find_by_id(id), now).await
}

async fn with_user(
    conn: &impl ConnectionTrait,
    links: Select<link::Entity>,
    now: DateTime<Utc>,
) -> Result<Option<Sending>> {
    let row = links
        .find_also(link::Entity, user::Entity)
        .one(conn)
        .await?
        .filter(|(link, _)| link.closed_at.is_none() && now < link.expires_at);
    let Some((link, Some(user))) = row else {
        return Ok(None);
    };
    let organization = organization::Entity::find_by_id(link.organization_id)
        .one(conn)
        .await?;
    Ok(organization.map(|organization| Sending {
        link,
        user,
        organization_name: organization.name,
    }))
}

/// Keeps the hash of the secret that is being sent; false if the link was closed in the meantime.
pub async fn arm(tx: &Tx, id: LinkId, hash: &str) -> Result<bool> {
    let done = link::Entity::update_many()
        .filter(link::Column::Id.eq(id))
        .filter(link::Column::ClosedAt.is_null())
        .col_expr(link::Column::Hash, Expr::value(hash))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Notes that the mail server of a link's user takes no mail for its contact.
pub(in crate::store) async fn refused(tx: &Tx, id: LinkId, now: DateTime<Utc>) -> Result<()> {
    let Some(link) = link::Entity::find_by_id(id).one(tx).await? else {
        return Ok(());
    };
    user::Entity::update_many()
        .filter(user::Column::Id.eq(link.user_id))
        .col_expr(user::Column::ContactRefusedAt, Expr::value(now))
        .exec(tx)
        .await?;
    Ok(())
}

/// A link with the user who may redeem it, for the page that it opens; `None` when the link is not valid.
pub async fn preview<C: ConnectionTrait>(
    conn: &C,
    hash: &str,
    purpose: LinkPurpose,
    now: DateTime<Utc>,
) -> Result<Option<Sending>> {
    let links = link::Entity::find()
        .filter(link::Column::Hash.eq(hash))
        .filter(link::Column::Purpose.eq(purpose));
    with_user(conn, links, now).await
}

/// The open link of a user, for the loader of the demo world, which redeems links itself.
pub async fn open_of<C: Trusted>(conn: &C, user: UserId) -> Result<Option<LinkId>> {
    let query = link::Entity::find()
        .filter(link::Column::UserId.eq(user))
        .filter(link::Column::ClosedAt.is_null());
    Ok(query.one(conn).await?.map(|row| row.id))
}
