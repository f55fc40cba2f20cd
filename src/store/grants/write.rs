//! Writes of grants: they are made, amended, held, lowered, shortened and ended.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    grant,
    ids::{GrantId, OrganizationId},
    states::{DelegatedRole, Side},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{
    domain::{acceptance::Terms, grant::next_reminder},
    error::Result,
    store::{
        act::Act,
        clients::pairs,
        ends::{self, EndResult},
        offers,
    },
};

/// The open grant from the act's account to a partner.
pub async fn open(act: &Act<'_>, partner: OrganizationId) -> Result<Option<grant::Model>> {
    let query = grant::Entity::find()
        .filter(grant::Column::ClientId.eq(act.account()))
        .filter(grant::Column::PartnerId.eq(partner))
        .filter(grant::Column::EndedAt.is_null());
    Ok(query.one(act.tx()).await?)
}

/// Makes a grant from the act's account to the offer's partner.
pub async fn insert(act: &Act<'_>, offer: &offers::Row, terms: &Terms) -> Result<GrantId> {
    let id = act.id();
    let row = grant::ActiveModel {
        id: Set(id),
        partner_id: Set(offer.offer.partner_id),
        client_id: Set(act.account()),
        offer_id: Set(offer.offer.id),
        revision: Set(offer.revision.revision),
        role_cap: Set(terms.role_cap),
        term: Set(terms.term.text()),
        accepted_at: Set(act.now()),
        expires_at: Set(terms.expires_at),
        client_hold_at: Set(None),
        partner_hold_at: Set(None),
        ended_at: Set(None),
        ended_by: Set(None),
        remind_at: Set(next_reminder(terms.expires_at, act.now())),
    };
    grant::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await?;
    pairs::keep(act.tx(), id).await?;
    Ok(id)
}

async fn update(
    act: &Act<'_>,
    id: GrantId,
    changes: impl IntoIterator<Item = (grant::Column, Expr)>,
) -> Result<()> {
    let mut query = grant::Entity::update_many()
        .filter(grant::Column::Id.eq(id))
        .filter(grant::Column::ClientId.eq(act.account()));
    for (column, value) in changes {
        query = query.col_expr(column, value);
    }
    query.exec(act.tx()).await?;
    pairs::keep(act.tx(), id).await
}

/// Replaces the terms of an open grant: its term runs from now.
pub async fn amend(act: &Act<'_>, id: GrantId, offer: &offers::Row, terms: &Terms) -> Result<()> {
    ends::lower(act, id, terms.role_cap).await?;
    let changes = [
        (grant::Column::OfferId, Expr::value(offer.offer.id)),
        (
            grant::Column::Revision,
            Expr::value(offer.revision.revision),
        ),
        (grant::Column::RoleCap, Expr::value(terms.role_cap)),
        (grant::Column::Term, Expr::value(terms.term.text())),
        (grant::Column::AcceptedAt, Expr::value(act.now())),
        (grant::Column::ExpiresAt, Expr::value(terms.expires_at)),
        (
            grant::Column::RemindAt,
            Expr::value(next_reminder(terms.expires_at, act.now())),
        ),
    ];
    update(act, id, changes).await
}

/// Sets or lifts one side's hold.
pub async fn set_hold(act: &Act<'_>, id: GrantId, side: Side, held: bool) -> Result<()> {
    let column = match side {
        Side::Client => grant::Column::ClientHoldAt,
        Side::Partner => grant::Column::PartnerHoldAt,
    };
    update(act, id, [(column, Expr::value(held.then_some(act.now())))]).await
}

/// Lowers the role cap. What only FULL could give or set ends, and does not come back with a higher cap.
pub async fn lower(act: &Act<'_>, id: GrantId, role_cap: DelegatedRole) -> Result<()> {
    ends::lower(act, id, role_cap).await?;
    update(act, id, [(grant::Column::RoleCap, Expr::value(role_cap))]).await
}

/// Brings the end of the term forward.
pub async fn shorten(act: &Act<'_>, id: GrantId, expires_at: DateTime<Utc>) -> Result<()> {
    update(
        act,
        id,
        [
            (grant::Column::ExpiresAt, Expr::value(expires_at)),
            (
                grant::Column::RemindAt,
                Expr::value(next_reminder(expires_at, act.now())),
            ),
        ],
    )
    .await
}

/// Ends a grant with everything that was given and set under it, except hands; `by` is `None` if it ends with
/// its term. Links to new passwords are valid for `life`.
pub async fn end(
    act: &Act<'_>,
    id: GrantId,
    by: Option<Side>,
    life: TimeDelta,
) -> Result<EndResult> {
    let changes = [
        (grant::Column::EndedAt, Expr::value(act.now())),
        (grant::Column::RemindAt, Expr::value(None::<DateTime<Utc>>)),
        (grant::Column::EndedBy, Expr::value(by)),
    ];
    update(act, id, changes).await?;
    ends::close(act, id, life).await
}

/// Sets when both sides are next reminded.
pub async fn set_reminder(act: &Act<'_>, id: GrantId, at: Option<DateTime<Utc>>) -> Result<()> {
    update(act, id, [(grant::Column::RemindAt, Expr::value(at))]).await
}
