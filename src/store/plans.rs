//! The platform's catalogue: services, and the plans that include them. Every signed-in user reads it.

use std::collections::HashMap;

use entity::{
    ids::{PlanId, ServiceId},
    plan, plan_location, plan_service, service,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use serde::Serialize;

use crate::{
    db,
    domain::{
        reason::Reason,
        values::{Country, Name, Price, Slug, Term, fold},
    },
    error::{Error, Result},
    store::{
        act::Act,
        page::{self, Page, Slice},
    },
};

/// A service to be added.
#[derive(Debug, Serialize)]
pub struct NewService {
    /// Stable name, unique.
    pub slug: Slug,
    /// Name for people to read.
    pub name: Name,
    /// Where it is administered.
    pub url: url::Url,
    /// Whether delegates may administer it.
    pub delegable: bool,
}

/// Adds a service.
///
/// # Errors
/// [`Reason::NameTaken`] when the slug is in use.
pub async fn insert_service(act: &Act<'_>, new: &NewService) -> Result<ServiceId> {
    let id = act.id();
    let row = service::ActiveModel {
        id: Set(id),
        slug: Set(new.slug.as_str().to_owned()),
        name: Set(new.name.as_str().to_owned()),
        url: Set(new.url.as_str().to_owned()),
        delegable: Set(new.delegable),
        created_at: Set(act.now()),
    };
    match service::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await
    {
        Err(error) if db::is_duplicate(&error) => Err(Error::Failed(Reason::NameTaken)),
        other => Ok(other.map(|_| id)?),
    }
}

/// A plan to be added.
#[derive(Debug, Serialize)]
pub struct NewPlan {
    /// Stable name, unique.
    pub slug: Slug,
    /// Name for people to read.
    pub name: Name,
    /// How long a subscription runs.
    pub term: Term,
    /// Seats of a subscription, unless another number is given.
    pub seats: i32,
    /// The services that it includes.
    pub services: Vec<ServiceId>,
    /// What it costs, for people to read.
    pub price: Option<Name>,
    /// What a seat costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seat_price: Option<Price>,
    /// Where it is sold; everywhere if empty.
    pub locations: Vec<Country>,
}

/// Adds a plan.
///
/// # Errors
/// [`Reason::NameTaken`] when the slug is in use; when a service is not there.
pub async fn insert_plan(act: &Act<'_>, new: &NewPlan) -> Result<PlanId> {
    let known = service::Entity::find()
        .filter(service::Column::Id.is_in(new.services.iter().copied()))
        .all(act.tx())
        .await?;
    if known.len() != new.services.len() {
        return Err(Error::field("serviceIds", Reason::IdInvalid));
    }
    let (id, seat_price): (PlanId, _) = (act.id(), new.seat_price.as_ref());
    let row = plan::ActiveModel {
        id: Set(id),
        slug: Set(new.slug.as_str().to_owned()),
        name: Set(new.name.as_str().to_owned()),
        name_folded: Set(Some(fold(new.name.as_str()))),
        term: Set(new.term.text()),
        seats: Set(new.seats),
        created_at: Set(act.now()),
        price: Set(new.price.as_ref().map(|price| price.as_str().to_owned())),
        seat_price: Set(seat_price.map(Price::parts)),
        currency: Set(seat_price.map(|price| price.currency().to_owned())),
        price_per: Set(seat_price.map(|price| price.per().text())),
    };
    match plan::Entity::insert(row)
        .exec_without_returning(act.tx())
        .await
    {
        Err(error) if db::is_duplicate(&error) => return Err(Error::Failed(Reason::NameTaken)),
        other => other.map(drop)?,
    }
    let rows = new
        .services
        .iter()
        .map(|service| plan_service::ActiveModel {
            plan_id: Set(id),
            service_id: Set(*service),
        });
    plan_service::Entity::insert_many(rows)
        .exec_without_returning(act.tx())
        .await?;
    if !new.locations.is_empty() {
        let rows = new
            .locations
            .iter()
            .map(|country| plan_location::ActiveModel {
                plan_id: Set(id),
                country: Set(country.as_str().to_owned()),
            });
        plan_location::Entity::insert_many(rows)
            .exec_without_returning(act.tx())
            .await?;
    }
    Ok(id)
}

/// A plan, within an act.
pub async fn plan(act: &Act<'_>, id: PlanId) -> Result<Option<plan::Model>> {
    Ok(plan::Entity::find_by_id(id).one(act.tx()).await?)
}

/// What a seat of a plan costs, if the catalogue says it in numbers.
pub fn seat_price(plan: &plan::Model) -> Option<Price> {
    let (currency, per) = (plan.currency.as_deref()?, plan.price_per.as_deref()?);
    Price::kept(plan.seat_price?, currency, per)
}

/// Plans by id.
pub async fn plans_of<C: ConnectionTrait>(
    conn: &C,
    ids: &[PlanId],
) -> Result<HashMap<PlanId, plan::Model>> {
    let rows = plan::Entity::find()
        .filter(plan::Column::Id.is_in(ids.iter().copied()))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// Where several plans are sold; a plan that is sold everywhere is not in it.
pub async fn locations_of<C: ConnectionTrait>(
    conn: &C,
    plans: &[PlanId],
) -> Result<HashMap<PlanId, Vec<String>>> {
    let rows = plan_location::Entity::find()
        .filter(plan_location::Column::PlanId.is_in(plans.iter().copied()))
        .order_by_asc(plan_location::Column::Country)
        .all(conn)
        .await?;
    let mut locations: HashMap<_, Vec<String>> = HashMap::new();
    for row in rows {
        locations.entry(row.plan_id).or_default().push(row.country);
    }
    Ok(locations)
}

/// Services by id.
pub async fn services_by_id<C: ConnectionTrait>(
    conn: &C,
    ids: &[ServiceId],
) -> Result<Vec<service::Model>> {
    Ok(service::Entity::find()
        .filter(service::Column::Id.is_in(ids.iter().copied()))
        .all(conn)
        .await?)
}

/// The services of several plans, each plan's by name.
pub async fn services_of<C: ConnectionTrait>(
    conn: &C,
    plans: &[PlanId],
) -> Result<HashMap<PlanId, Vec<service::Model>>> {
    let rows = plan_service::Entity::find()
        .filter(plan_service::Column::PlanId.is_in(plans.iter().copied()))
        .find_also(plan_service::Entity, service::Entity)
        .order_by_asc(service::Column::Name)
        .all(conn)
        .await?;
    let mut services: HashMap<_, Vec<service::Model>> = HashMap::new();
    for (row, service) in rows {
        services.entry(row.plan_id).or_default().extend(service);
    }
    Ok(services)
}

/// A page of the plans, oldest first.
pub async fn list_plans<C: ConnectionTrait>(conn: &C, page: Page) -> Result<Slice<plan::Model>> {
    let rows = page::oldest_first(plan::Entity::find(), plan::Column::Id, page)
        .all(conn)
        .await?;
    Ok(Slice::new(rows, page))
}

/// A page of the services, oldest first.
pub async fn list_services<C: ConnectionTrait>(
    conn: &C,
    page: Page,
) -> Result<Slice<service::Model>> {
    let rows = page::oldest_first(service::Entity::find(), service::Column::Id, page)
        .all(conn)
        .await?;
    Ok(Slice::new(rows, page))
}
