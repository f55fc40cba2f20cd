//! Certifications.

use entity::{
    certification, certification_request,
    ids::{CertificationId, UserId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{
    domain::{reason::Reason, values::Message},
    error::{Error, Result},
    store::act::Act,
};

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

/// Notes that the acting operator asks for the account's certification, or takes up what another asked for: whether it may
/// begin now.
///
/// # Errors
/// [`Reason::SameOperator`] when the same operator asked for it before.
pub async fn seconded(act: &Act<'_>, operator: UserId) -> Result<bool> {
    let asked = certification_request::Entity::find_by_id(act.account())
        .one(act.tx())
        .await?;
    match asked {
        Some(row) if row.operator_id == operator => Err(Error::Failed(Reason::SameOperator)),
        Some(_) => {
            certification_request::Entity::delete_by_id(act.account())
                .exec(act.tx())
                .await?;
            Ok(true)
        }
        None => {
            let row = certification_request::ActiveModel {
                organization_id: Set(act.account()),
                operator_id: Set(operator),
                asked_at: Set(act.now()),
            };
            certification_request::Entity::insert(row)
                .exec_without_returning(act.tx())
                .await?;
            Ok(false)
        }
    }
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
