//! Certifications.

use entity::{certification, ids::CertificationId};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{domain::values::Message, error::Result, store::act::Act};

/// Certifies the act's account.
pub async fn insert(act: &Act<'_>) -> Result<()> {
    let row = certification::ActiveModel {
        id: Set(act.id::<CertificationId>()),
        organization_id: Set(act.account()),
        certified_at: Set(act.now()),
        suspended_at: Set(None),
        suspension_reason: Set(None),
    };
    certification::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await?;
    Ok(())
}

/// Suspends the account's certification, for a reason; or reinstates it, for none.
pub async fn set_suspension(act: &Act<'_>, reason: Option<&Message>) -> Result<()> {
    let at = reason.map(|_| act.now());
    certification::Entity::update_many()
        .filter(certification::Column::OrganizationId.eq(act.account()))
        .col_expr(certification::Column::SuspendedAt, Expr::value(at))
        .col_expr(
            certification::Column::SuspensionReason,
            Expr::value(reason.map(|reason| reason.as_str().to_owned())),
        )
        .exec(act.tx())
        .await?;
    Ok(())
}
