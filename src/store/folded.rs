//! Names and texts as they are searched and sorted, for rows that were written before there was such a form.

use chrono::{DateTime, Utc};
use entity::{offer_revision, operation, organization, plan, user};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect, sea_query::Expr};

use crate::{
    db::{Db, Locks, Trusted, Tx},
    domain::{confusable, values::fold},
    error::Result,
    store::{clients::pairs, offers},
};

/// How many rows are in memory at once.
const BATCH: u64 = 500;
/// Whether there is anything to be done. There is an organization from the first start on, and they are done last.
pub async fn waits<C: Trusted>(conn: &C) -> Result<bool> {
    let query = organization::Entity::find().filter(organization::Column::WordedAt.is_null());
    Ok(query.one(conn).await?.is_some())
}

/// Folds what is not folded yet.
///
/// # Errors
/// When the database cannot be used.
pub async fn fill(db: &Db, now: DateTime<Utc>) -> Result<()> {
    if !waits(&db.server()).await? {
        return Ok(());
    }
    loop {
        let tx = db.begin(&Locks::default()).await?;
        let any = said(&tx).await? || people(&tx).await? || organizations(&tx, now).await?;
        tx.commit().await?;
        if !any {
            return Ok(());
        }
    }
}

/// Folds some names of organizations; false when there are none.
async fn organizations(tx: &Tx, now: DateTime<Utc>) -> Result<bool> {
    let mut any = false;
    let rows = organization::Entity::find()
        .filter(organization::Column::WordedAt.is_null())
        .limit(BATCH)
        .all(tx)
        .await?;
    for row in rows {
        any = true;
        organization::Entity::update_many()
            .filter(organization::Column::Id.eq(row.id))
            .col_expr(
                organization::Column::NameFolded,
                Expr::value(fold(&row.name)),
            )
            .col_expr(
                organization::Column::NameKey,
                Expr::value(confusable::organization_key(&row.name)),
            )
            .col_expr(
                organization::Column::SlugKey,
                Expr::value(confusable::organization_key(&row.slug)),
            )
            .col_expr(organization::Column::WordedAt, Expr::value(now))
            .exec(tx)
            .await?;
        pairs::rename(tx, row.id).await?;
    }
    Ok(any)
}

/// Folds some names of users and plans; false when there are none.
async fn people(tx: &Tx) -> Result<bool> {
    let mut any = false;
    let rows = user::Entity::find()
        .filter(user::Column::NameFolded.is_null())
        .filter(user::Column::PurgedAt.is_null())
        .limit(BATCH)
        .all(tx)
        .await?;
    for row in rows {
        any = true;
        user::Entity::update_many()
            .filter(user::Column::Id.eq(row.id))
            .col_expr(
                user::Column::NameFolded,
                Expr::value(fold(&row.display_name)),
            )
            .exec(tx)
            .await?;
    }
    let rows = plan::Entity::find()
        .filter(plan::Column::NameFolded.is_null())
        .limit(BATCH)
        .all(tx)
        .await?;
    for row in rows {
        any = true;
        plan::Entity::update_many()
            .filter(plan::Column::Id.eq(row.id))
            .col_expr(plan::Column::NameFolded, Expr::value(fold(&row.name)))
            .exec(tx)
            .await?;
    }
    Ok(any)
}

/// Folds some texts of offers and notes of entries.
async fn said(tx: &Tx) -> Result<bool> {
    let mut any = false;
    let rows = offer_revision::Entity::find()
        .filter(offer_revision::Column::Folded.is_null())
        .filter(
            offer_revision::Column::Message
                .is_not_null()
                .or(offer_revision::Column::Office.is_not_null()),
        )
        .limit(BATCH)
        .all(tx)
        .await?;
    for row in rows {
        any = true;
        let folded = offers::folded(row.message.as_deref(), row.office.as_deref());
        offer_revision::Entity::update_many()
            .filter(offer_revision::Column::OfferId.eq(row.offer_id))
            .filter(offer_revision::Column::Revision.eq(row.revision))
            .col_expr(offer_revision::Column::Folded, Expr::value(folded))
            .exec(tx)
            .await?;
    }
    let rows = operation::Entity::find()
        .filter(operation::Column::NoteFolded.is_null())
        .filter(operation::Column::Note.is_not_null())
        .limit(BATCH)
        .all(tx)
        .await?;
    for row in rows {
        any = true;
        let note = row.note.as_deref().map(fold);
        operation::Entity::update_many()
            .filter(operation::Column::Id.eq(row.id))
            .col_expr(operation::Column::NoteFolded, Expr::value(note))
            .exec(tx)
            .await?;
    }
    Ok(any)
}
