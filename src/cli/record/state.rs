//! `mandate record verify --state`: whether grants and roles are as the records say.

use std::collections::BTreeMap;

use entity::ids::OrganizationId;

use super::verify::Verified;
use crate::{
    app::App,
    domain::record::{fault::Fault, state::ImpliedState},
    store::standing,
};

/// Adds what differs between the database and the records, each to the organization concerned.
pub(super) async fn compare(
    app: &App,
    mut stands: ImpliedState,
    all: &mut [Verified],
) -> anyhow::Result<()> {
    let db = &app.db.server();
    let mut faults: BTreeMap<OrganizationId, Vec<Fault>> = BTreeMap::new();
    for (client, id, state) in standing::grants(db).await? {
        let differing = stands.compare_grant(client, id, &state);
        faults.entry(client).or_default().extend(differing);
    }
    for user in standing::users(db).await? {
        let differing = stands.compare_user(user.id, &user.roles, user.delegated_role);
        let of = faults.entry(user.organization).or_default();
        of.extend(differing);
    }
    for (organization, fault) in stands.left() {
        faults.entry(organization).or_default().push(fault);
    }
    for one in all.iter_mut() {
        let found = faults.remove(&one.organization).unwrap_or_default();
        one.verdict.faults.extend(found);
    }
    // A fault of an organization that does not exist is reported with the first record.
    if let Some(first) = all.first_mut() {
        first.verdict.faults.extend(faults.into_values().flatten());
    }
    Ok(())
}
