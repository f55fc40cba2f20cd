//! Sign-in names at a domain name that is no longer proven: they fall back to the account's initial domain.

use std::collections::HashSet;

use entity::{ids::UserId, organization, user};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};

use crate::{
    domain::delivery::Addressee,
    error::{Error, Result},
    store::{act::Act, users::update},
};

/// A user who signs in with another name from now on.
pub struct Renamed {
    pub id: UserId,
    /// Its contact, if it is verified.
    pub contact: Option<Addressee>,
}

/// Gives all users of the act's account at a domain name the same name at the account's initial domain, deleted ones too,
/// with a number where that is taken.
pub async fn fall_back(act: &Act<'_>, domain: &str) -> Result<Vec<Renamed>> {
    let home = organization::Entity::find_by_id(act.account())
        .one(act.tx())
        .await?
        .ok_or_else(Error::not_found)?
        .initial_domain;
    let rows = user::Entity::find()
        .filter(user::Column::OrganizationId.eq(act.account()))
        .filter(user::Column::SignInKey.ends_with(format!("@{domain}")))
        .order_by_asc(user::Column::Id)
        .all(act.tx())
        .await?;
    let at_home = user::Entity::find()
        .filter(user::Column::OrganizationId.eq(act.account()))
        .filter(user::Column::SignInKey.ends_with(format!("@{home}")))
        .all(act.tx())
        .await?;
    let mut taken: HashSet<String> = at_home.into_iter().map(|row| row.sign_in_key).collect();
    let mut renamed = Vec::new();
    for row in rows {
        let local = row
            .sign_in_name
            .rsplit_once('@')
            .map_or("", |(local, _)| local);
        let names = (1_u32..).map(|number| match number {
            1 => format!("{local}@{home}"),
            number => format!("{local}.{number}@{home}"),
        });
        let mut free = names.filter(|name| !taken.contains(&name.to_lowercase()));
        let Some(name) = free.next() else {
            continue;
        };
        let key = name.to_lowercase();
        let changes = [
            (user::Column::SignInName, Expr::value(name)),
            (user::Column::SignInKey, Expr::value(key.clone())),
        ];
        update(act, row.id, changes).await?;
        taken.insert(key);
        let told = row.contact_verified_at.is_some() && row.deleted_at.is_none();
        renamed.push(Renamed {
            id: row.id,
            contact: told.then(|| Addressee::user(row.id, row.contact)),
        });
    }
    Ok(renamed)
}
