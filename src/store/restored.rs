//! What ends when the loss of entries of a record is declared: everything that may have come back with an old state.

use chrono::{DateTime, Utc};
use entity::{
    export, grant,
    ids::{GrantId, OrganizationId},
    link, operation, outbox, recovery, session, sign_up,
    states::{RecoveryEnd, Side},
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};

use crate::{
    domain::delivery::Delivery,
    error::Result,
    store::{act::Act, grants},
};

/// Ends every session, link, export and recovery of the act's account, and deliveries about it that wait.
pub async fn void(act: &Act<'_>) -> Result<()> {
    let (account, now) = (act.account(), Expr::value(act.now()));
    session::Entity::update_many()
        .filter(session::Column::OrganizationId.eq(account))
        .filter(session::Column::RevokedAt.is_null())
        .col_expr(session::Column::RevokedAt, now.clone())
        .exec(act.tx())
        .await?;
    link::Entity::update_many()
        .filter(link::Column::OrganizationId.eq(account))
        .filter(link::Column::ClosedAt.is_null())
        .col_expr(link::Column::ClosedAt, now.clone())
        .exec(act.tx())
        .await?;
    export::Entity::delete_many()
        .filter(export::Column::OrganizationId.eq(account))
        .exec(act.tx())
        .await?;
    recovery::Entity::update_many()
        .filter(recovery::Column::OrganizationId.eq(account))
        .filter(recovery::Column::EndedAt.is_null())
        .col_expr(recovery::Column::EndedAt, now)
        .col_expr(
            recovery::Column::EndedHow,
            Expr::value(RecoveryEnd::Stopped),
        )
        .exec(act.tx())
        .await?;
    mail(act).await
}

/// Gives up what the act's account caused to be mailed before this time; if it is the platform, also what nobody did,
/// with the sign-ups that are not complete.
pub async fn void_mail(act: &Act<'_>, before: DateTime<Utc>) -> Result<()> {
    let platform = act
        .facts()
        .account
        .as_ref()
        .is_some_and(|account| account.platform);
    let by = Condition::any()
        .add(outbox::Column::Cause.eq(act.account()))
        .add_option(platform.then(|| outbox::Column::Cause.is_null()));
    outbox::Entity::update_many()
        .filter(by)
        .filter(outbox::Column::DoneAt.is_null())
        .filter(outbox::Column::DeadAt.is_null())
        .filter(outbox::Column::CreatedAt.lt(before))
        .col_expr(outbox::Column::DeadAt, Expr::value(act.now()))
        .col_expr(
            outbox::Column::LastError,
            Expr::value("the database was restored from a backup"),
        )
        .exec(act.tx())
        .await?;
    if platform {
        sign_up::Entity::update_many()
            .filter(sign_up::Column::ClosedAt.is_null())
            .col_expr(sign_up::Column::ClosedAt, Expr::value(act.now()))
            .exec(act.tx())
            .await?;
    }
    Ok(())
}

async fn mail(act: &Act<'_>) -> Result<()> {
    let waiting = outbox::Entity::find()
        .filter(outbox::Column::DoneAt.is_null())
        .filter(outbox::Column::DeadAt.is_null())
        .all(act.tx())
        .await?;
    let told = waiting.iter().filter_map(|row| {
        let delivery: Delivery = serde_json::from_str(&row.payload).ok()?;
        Some((row.id, delivery.operation()?))
    });
    let told: Vec<_> = told.collect();
    for some in told.chunks(super::IDS_AT_ONCE) {
        let own = operation::Entity::find()
            .filter(operation::Column::Id.is_in(some.iter().map(|(_, operation)| *operation)))
            .filter(operation::Column::OrganizationId.eq(act.account()))
            .all(act.tx())
            .await?;
        let of_own = some
            .iter()
            .filter(|(_, operation)| own.iter().any(|row| row.id == *operation));
        outbox::Entity::update_many()
            .filter(outbox::Column::Id.is_in(of_own.map(|(id, _)| *id)))
            .col_expr(outbox::Column::DeadAt, Expr::value(act.now()))
            .col_expr(
                outbox::Column::LastError,
                Expr::value("the record that it tells of was restored"),
            )
            .exec(act.tx())
            .await?;
    }
    Ok(())
}

/// Holds every grant of the act's account that nobody ended, from the client's side; gives them with their
/// partners.
pub async fn hold_all(act: &Act<'_>) -> Result<Vec<(GrantId, OrganizationId)>> {
    let rows = grant::Entity::find()
        .filter(grant::Column::ClientId.eq(act.account()))
        .filter(grant::Column::EndedAt.is_null())
        .filter(grant::Column::ClientHoldAt.is_null())
        .order_by_asc(grant::Column::Id)
        .all(act.tx())
        .await?;
    let mut held = Vec::new();
    for row in rows {
        grants::set_hold(act, row.id, Side::Client, true).await?;
        held.push((row.id, row.partner_id));
    }
    Ok(held)
}
