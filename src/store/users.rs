//! Writes of users: adding, changing, blocking, deleting and purging them.

use chrono::{DateTime, Utc};
use entity::{
    ids::{OrganizationId, UserId},
    states::{DelegatedRole, Way},
    user,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, UpdateMany,
    sea_query::{Expr, OnConflict},
};

use serde::Serialize;

use crate::{
    db::{self, Trusted},
    domain::{
        policy::UserTarget,
        reason::Reason,
        values::{Country, Email, Name, SignInName, fold},
    },
    error::{Error, Result},
    store::{act::Act, awaited, due::Due, familiar, hands},
};

/// A user to be added.
pub struct NewUser<'a> {
    pub id: UserId,
    /// Its organization: the act's account, or the one being registered by it.
    pub organization: OrganizationId,
    pub display_name: &'a Name,
    pub sign_in_name: &'a SignInName,
    /// Where its links are sent.
    pub contact: &'a Email,
}

/// Adds a user to the act's account, or to an organization that the act registers.
///
/// # Errors
/// [`Reason::NameTaken`] when the sign-in name is in use.
pub(in crate::store) async fn insert(act: &Act<'_>, new: NewUser<'_>) -> Result<()> {
    let row = user::ActiveModel {
        contact_refused_at: Set(None),
        id: Set(new.id),
        organization_id: Set(new.organization),
        display_name: Set(new.display_name.as_str().to_owned()),
        name_folded: Set(Some(fold(new.display_name.as_str()))),
        sign_in_name: Set(new.sign_in_name.shown()),
        sign_in_key: Set(new.sign_in_name.key()),
        delegated_role: Set(None),
        contact: Set(new.contact.as_str().to_owned()),
        contact_verified_at: Set(None),
        contact_own_at: Set(act.now_if_own()),
        password_hash: Set(None),
        former_hash: Set(None),
        password_changed_at: Set(None),
        recovered_until: Set(None),
        enrolled_at: Set(None),
        created_at: Set(act.now()),
        given_name: Set(None),
        surname: Set(None),
        job_title: Set(None),
        department: Set(None),
        usage_location: Set(None),
        language: Set(None),
        added_grant_id: Set(act.grant()),
        temporary_until: Set(None),
        blocked_at: Set(None),
        blocked_grant_id: Set(None),
        deleted_at: Set(None),
        deleted_grant_id: Set(None),
        purged_at: Set(None),
        texts_erased_at: Set(None),
    };
    // If the name is taken, nothing is written and the statement does not fail, so that other acts in the same
    // transaction go on.
    match user::Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(act.tx())
        .await
    {
        Ok(0) => Err(taken(act, &new.sign_in_name.key()).await?),
        Err(error) => Err(error.into()),
        Ok(_) => hands::begin(act, new.id, Way::Contact).await,
    }
}

/// Adds a user to the act's account.
///
/// # Errors
/// [`Reason::NameTaken`] when the sign-in name is in use.
pub async fn add(
    act: &Act<'_>,
    display_name: &Name,
    sign_in_name: &SignInName,
    contact: &Email,
) -> Result<UserId> {
    let id = act.id();
    insert(
        act,
        NewUser {
            id,
            organization: act.account(),
            display_name,
            sign_in_name,
            contact,
        },
    )
    .await?;
    Ok(id)
}

/// Says who holds a sign-in name, as far as the account may know: a deleted user keeps it until it is erased.
async fn taken(act: &Act<'_>, key: &str) -> Result<Error> {
    let holder = user::Entity::find()
        .filter(user::Column::OrganizationId.eq(act.account()))
        .filter(user::Column::SignInKey.eq(key))
        .one(act.tx())
        .await?;
    let message = match holder {
        None => return Ok(Error::field("signInName", Reason::NameTaken)),
        Some(row) => match row.deleted_at {
            None => format!("{} signs in with this name.", row.display_name),
            Some(at) => format!(
                "{} has this name: the user was deleted on {}, and keeps the name until {}, when it can no longer be \
                 restored. An admin of the account frees the name now with eraseUser, or restores the user with restoreUser.",
                row.display_name,
                at.format("%Y-%m-%d"),
                (at + act.config().times.restore()).format("%Y-%m-%d")
            ),
        },
    };
    Ok(Error::Input {
        field: "signInName",
        reason: Reason::NameTaken,
        message,
    })
}

