//! Domain names.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    domain,
    ids::{DomainId, OrganizationId},
    organization, resting_name, user,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, Order, QueryFilter,
    sea_query::{Expr, OnConflict},
};

use crate::{
    db::{self, Db, Locks, Trusted},
    domain::{
        policy::DomainTarget,
        reason::Reason,
        values::DomainName,
        visibility::{Scope, View},
    },
    error::{Error, Result},
    store::{
        act::Act,
        due::Due,
        page::{self, Page, Slice},
        scopes::accounts,
    },
};

/// Adds a name to the act's account, not yet verified.
///
/// # Errors
/// [`Reason::NameTaken`] when the account has it, or another organization has verified it;
/// [`Reason::DomainResting`] when another released it recently.
pub async fn insert(act: &Act<'_>, name: &DomainName, proof: String) -> Result<DomainId> {
    check_rest(act, name.as_str()).await?;
    let taken = domain::Entity::find()
        .filter(domain::Column::Name.eq(name.as_str()))
        .filter(domain::Column::VerifiedAt.is_not_null())
        .one(act.tx())
        .await?;
    if taken.is_some() {
        return Err(Error::Failed(Reason::NameTaken));
    }
    let id = act.id();
    let row = domain::ActiveModel {
        id: Set(id),
        organization_id: Set(act.account()),
        name: Set(name.as_str().to_owned()),
        initial: Set(false),
        proof: Set(proof),
        verified_at: Set(None),
        grant_id: Set(act.grant()),
        added_at: Set(act.now()),
        check_at: Set(None),
        failing_since: Set(None),
    };
    match domain::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await
    {
        Err(error) if db::is_duplicate(&error) => Err(Error::Failed(Reason::NameTaken)),
        other => Ok(other.map(|_| id)?),
    }
}

/// Fails if another organization released the name recently.
async fn check_rest(act: &Act<'_>, name: &str) -> Result<()> {
    let rest = resting_name::Entity::find_by_id(name)
        .one(act.tx())
        .await?
        .filter(|row| row.organization_id != act.account() && act.now() < row.until);
    match rest {
        Some(_) => Err(Error::Failed(Reason::DomainResting)),
        None => Ok(()),
    }
}

async fn update(
    act: &Act<'_>,
    id: DomainId,
    changes: impl IntoIterator<Item = (domain::Column, Expr)>,
) -> Result<()> {
    let mut query = domain::Entity::update_many()
        .filter(domain::Column::Id.eq(id))
        .filter(domain::Column::OrganizationId.eq(act.account()));
    for (column, value) in changes {
        query = query.col_expr(column, value);
    }
    match query.exec(act.tx()).await {
        Err(error) if db::is_duplicate(&error) => Err(Error::Failed(Reason::NameTaken)),
        other => Ok(other.map(drop)?),
    }
}

/// Verifies a name: from now on no other organization can have it, and its proof is looked up again at `check_at`.
///
/// # Errors
/// [`Reason::NameTaken`] when another organization has verified it, [`Reason::DomainResting`] when another
/// released it recently.
pub async fn verify(act: &Act<'_>, name: &DomainTarget, check_at: DateTime<Utc>) -> Result<()> {
    check_rest(act, &name.name).await?;
    let changes = [
        (domain::Column::VerifiedAt, Expr::value(act.now())),
        (domain::Column::CheckAt, Expr::value(check_at)),
        (domain::Column::FailingSince, no_time()),
    ];
    update(act, name.id, changes).await
}

fn no_time() -> Expr {
    Expr::value(None::<DateTime<Utc>>)
}

/// The row of a name of the account, within the act.
///
/// # Errors
/// When it is gone.
pub async fn row(act: &Act<'_>, id: DomainId) -> Result<domain::Model> {
    let query =
        domain::Entity::find_by_id(id).filter(domain::Column::OrganizationId.eq(act.account()));
    query.one(act.tx()).await?.ok_or_else(Error::not_found)
}

/// Notes since when the proof of a name is not found; `None` when it is found again.
pub async fn set_failing(
    act: &Act<'_>,
    id: DomainId,
    since: Option<DateTime<Utc>>,
    check_at: DateTime<Utc>,
) -> Result<()> {
    let changes = [
        (domain::Column::FailingSince, Expr::value(since)),
        (domain::Column::CheckAt, Expr::value(check_at)),
    ];
    update(act, id, changes).await
}

/// Takes a name's verification: it rests for a time, and is no longer the default.
pub async fn lapse(act: &Act<'_>, name: &DomainTarget, rest: TimeDelta) -> Result<()> {
    let changes = [
        (domain::Column::VerifiedAt, no_time()),
        (domain::Column::CheckAt, no_time()),
        (domain::Column::FailingSince, no_time()),
    ];
    update(act, name.id, changes).await?;
    lay_to_rest(act, &name.name, rest).await?;
    organization::Entity::update_many()
        .filter(organization::Column::Id.eq(act.account()))
        .filter(organization::Column::DefaultDomain.eq(name.name.as_str()))
        .col_expr(
            organization::Column::DefaultDomain,
            Expr::value(None::<String>),
        )
        .exec(act.tx())
        .await?;
    Ok(())
}

