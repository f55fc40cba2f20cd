//! The root of queries. A viewer who may not see a thing gets `null`, as for a thing that never existed.

mod access;
mod catalogue;
mod general;
mod partner;
mod platform;

use async_graphql::MergedObject;

/// The root of queries.
#[derive(MergedObject, Default)]
pub struct Query(
    general::GeneralQuery,
    partner::PartnerQuery,
    access::AccessQuery,
    catalogue::CatalogueQuery,
    platform::PlatformQuery,
);
