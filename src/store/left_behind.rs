//! What a partner left behind under a grant: users added, passwords set, roles given, domains added.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    domain,
    ids::{GrantId, LinkId},
    link, session,
    states::{LinkPurpose, Way},
    user, user_role,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, Query, SelectStatement},
};

use crate::{
    domain::visibility::{Scope, View},
    error::Result,
    store::{
        act::Act,
        hands,
        page::{self, Page, Slice},
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

/// Takes every admin role of the account that was given under the grant; how many.
///
/// # Errors
/// When the database cannot be written.
pub async fn strip_roles(act: &Act<'_>, grant: GrantId) -> Result<u64> {
    let gone = user_role::Entity::delete_many()
        .filter(user_role::Column::OrganizationId.eq(act.account()))
        .filter(user_role::Column::GrantId.eq(grant))
        .exec(act.tx())
        .await?;
    Ok(gone.rows_affected)
}

/// How forced resets went.
#[derive(Debug, Default)]
pub struct Resets {
    /// Users whose password and sessions ended.
    pub users: usize,
    /// Links to choose a new one, to verified contacts in nobody's hands.
    pub links: Vec<LinkId>,
}

/// Ends every password of the account that someone may hold who acted under the grant, with its sessions and
/// every link that a delegate caused, but for that of who asks; sends a link where the contact is in nobody's
/// hands.
///
/// # Errors
/// When the database cannot be written.
pub async fn force_resets(act: &Act<'_>, grant: GrantId, life: TimeDelta) -> Result<Resets> {
    let account = act.account();
    let affected = user::Entity::find()
        .filter(user::Column::OrganizationId.eq(account))
        .filter(ended(act, grant))
        .all(act.tx())
        .await?;
    session::Entity::update_many()
        .filter(session::Column::OrganizationId.eq(account))
        .filter(session::Column::RevokedAt.is_null())
        .filter(session::Column::UserId.in_subquery(caused(act, grant)))
        .col_expr(session::Column::RevokedAt, Expr::value(act.now()))
        .exec(act.tx())
        .await?;
    link::Entity::update_many()
        .filter(link::Column::OrganizationId.eq(account))
        .filter(link::Column::ClosedAt.is_null())
        .filter(
            link::Column::GrantId
                .eq(grant)
                .or(link::Column::UserId.in_subquery(caused(act, grant))),
        )
        .col_expr(link::Column::ClosedAt, Expr::value(act.now()))
        .exec(act.tx())
        .await?;
    user::Entity::update_many()
        .filter(user::Column::OrganizationId.eq(account))
        .filter(ended(act, grant))
        .col_expr(user::Column::PasswordHash, Expr::value(None::<String>))
        .col_expr(
            user::Column::TemporaryUntil,
            Expr::value(None::<DateTime<Utc>>),
        )
        .exec(act.tx())
        .await?;
    let ids: Vec<_> = affected.iter().map(|user| user.id).collect();
    let read = hands::open(act.tx(), &ids).await?;
    let safe = affected.iter().filter(|user| {
        let read = read
            .iter()
            .any(|row| row.user_id == user.id && row.way == Way::Contact);
        user.contact_verified_at.is_some() && !read && user.deleted_at.is_none()
    });
    let mut links = Vec::new();
    let rows: Vec<link::ActiveModel> = safe
        .map(|user| {
            let id: LinkId = act.id();
            links.push(id);
            link::ActiveModel {
                id: Set(id),
                user_id: Set(user.id),
                organization_id: Set(account),
                purpose: Set(LinkPurpose::Reset),
                hash: Set(None),
                grant_id: Set(None),
                operation_id: Set(Some(act.operation())),
                created_at: Set(act.now()),
                expires_at: Set(act.now() + life),
                closed_at: Set(None),
            }
        })
        .collect();
    if !rows.is_empty() {
        link::Entity::insert_many(rows)
            .exec_without_returning(act.tx())
            .await?;
    }
    Ok(Resets {
        users: affected.len(),
        links,
    })
}

/// Whose password ends: never that of who asks, so that a usable global admin is left.
fn ended(act: &Act<'_>, grant: GrantId) -> Condition {
    let known = user::Column::Id.in_subquery(hands::under(grant, Way::Secret));
    let condition = Condition::all().add(known);
    match act.actor() {
        Some(actor) => condition.add(user::Column::Id.ne(actor)),
        None => condition,
    }
}

/// Their ids.
fn caused(act: &Act<'_>, grant: GrantId) -> SelectStatement {
    Query::select()
        .column(user::Column::Id)
        .from(user::Entity)
        .and_where(user::Column::OrganizationId.eq(act.account()))
        .cond_where(ended(act, grant))
        .to_owned()
}
