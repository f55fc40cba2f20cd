//! Mutations by operators: the catalogue of plans and services, and organizations' subscriptions to plans.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::{Common, offers::seats, payload::payload, run};
use crate::{
    domain::{
        kind::OperationKind,
        reason::Reason,
        values::{Country, Name, Price, Seats, Slug},
    },
    error::Error,
    graphql::{
        guard::Requires,
        id,
        object::{Plan, PlanSubscription, Service},
        scalar::Duration,
    },
    operations::platform::{
        change_subscription::ChangeSubscription, create_plan::CreatePlan,
        create_service::CreateService, give_subscription::GiveSubscription,
    },
    store::plans::{NewPlan, NewService},
};

/// The service to be added.
#[derive(InputObject)]
pub struct CreateServiceInput {
    /// Stable name: letters a to z, digits, inner hyphens.
    slug: String,
    /// Name for people to read.
    name: String,
    /// Where it is administered: an https URL.
    url: String,
    /// Whether delegates may administer it; false for device management.
    #[graphql(default = true)]
    delegates_may_administer: bool,
    #[graphql(flatten)]
    common: Common,
}

/// The plan to be added.
#[derive(InputObject)]
pub struct CreatePlanInput {
    /// Stable name: letters a to z, digits, inner hyphens.
    slug: String,
    /// Name for people to read.
    name: String,
    /// How long a subscription runs.
    term: Duration,
    /// Seats of a subscription, unless another number is given.
    seats: i32,
    /// The services that it includes.
    service_ids: Vec<ID>,
    /// What it costs, for people to read, such as `12.50 EUR per seat and month`.
    price: Option<String>,
    /// What one seat costs, in numbers: offers show their total by it.
    seat_price: Option<SeatPriceInput>,
    /// Where it is sold: two-letter country codes of ISO 3166-1. If left out or empty: everywhere.
    locations: Option<Vec<String>>,
    #[graphql(flatten)]
    common: Common,
}

/// What one seat costs.
#[derive(InputObject)]
pub struct SeatPriceInput {
    /// A decimal number of the currency's units, with at most four digits behind the point, such as `12.50`.
    amount: String,
    /// The currency: three letters of ISO 4217.
    currency: String,
    /// For how long it is paid, such as `P1M`.
    per: Duration,
}

impl SeatPriceInput {
    fn parse(self) -> Result<Price, Error> {
        let price = Price::new(&self.amount, &self.currency, self.per.term("seatPrice")?);
        price.map_err(|invalid| Error::input("seatPrice", invalid))
    }
}

/// The subscription to a plan to be given.
#[derive(InputObject)]
pub struct GiveSubscriptionInput {
    /// The organization.
    organization_id: ID,
    /// The plan.
    plan_id: ID,
    /// Its number of seats. If left out: the plan's number.
    seats: Option<i32>,
    #[graphql(flatten)]
    common: Common,
}

/// The subscription to a plan to be changed.
#[derive(InputObject)]
pub struct ChangeSubscriptionInput {
    /// The organization.
    organization_id: ID,
    /// The organization's subscription.
    subscription_id: ID,
    /// Its number of seats from now on. If left out, it stays as it is.
    seats: Option<i32>,
    /// Whether to end it now.
    #[graphql(default)]
    end: bool,
    #[graphql(flatten)]
    common: Common,
}

payload!(
    CreateServicePayload, "What `createService` did.",
    service: Service = "The service added.",
);

payload!(CreatePlanPayload, "What `createPlan` did.", plan: Plan = "The plan added.");
payload!(
    GiveSubscriptionPayload, "What `giveSubscription` did.",
    subscription: PlanSubscription = "The subscription.",
);

payload!(
    ChangeSubscriptionPayload, "What `changeSubscription` did.",
    subscription: PlanSubscription = "The subscription, as it is now.",
);

fn slug(text: &str) -> Result<Slug, Error> {
    Slug::try_from(text).map_err(|invalid| Error::input("slug", invalid))
}

fn name(text: &str) -> Result<Name, Error> {
    Name::try_from(text).map_err(|invalid| Error::input("name", invalid))
}

