//! The GraphQL API. Resolvers parse, call one operation or one scoped read, and wrap the result:
//! no SQL and no rules here.

pub mod ahead;
mod bring;
pub mod context;
pub mod enums;
pub mod filter;
pub mod guard;
pub mod id;
mod leaves;
pub mod loader;
pub mod mutation;
pub mod object;
pub mod page;
pub mod query;
pub mod scalar;
pub mod subscription;

use async_graphql::{OutputType, SDLExportOptions, SubscriptionType, registry::Registry};

use self::object::{
    Client, Delivery, Device, Domain, Grant, Offer, OfferSending, Operation, Organization, Plan,
    PlanSubscription, Recovery, Response, Service, User,
};
use crate::config::LimitsConfig;

/// The schema.
pub type Schema =
    async_graphql::Schema<query::Query, mutation::Mutation, subscription::Subscription>;

/// Builds the schema with these limits. It has no extensions: even one would make every field slow. The HTTP
/// handler does what they would do.
pub fn schema(limits: &LimitsConfig) -> Schema {
    Schema::build(
        query::Query::default(),
        mutation::Mutation::default(),
        subscription::Subscription,
    )
    .limit_complexity(limits.complexity)
    .limit_depth(limits.depth)
    .limit_directives(limits.directives)
    .disable_suggestions()
    .override_output_type_description::<page::Paged<Client>>(PAGE)
    .override_output_type_description::<page::Paged<Delivery>>(PAGE)
    .override_output_type_description::<page::Paged<Device>>(PAGE)
    .override_output_type_description::<page::Paged<Domain>>(PAGE)
    .override_output_type_description::<page::Paged<Grant>>(PAGE)
    .override_output_type_description::<page::Paged<Offer>>(PAGE)
    .override_output_type_description::<page::Paged<OfferSending>>(PAGE)
    .override_output_type_description::<page::Paged<Operation>>(PAGE)
    .override_output_type_description::<page::Paged<Organization>>(PAGE)
    .override_output_type_description::<page::Paged<Plan>>(PAGE)
    .override_output_type_description::<page::Paged<PlanSubscription>>(PAGE)
    .override_output_type_description::<page::Paged<Recovery>>(PAGE)
    .override_output_type_description::<page::Paged<Response>>(PAGE)
    .override_output_type_description::<page::Paged<Service>>(PAGE)
    .override_output_type_description::<page::Paged<User>>(PAGE)
    .finish()
}

/// The types of the schema.
pub fn registry() -> Registry {
    let mut registry = Registry::default();
    query::Query::create_type_info(&mut registry);
    mutation::Mutation::create_type_info(&mut registry);
    <subscription::Subscription as SubscriptionType>::create_type_info(&mut registry);
    registry.query_type = query::Query::type_name().into_owned();
    registry.mutation_type = Some(mutation::Mutation::type_name().into_owned());
    registry.subscription_type = Some(subscription::Subscription::type_name().into_owned());
    registry.remove_unused_types();
    registry
}

/// Description of all connections.
const PAGE: &str = "A page of a list, with a cursor to go on from.";

/// The schema as text: `schema.graphql`.
pub fn sdl(schema: &Schema) -> String {
    let options = SDLExportOptions::new()
        .sorted_fields()
        .sorted_arguments()
        .sorted_enum_items()
        .include_specified_by();
    let text = schema.sdl_with_options(options);
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim().to_owned() + "\n"
}