/// Sets or takes the delegated role.
pub async fn set_delegated_role(
    act: &Act<'_>,
    user: &UserTarget,
    role: Option<DelegatedRole>,
) -> Result<()> {
    update(
        act,
        user.id,
        [(user::Column::DelegatedRole, Expr::value(role))],
    )
    .await
}

/// No time.
pub(in crate::store) fn none() -> Expr {
    Expr::value(None::<DateTime<Utc>>)
}

pub(in crate::store) async fn update(
    act: &Act<'_>,
    user: UserId,
    changes: impl IntoIterator<Item = (user::Column, Expr)>,
) -> Result<()> {
    match change(act, user, changes).exec(act.tx()).await {
        Ok(done) if done.rows_affected == 1 => Ok(()),
        Ok(_) => Err(Error::not_found()),
        Err(error) if db::is_duplicate(&error) => Err(Error::Failed(Reason::NameTaken)),
        Err(error) => Err(error.into()),
    }
}

fn change(
    act: &Act<'_>,
    user: UserId,
    changes: impl IntoIterator<Item = (user::Column, Expr)>,
) -> UpdateMany<user::Entity> {
    let query = user::Entity::update_many()
        .filter(user::Column::Id.eq(user))
        .filter(user::Column::OrganizationId.eq(act.account()));
    changes.into_iter().fold(query, |query, (column, value)| {
        query.col_expr(column, value)
    })
}

/// A user of the account, within the act.
pub async fn row(act: &Act<'_>, user: UserId) -> Result<Option<user::Model>> {
    let query =
        user::Entity::find_by_id(user).filter(user::Column::OrganizationId.eq(act.account()));
    Ok(query.one(act.tx()).await?)
}

/// What a profile changes: `None` leaves a part as it is, `Some(None)` clears it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Profile {
    /// Name for people to read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<Option<Name>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub surname: Option<Option<Name>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_title: Option<Option<Name>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<Option<Name>>,
    /// Where the user uses services.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage_location: Option<Option<Country>>,
}

impl Profile {
    /// The names of the parts that it changes.
    pub fn parts(&self) -> Vec<&'static str> {
        let parts = [
            ("display_name", self.display_name.is_some()),
            ("given_name", self.given_name.is_some()),
            ("surname", self.surname.is_some()),
            ("job_title", self.job_title.is_some()),
            ("department", self.department.is_some()),
            ("usage_location", self.usage_location.is_some()),
        ];
        let changed = parts.into_iter().filter(|(_, changed)| *changed);
        changed.map(|(name, _)| name).collect()
    }
}

/// Changes a profile; gives the user as it is then.
pub async fn set_profile(act: &Act<'_>, user: UserId, profile: &Profile) -> Result<user::Model> {
    use user::Column;
    let mut changes = Vec::new();
    if let Some(name) = &profile.display_name {
        changes.push((Column::DisplayName, Expr::value(name.as_str())));
        changes.push((Column::NameFolded, Expr::value(fold(name.as_str()))));
    }
    for (column, part) in [
        (Column::GivenName, &profile.given_name),
        (Column::Surname, &profile.surname),
        (Column::JobTitle, &profile.job_title),
        (Column::Department, &profile.department),
    ] {
        if let Some(text) = part {
            changes.push((column, Expr::value(text.as_ref().map(Name::as_str))));
        }
    }
    if let Some(country) = &profile.usage_location {
        let country = country.as_ref().map(Country::as_str);
        changes.push((Column::UsageLocation, Expr::value(country)));
    }
    let rows = change(act, user, changes)
        .exec_with_returning(act.tx())
        .await?;
    rows.into_iter().next().ok_or_else(Error::not_found)
}

