//! Reads of users.

use std::collections::HashMap;

use entity::{
    grant,
    ids::{OrganizationId, UserId},
    states::{AdminRole, DelegatedRole},
    user, user_role,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, Order, QueryFilter,
    QueryOrder, QuerySelect, Select,
    sea_query::{Expr, Func, LikeExpr, Query},
};
use unicode_normalization::UnicodeNormalization;

use crate::{
    db::Trusted,
    domain::{
        values::fold,
        visibility::{PartnerScope, Scope, View},
    },
    error::Result,
    store::{
        page::{self, Page, Slice},
        scopes::accounts,
    },
};

/// Which users; a field that is `None` does not filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Part of the name or of the sign-in name, in any case.
    pub search: Option<String>,
    /// Users who hold this admin role.
    pub role: Option<AdminRole>,
    /// Users who hold this delegated role.
    pub delegated_role: Option<DelegatedRole>,
    /// Users who are blocked, or who are not.
    pub blocked: Option<bool>,
    /// Users who are deleted and can be restored, instead of those who are not deleted.
    pub deleted: bool,
}

/// Those of these users that the scope shows, deleted ones too.
pub async fn among<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    ids: &[UserId],
) -> Result<Vec<user::Model>> {
    if !scope.sees(View::Users) || ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = user::Entity::find()
        .filter(user::Column::OrganizationId.eq(scope.account()))
        .filter(user::Column::Id.is_in(ids.iter().copied()));
    Ok(query.all(conn).await?)
}

/// Rows whose folded text in `column` contains `part`, in any case and with or without accents.
pub(in crate::store) fn holds(column: impl ColumnTrait, part: &str) -> Expr {
    contains(column, &fold(part))
}

/// Rows whose text in `column` contains exactly `part`.
pub(in crate::store) fn contains(column: impl ColumnTrait, part: &str) -> Expr {
    let escaped = part
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    let pattern = LikeExpr::new(format!("%{escaped}%")).escape('\\');
    Expr::col(column.as_column_ref()).like(pattern)
}

/// A part of a sign-in name, as these are compared.
fn sign_in_key(part: &str) -> String {
    part.nfc().collect::<String>().to_lowercase()
}

impl Filter {
    fn apply(&self, mut query: Select<user::Entity>) -> Select<user::Entity> {
        if let Some(part) = &self.search {
            query = query.filter(
                Condition::any()
                    .add(holds(user::Column::NameFolded, part))
                    .add(contains(user::Column::SignInKey, &sign_in_key(part))),
            );
        }
        if let Some(role) = self.role {
            let holders = Query::select()
                .column(user_role::Column::UserId)
                .from(user_role::Entity)
                .and_where(user_role::Column::Role.eq(role))
                .to_owned();
            query = query.filter(user::Column::Id.in_subquery(holders));
        }
        if let Some(role) = self.delegated_role {
            query = query.filter(user::Column::DelegatedRole.eq(role));
        }
        query = match self.blocked {
            Some(true) => query.filter(user::Column::BlockedAt.is_not_null()),
            Some(false) => query.filter(user::Column::BlockedAt.is_null()),
            None => query,
        };
        if self.deleted {
            query
                .filter(user::Column::DeletedAt.is_not_null())
                .filter(user::Column::PurgedAt.is_null())
        } else {
            query.filter(user::Column::DeletedAt.is_null())
        }
    }
}

/// One user that the scope shows; a deleted user only if the scope shows the directory.
pub async fn find<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    id: UserId,
) -> Result<Option<user::Model>> {
    if !scope.sees_of_user(View::Users, id) {
        return Ok(None);
    }
    let row = user::Entity::find_by_id(id)
        .filter(user::Column::OrganizationId.eq(scope.account()))
        .filter(user::Column::PurgedAt.is_null())
        .one(conn)
        .await?;
    Ok(row.filter(|row| shows(scope, row)))
}

/// Whether the scope shows a user.
pub fn shows(scope: &Scope, row: &user::Model) -> bool {
    row.organization_id == scope.account()
        && row.purged_at.is_none()
        && scope.sees_of_user(View::Users, row.id)
        && (row.deleted_at.is_none() || scope.sees(View::Directory))
}

