//! Organizations.

use std::collections::HashMap;

use entity::{
    certification, domain,
    ids::{OrganizationId, UserId},
    organization,
    states::AdminRole,
    user,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::Expr,
};

use crate::{
    db::{self, Trusted},
    domain::{
        certification::Certification,
        confusable,
        reason::Reason,
        values::{DomainName, Email, Name, SignInName, Slug, fold},
        visibility::{PlatformScope, Scope, View},
    },
    error::{Error, Result},
    store::{
        act::Act,
        clients::pairs,
        from_rows,
        page::{self, Page, Slice},
        roles, users,
    },
};

/// An organization to be registered.
pub struct NewOrganization<'a> {
    pub id: OrganizationId,
    /// Label of its initial domain.
    pub slug: &'a Slug,
    pub name: &'a Name,
    pub initial_domain: &'a DomainName,
    /// Whether it is the platform.
    pub platform: bool,
}

/// The first global admin of an organization that is registered.
pub struct FirstAdmin<'a> {
    pub display_name: &'a Name,
    pub sign_in_name: &'a SignInName,
    /// Where its links are sent.
    pub contact: &'a Email,
}

/// Registers an organization with its initial domain.
///
/// # Errors
/// [`Reason::NameTaken`] when the slug is in use.
pub async fn register(act: &Act<'_>, new: &NewOrganization<'_>) -> Result<()> {
    let row = organization::ActiveModel {
        id: Set(new.id),
        slug: Set(new.slug.as_str().to_owned()),
        name: Set(new.name.as_str().to_owned()),
        name_folded: Set(Some(fold(new.name.as_str()))),
        worded_at: Set(Some(act.now())),
        initial_domain: Set(new.initial_domain.as_str().to_owned()),
        platform: Set(new.platform),
        created_at: Set(act.now()),
        default_domain: Set(None),
        name_key: Set(Some(confusable::organization_key(new.name.as_str()))),
        slug_key: Set(Some(confusable::organization_key(new.slug.as_str()))),
    };
    match organization::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await
    {
        Err(error) if db::is_duplicate(&error) => return Err(Error::Failed(Reason::NameTaken)),
        other => other?,
    };
    let row = domain::ActiveModel {
        id: Set(act.id()),
        organization_id: Set(new.id),
        name: Set(new.initial_domain.as_str().to_owned()),
        initial: Set(true),
        proof: Set(String::new()),
        verified_at: Set(Some(act.now())),
        grant_id: Set(None),
        added_at: Set(act.now()),
        check_at: Set(None),
        failing_since: Set(None),
    };
    match domain::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await
    {
        Err(error) if db::is_duplicate(&error) => Err(Error::Failed(Reason::NameTaken)),
        other => Ok(other.map(drop)?),
    }
}

/// Makes an organization whose name cannot be mistaken for another's. The name is checked again: others may
/// have signed up since the first check, and the lock on the platform, the act's account, puts them in order.
///
/// # Errors
/// [`Reason::NameConfusable`], [`Reason::NameTaken`].
pub async fn register_distinct(act: &Act<'_>, new: &NewOrganization<'_>) -> Result<()> {
    check_confusable(act.tx(), new.name, new.slug).await?;
    register(act, new).await
}

/// Gives the act's account another name.
///
/// # Errors
/// [`Reason::NameConfusable`] if it could be mistaken for another organization's.
pub async fn rename(act: &Act<'_>, name: &Name) -> Result<()> {
    if is_like_another(act.tx(), name.as_str(), Some(act.account())).await? {
        return Err(Error::field("name", Reason::NameConfusable));
    }
    organization::Entity::update_many()
        .filter(organization::Column::Id.eq(act.account()))
        .col_expr(organization::Column::Name, Expr::value(name.as_str()))
        .col_expr(
            organization::Column::NameFolded,
            Expr::value(fold(name.as_str())),
        )
        .col_expr(
            organization::Column::NameKey,
            Expr::value(confusable::organization_key(name.as_str())),
        )
        .exec(act.tx())
        .await?;
    pairs::rename(act.tx(), act.account()).await
}

/// Adds the first global admin to an organization that this act registered.
pub async fn add_first_admin(
    act: &Act<'_>,
    organization: OrganizationId,
    admin: &FirstAdmin<'_>,
) -> Result<UserId> {
    let id = act.id();
    let new = users::NewUser {
        id,
        organization,
        display_name: admin.display_name,
        sign_in_name: admin.sign_in_name,
        contact: admin.contact,
    };
    users::insert(act, new).await?;
    roles::insert_role(act, organization, id, AdminRole::GlobalAdmin).await?;
    Ok(id)
}

