//! Mutations in an account: by its own admins, or by delegates under a grant.

mod access;
mod bulk;
mod devices;
mod domains;
mod licences;
mod rules;
mod users;

use async_graphql::MergedObject;

/// Mutations in accounts.
#[derive(MergedObject, Default)]
pub struct AccountMutation(
    users::UserMutation,
    bulk::BulkMutation,
    access::AccessMutation,
    licences::LicenceMutation,
    domains::DomainMutation,
    devices::DeviceMutation,
    rules::RulesMutation,
);