fn url(text: &str) -> Result<url::Url, Error> {
    url::Url::parse(text)
        .ok()
        .filter(|url| url.scheme() == "https" && url.has_host())
        .ok_or_else(|| Error::Input {
            field: "url",
            reason: Reason::InputInvalid,
            message: "The address of a service begins with https:// and names a host.".to_owned(),
        })
}

/// Mutations by operators on the catalogue.
#[derive(Default)]
pub struct CatalogueMutation;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl CatalogueMutation {
    /// Add a service to the platform's catalogue.
    ///
    /// Least role: operator; never a delegate.
    #[graphql(guard = "Requires(OperationKind::CreateService)")]
    async fn create_service(
        &self,
        ctx: &Context<'_>,
        input: CreateServiceInput,
    ) -> Result<Option<CreateServicePayload>> {
        let operation = CreateService(NewService {
            slug: slug(&input.slug)?,
            name: name(&input.name)?,
            url: url(&input.url)?,
            delegable: input.delegates_may_administer,
        });
        run(ctx, input.common, operation).await
    }

    /// Add a plan to the platform's catalogue.
    ///
    /// Least role: operator; never a delegate.
    #[graphql(guard = "Requires(OperationKind::CreatePlan)")]
    async fn create_plan(
        &self,
        ctx: &Context<'_>,
        input: CreatePlanInput,
    ) -> Result<Option<CreatePlanPayload>> {
        let services: Result<std::collections::BTreeSet<_>, _> = input
            .service_ids
            .iter()
            .map(|id| id::parse(id, "serviceIds"))
            .collect();
        let services: Vec<_> = services?.into_iter().collect();
        if services.is_empty() {
            return Err(Error::Input {
                field: "serviceIds",
                reason: Reason::InputInvalid,
                message: "A plan has at least one service.".to_owned(),
            }
            .into());
        }
        let mut locations: Vec<Country> = Vec::new();
        for text in input.locations.unwrap_or_default() {
            let country = Country::try_from(text.as_str())
                .map_err(|invalid| Error::input("locations", invalid))?;
            if !locations.contains(&country) {
                locations.push(country);
            }
        }
        let operation = CreatePlan(NewPlan {
            slug: slug(&input.slug)?,
            name: name(&input.name)?,
            term: input.term.term("term")?,
            seats: seats(input.seats)?.number(),
            services,
            price: input
                .price
                .as_deref()
                .map(Name::try_from)
                .transpose()
                .map_err(|invalid| Error::input("price", invalid))?,
            seat_price: input.seat_price.map(SeatPriceInput::parse).transpose()?,
            locations,
        });
        run(ctx, input.common, operation).await
    }

    /// Give an organization a subscription to a plan, from now on.
    ///
    /// Least role: operator; never a delegate.
    #[graphql(guard = "Requires(OperationKind::GiveSubscription)")]
    async fn give_subscription(
        &self,
        ctx: &Context<'_>,
        input: GiveSubscriptionInput,
    ) -> Result<Option<GiveSubscriptionPayload>> {
        let operation = GiveSubscription {
            organization: id::parse(&input.organization_id, "organizationId")?,
            plan: id::parse(&input.plan_id, "planId")?,
            seats: input
                .seats
                .map(|number| seats(number).map(Seats::number))
                .transpose()?,
        };
        run(ctx, input.common, operation).await
    }

    /// Change the seats of an organization's subscription to a plan, or end it.
    ///
    /// Least role: operator; never a delegate.
    #[graphql(guard = "Requires(OperationKind::ChangeSubscription)")]
    async fn change_subscription(
        &self,
        ctx: &Context<'_>,
        input: ChangeSubscriptionInput,
    ) -> Result<Option<ChangeSubscriptionPayload>> {
        let operation = ChangeSubscription {
            organization: id::parse(&input.organization_id, "organizationId")?,
            subscription: id::parse(&input.subscription_id, "subscriptionId")?,
            seats: input
                .seats
                .map(|number| seats(number).map(Seats::number))
                .transpose()?,
            end: input.end,
        };
        run(ctx, input.common, operation).await
    }
}
