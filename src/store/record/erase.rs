//! Erasing texts of a user who was purged. Their commitments stay, so that the chain still verifies.

use chrono::TimeDelta;
use entity::{
    ids::{OrganizationId, UserId},
    operation,
    states::Outcome,
    user,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use super::{by_name, texts};
use crate::{
    db::Trusted,
    domain::{
        kind::OperationKind,
        record::{Digest256, TEXTS, Target, TargetType, Texts},
        values::fold,
    },
    error::{Error, Result},
    store::{act::Act, due::Due},
};

/// Users whose texts in their organization's record are to be erased.
pub async fn due<C: Trusted>(conn: &C, due: &Due) -> Result<Vec<(OrganizationId, UserId)>> {
    let query = user::Entity::find()
        .filter(user::Column::PurgedAt.is_not_null())
        .filter(user::Column::TextsErasedAt.is_null())
        .order_by_asc(user::Column::PurgedAt);
    let query = due.of(query, user::Column::OrganizationId);
    let rows = query.all(conn).await?.into_iter();
    Ok(rows.map(|row| (row.organization_id, row.id)).collect())
}

/// Whether the record of the act's account says that a user was deleted at least this long ago, and not restored
/// since.
pub async fn is_deleted(act: &Act<'_>, user: UserId, ago: TimeDelta) -> Result<bool> {
    use operation::Column;
    let kinds = [OperationKind::DeleteUser, OperationKind::RestoreUser];
    let last = operation::Entity::find()
        .filter(Column::OrganizationId.eq(act.account()))
        .filter(Column::TargetId.eq(user.0))
        .filter(Column::TargetType.eq(TargetType::User.stable()))
        .filter(Column::Kind.is_in(kinds.map(|kind| kind.spec().stable)))
        .filter(Column::Outcome.eq(Outcome::Done))
        .order_by_desc(Column::Seq)
        .one(act.tx())
        .await?;
    Ok(last.is_some_and(|row| {
        row.kind == OperationKind::DeleteUser.spec().stable && row.at + ago <= act.now()
    }))
}

/// Erases texts of a purged user in at most `most` entries of the act's account; true when none is left.
pub async fn some(act: &Act<'_>, user: UserId, most: u64) -> Result<bool> {
    use operation::Column;
    let as_actor = Condition::all()
        .add(Column::ActorId.eq(user))
        .add(Column::ActorOrganizationId.eq(act.account()))
        .add(
            Condition::any()
                .add(Column::ActorName.is_not_null())
                .add(Column::ActorSignInName.is_not_null()),
        );
    let as_target = Condition::all()
        .add(Column::TargetId.eq(user.0))
        .add(Column::TargetType.eq(TargetType::User.stable()))
        // Why it was erased stays: only a later entry could tell that it is gone.
        .add(Column::Kind.ne(OperationKind::EraseUser.spec().stable))
        .add(
            Condition::any()
                .add(Column::TargetName.is_not_null())
                .add(Column::Ticket.is_not_null())
                .add(Column::Note.is_not_null()),
        );
    let mut left = most;
    for part in [as_actor, as_target] {
        let query = operation::Entity::find()
            .filter(Column::OrganizationId.eq(act.account()))
            .filter(part)
            .limit(left);
        let rows = query.all(act.tx()).await?;
        left = left.saturating_sub(u64::try_from(rows.len()).unwrap_or(u64::MAX));
        for row in rows {
            erase(act, row, user).await?;
        }
        if left == 0 {
            return Ok(false);
        }
    }
    user::Entity::update_many()
        .filter(user::Column::Id.eq(user))
        .col_expr(user::Column::TextsErasedAt, Expr::value(act.now()))
        .exec(act.tx())
        .await?;
    Ok(true)
}

async fn erase(act: &Act<'_>, row: operation::Model, user: UserId) -> Result<()> {
    let seq = row.seq;
    let broken = || Error::internal(anyhow::anyhow!("entry {seq}: texts and salts do not fit"));
    let mut there = by_name(&row).ok_or_else(broken)?;
    let erased = row.erased.as_deref().map(serde_json::from_str);
    let mut erased: std::collections::BTreeMap<String, Digest256> =
        erased.transpose()?.unwrap_or_default();
    let as_actor =
        row.actor_id == Some(user) && row.actor_organization_id == Some(row.organization_id);
    let as_target = super::target(&row) == Some(Target::User(user));
    let [actor_name, actor_sign_in_name, _, touched @ ..] = TEXTS;
    for name in TEXTS {
        let of_actor = as_actor && [actor_name, actor_sign_in_name].contains(&name);
        if (of_actor || as_target && touched.contains(&name))
            && let Some(salted) = there.remove(name)
        {
            erased.insert(name.to_owned(), salted.commitment(name));
        }
    }
    let mut kept: Texts = texts(&row);
    let mut salts = Vec::new();
    for (name, text) in TEXTS.into_iter().zip(kept.all_mut()) {
        match there.get(name) {
            Some(salted) => salts.extend(salted.salt.0),
            None => *text = None,
        }
    }
    let mut row = row.into_active_model();
    row.actor_name = Set(kept.actor_name);
    row.actor_sign_in_name = Set(kept.actor_sign_in_name);
    row.target_name = Set(kept.target_name);
    row.ticket = Set(kept.ticket);
    row.note_folded = Set(kept.note.as_deref().map(fold));
    row.note = Set(kept.note);
    row.salts = Set(salts);
    row.erased = Set(Some(serde_json::to_string(&erased)?));
    row.update(act.tx()).await?;
    Ok(())
}
