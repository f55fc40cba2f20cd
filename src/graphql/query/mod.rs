//! The root of reads. Whoever may not see a thing gets `null`, as for a thing that never was.

mod access;
mod catalogue;
mod general;
mod partner;
mod platform;

use async_graphql::MergedObject;

/// The root of reads.
#[derive(MergedObject, Default)]
pub struct Query(
    general::GeneralQuery,
    partner::PartnerQuery,
    access::AccessQuery,
    catalogue::CatalogueQuery,
    platform::PlatformQuery,
);