/// A page of the users that the scope shows.
pub async fn list<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    filter: &Filter,
    page: Page,
) -> Result<Slice<user::Model>> {
    // A viewer who may not see the directory must not learn from a filter what only the directory shows.
    let telling = filter.deleted || filter.blocked.is_some();
    let hidden = (telling && !scope.sees(View::Directory))
        || (filter.delegated_role.is_some() && !scope.sees(View::Staff));
    if !scope.sees(View::Users) || hidden {
        return Ok(Slice::empty());
    }
    oldest(conn, scope, filter, user::Entity::find, page).await
}

/// The first users of each account that are not deleted, as far as its scope shows them.
pub async fn first_of_each<C: ConnectionTrait>(
    conn: &C,
    scopes: &[&Scope],
    first: u64,
) -> Result<HashMap<OrganizationId, Slice<user::Model>>> {
    let accounts = accounts(scopes, View::Users);
    if accounts.is_empty() {
        return Ok(HashMap::new());
    }
    let of = (user::Column::OrganizationId, accounts);
    let (all, id) = (
        Filter::default().apply(user::Entity::find()),
        (user::Column::Id, Order::Asc),
    );
    let query = page::first_of_each(conn.get_database_backend(), all, of, id, first + 1);
    let place = |row: &user::Model| (row.organization_id, row.id.0);
    Ok(page::apart(query.all(conn).await?, first, place))
}

/// A page of users of the account, oldest first: those that pass a filter, among the next ones, since no index is for
/// it.
async fn oldest<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    filter: &Filter,
    all: impl Fn() -> Select<user::Entity>,
    page: Page,
) -> Result<Slice<user::Model>> {
    let account = (user::Column::OrganizationId, scope.account());
    let by = |query| page::oldest_of(query, account, user::Column::Id, page);
    if *filter == Filter::default() {
        let rows = by(filter.apply(all())).all(conn).await?;
        return Ok(Slice::new(rows, page));
    }
    let (all, id) = ((all, "user"), user::Column::Id);
    page::looked_through(conn, all, |query| filter.apply(query), by, id, page).await
}

/// A page of the users who hold a delegated role.
pub async fn staff<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    filter: &Filter,
    page: Page,
) -> Result<Slice<user::Model>> {
    if !scope.sees(View::Staff) {
        return Ok(Slice::empty());
    }
    let all = || user::Entity::find().filter(user::Column::DelegatedRole.is_not_null());
    oldest(conn, scope, filter, all, page).await
}

/// Users by address, over all of the partner's clients with an open grant: by sign-in name, and by contact. The
/// caller shows each only as far as the scope in that client allows.
pub async fn by_address<C: ConnectionTrait>(
    conn: &C,
    scope: &PartnerScope,
    sign_in_key: &str,
    contact: &str,
    most: u64,
) -> Result<Vec<(user::Model, grant::Model)>> {
    let contact = Expr::expr(Func::lower(Expr::col((
        user::Entity,
        user::Column::Contact,
    ))))
    .eq(contact.to_lowercase());
    let rows = user::Entity::find()
        .find_also(user::Entity, grant::Entity)
        .filter(
            Condition::any()
                .add(user::Column::SignInKey.eq(sign_in_key))
                .add(contact),
        )
        .filter(user::Column::DeletedAt.is_null())
        .filter(grant::Column::PartnerId.eq(scope.partner()))
        .filter(grant::Column::EndedAt.is_null())
        .order_by_asc(user::Column::Id)
        .limit(most)
        .all(conn)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(user, grant)| Some((user, grant?)))
        .collect())
}

/// The user with this sign-in name, for the loader of the demo world.
pub async fn by_sign_in_key<C: Trusted>(conn: &C, key: &str) -> Result<Option<user::Model>> {
    Ok(user::Entity::find()
        .filter(user::Column::SignInKey.eq(key))
        .one(conn)
        .await?)
}