/// Fails if a name or a slug could be mistaken for another organization's.
///
/// # Errors
/// [`Reason::NameConfusable`], on the field concerned.
pub async fn check_confusable<C: Trusted>(conn: &C, name: &Name, slug: &Slug) -> Result<()> {
    let same = organization::Entity::find().filter(organization::Column::Slug.eq(slug.as_str()));
    if same.one(conn).await?.is_some() {
        return Err(Error::field("slug", Reason::NameTaken));
    }
    for (field, text) in [("organizationName", name.as_str()), ("slug", slug.as_str())] {
        if is_like_another(conn, text, None).await? {
            return Err(Error::field(field, Reason::NameConfusable));
        }
    }
    Ok(())
}

/// Whether a name looks to a reader like that of an organization other than `except`, or like no name.
async fn is_like_another<C: Trusted>(
    conn: &C,
    name: &str,
    except: Option<OrganizationId>,
) -> Result<bool> {
    let key = confusable::organization_key(name);
    let mut alike = organization::Entity::find().filter(
        Condition::any()
            .add(organization::Column::NameKey.eq(&key))
            .add(organization::Column::SlugKey.eq(&key)),
    );
    if let Some(except) = except {
        alike = alike.filter(organization::Column::Id.ne(except));
    }
    Ok(key.is_empty() || alike.one(conn).await?.is_some())
}

/// Lets the first global admin of an organization that this act registered sign in: its contact is
/// proven by the link that led here.
pub async fn enrol_first_admin(
    act: &Act<'_>,
    organization: OrganizationId,
    user: UserId,
    hash: &str,
) -> Result<()> {
    user::Entity::update_many()
        .filter(user::Column::Id.eq(user))
        .filter(user::Column::OrganizationId.eq(organization))
        .col_expr(user::Column::PasswordHash, Expr::value(hash))
        .col_expr(user::Column::PasswordChangedAt, Expr::value(act.now()))
        .col_expr(user::Column::ContactVerifiedAt, Expr::value(act.now()))
        .col_expr(user::Column::EnrolledAt, Expr::value(act.now()))
        .exec(act.tx())
        .await?;
    Ok(())
}

/// An organization and its certification's row.
#[derive(Clone, Debug)]
pub struct Row {
    pub organization: organization::Model,
    pub certification: Option<certification::Model>,
}

impl Row {
    /// The certification's state.
    pub fn state(&self) -> Certification {
        from_rows::certification_state(self.certification.as_ref())
    }
}

impl From<(organization::Model, Option<certification::Model>)> for Row {
    fn from(
        (organization, certification): (organization::Model, Option<certification::Model>),
    ) -> Self {
        Self {
            organization,
            certification,
        }
    }
}

/// The scope's organization.
pub async fn find<C: ConnectionTrait>(conn: &C, scope: &Scope) -> Result<Option<Row>> {
    if !scope.sees(View::Card) {
        return Ok(None);
    }
    Ok(cards(conn, &[scope.account()])
        .await?
        .remove(&scope.account()))
}

/// Cards by id: for organizations that a row which the viewer sees already names.
pub async fn cards<C: ConnectionTrait>(
    conn: &C,
    ids: &[OrganizationId],
) -> Result<HashMap<OrganizationId, Row>> {
    let mut cards = HashMap::with_capacity(ids.len());
    for some in ids.chunks(super::IDS_AT_ONCE) {
        let rows = organization::Entity::find()
            .filter(organization::Column::Id.is_in(some.iter().copied()))
            .find_also(organization::Entity, certification::Entity)
            .all(conn)
            .await?;
        cards.extend(rows.into_iter().map(|row| (row.0.id, row.into())));
    }
    Ok(cards)
}

/// A page of all organizations, for operators.
pub async fn list<C: ConnectionTrait>(
    conn: &C,
    _scope: &PlatformScope,
    page: Page,
) -> Result<Slice<Row>> {
    let query = page::oldest_first(organization::Entity::find(), organization::Column::Id, page);
    let rows = query
        .find_also(organization::Entity, certification::Entity)
        .all(conn)
        .await?;
    Ok(Slice::new(rows, page).map(Row::from))
}

/// The organization with this initial domain, for the command line.
pub async fn by_initial_domain<C: ConnectionTrait>(
    conn: &C,
    domain: &str,
) -> Result<Option<OrganizationId>> {
    let query = organization::Entity::find().filter(organization::Column::InitialDomain.eq(domain));
    Ok(query.one(conn).await?.map(|row| row.id))
}

/// The domain that users are added at.
pub fn default_domain(row: &organization::Model) -> &str {
    row.default_domain.as_deref().unwrap_or(&row.initial_domain)
}