/// Removes a name of the account; if it was verified, it rests for a time.
pub async fn remove(act: &Act<'_>, name: &DomainTarget, rest: TimeDelta) -> Result<()> {
    domain::Entity::delete_many()
        .filter(domain::Column::Id.eq(name.id))
        .filter(domain::Column::OrganizationId.eq(act.account()))
        .exec(act.tx())
        .await?;
    if name.verified {
        lay_to_rest(act, &name.name, rest).await?;
    }
    Ok(())
}

async fn lay_to_rest(act: &Act<'_>, name: &str, rest: TimeDelta) -> Result<()> {
    let row = resting_name::ActiveModel {
        name: Set(name.to_owned()),
        organization_id: Set(act.account()),
        until: Set(act.now() + rest),
    };
    let again = OnConflict::column(resting_name::Column::Name)
        .update_columns([
            resting_name::Column::OrganizationId,
            resting_name::Column::Until,
        ])
        .to_owned();
    resting_name::Entity::insert(row)
        .on_conflict(again)
        .exec_without_returning(act.tx())
        .await?;
    Ok(())
}

/// Whether a user of the account signs in at the name, or a deleted user could after being restored.
pub async fn is_in_use(act: &Act<'_>, name: &str) -> Result<bool> {
    let query = user::Entity::find()
        .filter(user::Column::OrganizationId.eq(act.account()))
        .filter(user::Column::SignInKey.ends_with(format!("@{name}")));
    Ok(query.one(act.tx()).await?.is_some())
}

/// Chooses the name that users are added at.
pub async fn set_default(act: &Act<'_>, name: &DomainTarget) -> Result<()> {
    let name = (!name.initial).then(|| name.name.clone());
    organization::Entity::update_many()
        .filter(organization::Column::Id.eq(act.account()))
        .col_expr(organization::Column::DefaultDomain, Expr::value(name))
        .exec(act.tx())
        .await?;
    Ok(())
}

/// Verified names whose proof is due to be looked up again.
pub async fn due<C: Trusted>(
    conn: &C,
    now: DateTime<Utc>,
    due: &Due,
) -> Result<Vec<domain::Model>> {
    let query = domain::Entity::find().filter(domain::Column::CheckAt.lte(now));
    let query = due.of(query, domain::Column::OrganizationId);
    Ok(query.all(conn).await?)
}

/// Puts the next look-up off, if nothing changed that the record would have to tell.
pub async fn put_off(db: &Db, id: DomainId, check_at: DateTime<Utc>) -> Result<()> {
    let tx = db.begin(&Locks::default()).await?;
    domain::Entity::update_many()
        .filter(domain::Column::Id.eq(id))
        .filter(domain::Column::CheckAt.is_not_null())
        .col_expr(domain::Column::CheckAt, Expr::value(check_at))
        .exec(&tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Whether the act's account holds the name, verified.
pub async fn is_verified(act: &Act<'_>, name: &DomainName) -> Result<bool> {
    let row = domain::Entity::find()
        .filter(domain::Column::OrganizationId.eq(act.account()))
        .filter(domain::Column::Name.eq(name.as_str()))
        .filter(domain::Column::VerifiedAt.is_not_null())
        .one(act.tx())
        .await?;
    Ok(row.is_some())
}

/// One name that the scope shows.
pub async fn find<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    id: DomainId,
) -> Result<Option<domain::Model>> {
    if !scope.sees(View::Directory) {
        return Ok(None);
    }
    let query =
        domain::Entity::find_by_id(id).filter(domain::Column::OrganizationId.eq(scope.account()));
    Ok(query.one(conn).await?)
}

/// The first names of each account, as far as its scope shows them.
pub async fn first_of_each<C: ConnectionTrait>(
    conn: &C,
    scopes: &[&Scope],
    first: u64,
) -> Result<HashMap<OrganizationId, Slice<domain::Model>>> {
    let accounts = accounts(scopes, View::Directory);
    if accounts.is_empty() {
        return Ok(HashMap::new());
    }
    let of = (domain::Column::OrganizationId, accounts);
    let (all, id) = (domain::Entity::find(), (domain::Column::Id, Order::Asc));
    let query = page::first_of_each(conn.get_database_backend(), all, of, id, first + 1);
    let place = |row: &domain::Model| (row.organization_id, row.id.0);
    Ok(page::apart(query.all(conn).await?, first, place))
}

/// A page of the names that the scope shows.
pub async fn list<C: ConnectionTrait>(
    conn: &C,
    scope: &Scope,
    page: Page,
) -> Result<Slice<domain::Model>> {
    if !scope.sees(View::Directory) {
        return Ok(Slice::empty());
    }
    let account = (domain::Column::OrganizationId, scope.account());
    let rows = page::oldest_of(domain::Entity::find(), account, domain::Column::Id, page)
        .all(conn)
        .await?;
    Ok(Slice::new(rows, page))
}
