//! Places from which users signed in before, as keyed hashes.

use chrono::{DateTime, Utc};
use entity::{familiar_place, ids::UserId, user};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::OnConflict};

use crate::{db::Trusted, error::Result, store::act::Act};

/// Which of the places the user with this sign-in name, as compared, signed in from since then.
pub async fn among<C: Trusted>(
    conn: &C,
    key: &str,
    places: &[String],
    since: DateTime<Utc>,
) -> Result<Vec<String>> {
    let rows = familiar_place::Entity::find()
        .inner_join(user::Entity)
        .filter(user::Column::SignInKey.eq(key))
        .filter(familiar_place::Column::Place.is_in(places))
        .filter(familiar_place::Column::SeenAt.gt(since))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| row.place).collect())
}

/// Notes that the user signed in from these places.
pub async fn seen(act: &Act<'_>, user: UserId, places: &[String]) -> Result<()> {
    if places.is_empty() {
        return Ok(());
    }
    let rows = places.iter().map(|place| familiar_place::ActiveModel {
        user_id: Set(user),
        place: Set(place.clone()),
        seen_at: Set(act.now()),
    });
    let again = OnConflict::columns([
        familiar_place::Column::UserId,
        familiar_place::Column::Place,
    ])
    .update_column(familiar_place::Column::SeenAt)
    .to_owned();
    familiar_place::Entity::insert_many(rows)
        .on_conflict(again)
        .exec_without_returning(act.tx())
        .await?;
    Ok(())
}

/// Forgets all places of a user: where somebody else may know the password, and where the user is erased.
pub async fn forget(act: &Act<'_>, user: UserId) -> Result<()> {
    familiar_place::Entity::delete_many()
        .filter(familiar_place::Column::UserId.eq(user))
        .exec(act.tx())
        .await?;
    Ok(())
}