/// Changes what a user signs in with.
///
/// # Errors
/// [`Reason::NameTaken`] when the name is in use.
pub async fn rename(act: &Act<'_>, user: UserId, name: &SignInName) -> Result<()> {
    let held = user::Entity::find()
        .filter(user::Column::SignInKey.eq(name.key()))
        .filter(user::Column::Id.ne(user));
    if held.one(act.tx()).await?.is_some() {
        return Err(taken(act, &name.key()).await?);
    }
    let changes = [
        (user::Column::SignInName, Expr::value(name.shown())),
        (user::Column::SignInKey, Expr::value(name.key())),
    ];
    update(act, user, changes).await
}

/// Sets the language of a user's mails.
pub async fn set_language(act: &Act<'_>, user: UserId, language: &str) -> Result<()> {
    update(act, user, [(user::Column::Language, Expr::value(language))]).await
}

/// Blocks or unblocks sign-in.
pub async fn set_blocked(act: &Act<'_>, user: UserId, blocked: bool) -> Result<()> {
    let at = blocked.then_some(act.now());
    let grant = act.grant().filter(|_| blocked);
    let changes = [
        (user::Column::BlockedAt, Expr::value(at)),
        (user::Column::BlockedGrantId, Expr::value(grant)),
    ];
    update(act, user, changes).await
}

/// Deletes a user: its sign-in name stays taken, and its delegated role is taken.
pub async fn delete(act: &Act<'_>, user: UserId) -> Result<()> {
    let changes = [
        (user::Column::DeletedAt, Expr::value(act.now())),
        (user::Column::DeletedGrantId, Expr::value(act.grant())),
        (user::Column::DelegatedRole, Expr::value(None::<String>)),
    ];
    if act.causes().is_empty() {
        awaited::take_all(act, user).await?;
    }
    update(act, user, changes).await
}

/// Restores a deleted user.
pub async fn restore(act: &Act<'_>, user: UserId) -> Result<()> {
    let changes = [
        (user::Column::DeletedAt, none()),
        (
            user::Column::DeletedGrantId,
            Expr::value(None::<entity::ids::GrantId>),
        ),
    ];
    update(act, user, changes).await
}

/// Erases what is known of a deleted user; its row stays, because others name it.
pub async fn purge(act: &Act<'_>, user: UserId) -> Result<()> {
    use user::Column;
    let text = |text: &str| Expr::value(text);
    let no_text = || Expr::value(None::<String>);
    let gone = format!("purged:{user}");
    let changes = [
        (Column::DisplayName, text("Deleted user")),
        (Column::NameFolded, no_text()),
        (Column::SignInName, text(&gone)),
        (Column::SignInKey, text(&gone)),
        (Column::Contact, text("")),
        (Column::ContactVerifiedAt, none()),
        (Column::PasswordHash, no_text()),
        (Column::FormerHash, no_text()),
        (Column::GivenName, no_text()),
        (Column::Surname, no_text()),
        (Column::JobTitle, no_text()),
        (Column::Department, no_text()),
        (Column::UsageLocation, no_text()),
        (Column::Language, no_text()),
        (Column::PurgedAt, Expr::value(act.now())),
    ];
    familiar::forget(act, user).await?;
    update(act, user, changes).await
}

/// Users who were deleted before this time and are not purged yet, with their organizations.
pub async fn to_purge<C: Trusted>(
    conn: &C,
    before: DateTime<Utc>,
    due: &Due,
) -> Result<Vec<(OrganizationId, UserId)>> {
    let query = user::Entity::find()
        .filter(user::Column::DeletedAt.lte(before))
        .filter(user::Column::PurgedAt.is_null());
    let query = due.of(query, user::Column::OrganizationId);
    let rows = query.all(conn).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.organization_id, row.id))
        .collect())
}
