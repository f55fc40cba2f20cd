//! What a partner left behind under a grant: users added, passwords set, roles given, domains added.

use entity::{
    domain, hand,
    ids::GrantId,
    operation,
    states::{Outcome, Way},
    user, user_role,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use crate::{
    domain::{
        kind::OperationKind,
        visibility::{Scope, View},
    },
    error::Result,
    store::{
        hands,
        page::{self, Page, Slice},
        record_search::{self, Filter},
    },
};

/// Users whom delegates added under the grant, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn users_added<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    grant: GrantId,
    page: Page,
) -> Result<Slice<user::Model>> {
    users(conn, scope, user::Column::AddedGrantId.eq(grant), page).await
}

/// Users of the scope's organization who are in somebody's hands, under this grant where one is named; oldest
/// first.
///
/// # Errors
/// When the database cannot be read.
pub async fn in_hands<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    grant: Option<GrantId>,
    page: Page,
) -> Result<Slice<user::Model>> {
    if !scope.sees(View::Hands) {
        return Ok(Slice::empty());
    }
    let mut held = hands::held(scope.account());
    if let Some(grant) = grant {
        held.and_where(hand::Column::GrantId.eq(grant));
    }
    let query = user::Entity::find()
        .filter(user::Column::OrganizationId.eq(scope.account()))
        .filter(user::Column::Id.in_subquery(held))
        .filter(user::Column::DeletedAt.is_null());
    let rows = page::oldest_first(query, user::Column::Id, page)
        .all(conn)
        .await?;
    Ok(Slice::new(rows, page))
}

/// Users whom delegates blocked under the grant, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn users_blocked<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    grant: GrantId,
    page: Page,
) -> Result<Slice<user::Model>> {
    let blocked = user::Column::BlockedGrantId.eq(grant);
    users(
        conn,
        scope,
        blocked.and(user::Column::BlockedAt.is_not_null()),
        page,
    )
    .await
}

/// Users whom delegates deleted under the grant and who can be restored, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn users_deleted<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    grant: GrantId,
    page: Page,
) -> Result<Slice<user::Model>> {
    if !scope.sees(View::Record) {
        return Ok(Slice::empty());
    }
    let query = user::Entity::find()
        .filter(user::Column::OrganizationId.eq(scope.account()))
        .filter(user::Column::DeletedGrantId.eq(grant))
        .filter(user::Column::DeletedAt.is_not_null())
        .filter(user::Column::PurgedAt.is_null());
    let rows = page::oldest_first(query, user::Column::Id, page)
        .all(conn)
        .await?;
    Ok(Slice::new(rows, page))
}

/// What was changed of users under the grant, newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn changes<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    grant: GrantId,
    page: Page,
) -> Result<Slice<operation::Model>> {
    use OperationKind::{
        AssignLicence, ChangeSignInName, RemoveAdminRole, SetServiceAccess, UnassignLicence,
        UpdateProfile,
    };
    let kinds = [
        UpdateProfile,
        ChangeSignInName,
        AssignLicence,
        UnassignLicence,
        SetServiceAccess,
        RemoveAdminRole,
    ];
    let filter = Filter {
        kinds: Some(kinds.map(|kind| kind.spec().stable.to_owned()).to_vec()),
        outcome: Some(Outcome::Done),
        grant: Some(grant),
        ..Filter::default()
    };
    if !scope.sees(View::Record) {
        return Ok(Slice::empty());
    }
    record_search::list(conn, scope, &filter, page).await
}

/// The entry that tells how the grant ended.
///
/// # Errors
/// When the database cannot be read.
pub async fn end<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    grant: GrantId,
) -> Result<Option<operation::Model>> {
    let kinds = [OperationKind::EndGrant, OperationKind::CloseGrant];
    let filter = Filter {
        kinds: Some(kinds.map(|kind| kind.spec().stable.to_owned()).to_vec()),
        outcome: Some(Outcome::Done),
        target: Some(grant.0),
        ..Filter::default()
    };
    if !scope.sees(View::Record) {
        return Ok(None);
    }
    let page = Page {
        first: 1,
        after: None,
    };
    let slice = record_search::list(conn, scope, &filter, page).await?;
    Ok(slice.rows.into_iter().next())
}

/// Users whose password someone may hold who acted under the grant, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn passwords_set<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    grant: GrantId,
    page: Page,
) -> Result<Slice<user::Model>> {
    let which = hands::under(grant, Way::Secret);
    users(conn, scope, user::Column::Id.in_subquery(which), page).await
}

/// Users whose contact was set under the grant, until an own admin sets or confirms it and the user proves it;
/// oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn contacts_set<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    grant: GrantId,
    page: Page,
) -> Result<Slice<user::Model>> {
    let which = hands::under(grant, Way::Contact);
    users(conn, scope, user::Column::Id.in_subquery(which), page).await
}

async fn users<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    which: Expr,
    page: Page,
) -> Result<Slice<user::Model>> {
    if !scope.sees(View::Record) {
        return Ok(Slice::empty());
    }
    let query = user::Entity::find()
        .filter(user::Column::OrganizationId.eq(scope.account()))
        .filter(which)
        .filter(user::Column::DeletedAt.is_null());
    let rows = page::oldest_first(query, user::Column::Id, page)
        .all(conn)
        .await?;
    Ok(Slice::new(rows, page))
}

/// A role that was given under a grant.
pub struct RoleGiven {
    /// The role.
    pub role: user_role::Model,
    /// Who holds it.
    pub user: user::Model,
}

/// Roles that were given under the grant, at most `most`, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn roles_given<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    grant: GrantId,
    most: u64,
) -> Result<Vec<RoleGiven>> {
    if !scope.sees(View::Record) {
        return Ok(Vec::new());
    }
    let rows = user_role::Entity::find()
        .filter(user_role::Column::OrganizationId.eq(scope.account()))
        .filter(user_role::Column::GrantId.eq(grant))
        .find_also(user_role::Entity, user::Entity)
        .order_by_asc(user_role::Column::AssignedAt)
        .order_by_asc(user_role::Column::UserId)
        .limit(most)
        .all(conn)
        .await?;
    let rows = rows
        .into_iter()
        .filter_map(|(role, user)| Some(RoleGiven { role, user: user? }));
    Ok(rows.collect())
}

/// Domain names that were added under the grant, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn domains_added<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    grant: GrantId,
    page: Page,
) -> Result<Slice<domain::Model>> {
    if !scope.sees(View::Record) {
        return Ok(Slice::empty());
    }
    let query = domain::Entity::find()
        .filter(domain::Column::OrganizationId.eq(scope.account()))
        .filter(domain::Column::GrantId.eq(grant));
    let rows = page::oldest_first(query, domain::Column::Id, page)
        .all(conn)
        .await?;
    Ok(Slice::new(rows, page))
}
