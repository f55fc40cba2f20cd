//! What a partner left behind under a grant: users added, passwords set, roles given, domains added.

use entity::{
    domain,
    ids::GrantId,
    operation,
    states::{Outcome, Way},
    user, user_role,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, SelectStatement},
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
        record::search::{self, Filter},
    },
};

/// Which of the users that were touched under a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Users whom delegates added.
    Added,
    /// Users who are in the partner's hands under it, by this way.
    Held(Way),
    /// Users who are in the partner's hands under it, by either way.
    InHands,
    /// Users whom delegates blocked and who are still blocked.
    Blocked,
    /// Users whom delegates deleted and who can still be restored.
    Deleted,
}

/// Users who were touched under the grant, oldest first.
pub async fn users<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    grant: GrantId,
    which: Which,
    page: Page,
) -> Result<Slice<user::Model>> {
    use user::Column;
    if !scope.sees(View::Record) {
        return Ok(Slice::empty());
    }
    let held = |of: SelectStatement| Column::Id.in_subquery(of);
    let condition = match which {
        Which::Added => Column::AddedGrantId.eq(grant),
        // A password that has ended is known to nobody who could use it.
        Which::Held(Way::Secret) => {
            held(hands::under(grant, Some(Way::Secret))).and(Column::PasswordHash.is_not_null())
        }
        Which::Held(Way::Contact) => held(hands::under(grant, Some(Way::Contact))),
        Which::InHands => held(hands::under(grant, None)),
        Which::Blocked => Column::BlockedGrantId
            .eq(grant)
            .and(Column::BlockedAt.is_not_null()),
        Which::Deleted => Column::DeletedGrantId
            .eq(grant)
            .and(Column::PurgedAt.is_null()),
    };
    let there = match which {
        Which::Deleted => Column::DeletedAt.is_not_null(),
        _ => Column::DeletedAt.is_null(),
    };
    listed(conn, scope, condition.and(there), page).await
}

/// Users of the scope's organization who are in somebody's hands, oldest first.
pub async fn in_hands<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    page: Page,
) -> Result<Slice<user::Model>> {
    if !scope.sees(View::Hands) {
        return Ok(Slice::empty());
    }
    let held = user::Column::Id.in_subquery(hands::held(scope.account()));
    listed(
        conn,
        scope,
        held.and(user::Column::DeletedAt.is_null()),
        page,
    )
    .await
}

async fn listed<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    condition: Expr,
    page: Page,
) -> Result<Slice<user::Model>> {
    let query = user::Entity::find()
        .filter(user::Column::OrganizationId.eq(scope.account()))
        .filter(condition);
    let rows = page::oldest_first(query, user::Column::Id, page)
        .all(conn)
        .await?;
    Ok(Slice::new(rows, page))
}

/// What was changed of users under the grant, newest first.
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
    search::list(conn, scope, &filter, page).await
}

/// The entry in which the grant ended.
pub async fn end<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    grant: GrantId,
) -> Result<Option<operation::Model>> {
    if !scope.sees(View::Record) {
        return Ok(None);
    }
    let kinds = [OperationKind::EndGrant, OperationKind::CloseGrant].map(|kind| kind.spec().stable);
    let query = search::shown(scope)
        .filter(operation::Column::TargetId.eq(grant.0))
        .filter(operation::Column::Kind.is_in(kinds))
        .filter(operation::Column::Outcome.eq(Outcome::Done))
        .order_by_desc(operation::Column::Seq);
    Ok(query.one(conn).await?)
}

/// A role that was given under a grant.
pub struct RoleGiven {
    pub role: user_role::Model,
    /// The user who holds it.
    pub user: user::Model,
}

/// Roles that were given under the grant, at most `most`, oldest first.
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
