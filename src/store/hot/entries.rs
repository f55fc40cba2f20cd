//! Entries of many records: the latest acts of a partner's people in each of many accounts, whose plain query is
//! `search::latest`, and whole chains to verify them.

use std::{collections::HashMap, ops::RangeInclusive};

use entity::{
    ids::{GrantId, OperationId, OrganizationId},
    operation,
};
use sea_orm::{DatabaseBackend, DbErr, Statement, Value};

use super::{id, ids, limit};
use crate::{
    db::{Columns, Rows, Trusted},
    domain::visibility::{RecordOf, Scope},
    error::Result,
};

/// How much is read of each entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// What was done, when, and how it ended: no texts, no changes, nobody and nothing that it names.
    Brief,
    /// Everything.
    Whole,
}

/// The columns in the order in which [`brief`] reads them.
const BRIEF: &str = "entry.id, entry.organization_id, entry.seq, entry.kind, entry.outcome, entry.at, entry.authority";

/// The columns that [`whole`] reads besides.
const REST: &str = "entry.reason, entry.actor_id, entry.actor_organization_id, entry.session_id, entry.grant_id, \
     entry.role, entry.target_type, entry.target_id, entry.changes, entry.hands, entry.actor_name, \
     entry.actor_sign_in_name, entry.actor_organization_name, entry.target_name, entry.ticket, entry.note, \
     entry.note_folded, entry.salts, entry.erased, entry.link";

/// The entries of a partner's people in one account: the account is named by the row outside.
const OF_PARTNER: &str = "FROM operation entry WHERE entry.organization_id = account.id \
     AND entry.actor_organization_id = $2 AND entry.actor_organization_id <> entry.organization_id \
     ORDER BY entry.seq DESC LIMIT";

/// The latest `most` entries that each scope shows, by account. `None` if the scopes show more than the acts of one partner's people.
pub async fn latest<C: Rows>(
    conn: &C,
    scopes: &[Scope],
    most: u64,
    width: Width,
) -> Result<Option<HashMap<OrganizationId, Vec<operation::Model>>>> {
    let Some(partner) = partner(scopes) else {
        return Ok(None);
    };
    let backend = conn.get_database_backend();
    let limit = limit(most);
    let columns = match width {
        Width::Brief => BRIEF.to_owned(),
        Width::Whole => format!("{BRIEF}, {REST}"),
    };
    let accounts = ids(backend, scopes.iter().map(|scope| scope.account().0));
    let sql = match backend {
        DatabaseBackend::Postgres => format!(
            "SELECT {columns} FROM unnest(string_to_array($1, ',')::uuid[]) account (id) \
             CROSS JOIN LATERAL (SELECT * {OF_PARTNER} {limit}) entry"
        ),
        _ => format!(
            "SELECT {columns} FROM (SELECT unhex(value) AS id FROM json_each($1)) account \
             JOIN operation entry ON entry.id IN (SELECT entry.id {OF_PARTNER} {limit})"
        ),
    };
    let values = [Value::from(accounts), partner.0.into()];
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let mut latest: HashMap<_, Vec<operation::Model>> = HashMap::new();
    let read = move |columns: &mut Columns<'_>| match width {
        Width::Brief => brief(columns),
        Width::Whole => whole(columns),
    };
    for entry in conn.rows(statement, read).await? {
        latest.entry(entry.organization_id).or_default().push(entry);
    }
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    for rows in latest.values_mut() {
        rows.sort_by_key(|row| std::cmp::Reverse(row.seq));
        rows.truncate(most);
    }
    Ok(Some(latest))
}

/// The next `most` entries of the chains of these organizations, one chain after another and each in its order, beyond a
/// place in the first of them. The plain query is `chains::next`.
pub async fn chains<C: Trusted>(
    conn: &C,
    of: &RangeInclusive<OrganizationId>,
    after: i64,
    most: u64,
) -> Result<Vec<operation::Model>> {
    let backend = conn.get_database_backend();
    let place = match of.start() == of.end() {
        // Of one chain by its own name: the database counts on few rows then.
        true => format!(
            "entry.organization_id = {} AND entry.seq > $2",
            id(backend, 1)
        ),
        false => format!(
            "(entry.organization_id, entry.seq) > ({}, $2) AND entry.organization_id <= {}",
            id(backend, 1),
            id(backend, 3)
        ),
    };
    let sql = format!(
        "SELECT {BRIEF}, {REST} FROM operation entry WHERE {place} \
         ORDER BY entry.organization_id, entry.seq LIMIT {most}"
    );
    let mut values: Vec<Value> = vec![of.start().0.into(), after.into()];
    if of.start() != of.end() {
        values.push(of.end().0.into());
    }
    let statement = Statement::from_sql_and_values(backend, sql, values);
    Ok(conn.rows(statement, whole).await?)
}

/// The grants by which these entries are found whose actors were in hands, each with the entry, in the order of the
/// grants.
pub async fn hands<C: Trusted>(
    conn: &C,
    entries: impl Iterator<Item = OperationId>,
) -> Result<Vec<(OperationId, GrantId)>> {
    let backend = conn.get_database_backend();
    let entries = ids(backend, entries.map(|id| id.0));
    let of = match backend {
        DatabaseBackend::Postgres => "= ANY (string_to_array($1, ',')::uuid[])",
        _ => "IN (SELECT unhex(value) FROM json_each($1))",
    };
    let sql = format!(
        "SELECT operation_id, grant_id FROM operation_hand WHERE operation_id {of} ORDER BY grant_id"
    );
    let statement = Statement::from_sql_and_values(backend, sql, [Value::from(entries)]);
    let read = |columns: &mut Columns<'_>| Ok((columns.read()?, columns.read()?));
    Ok(conn.rows(statement, read).await?)
}

/// The partner to the acts of whose people all of these scopes are limited.
fn partner(scopes: &[Scope]) -> Option<OrganizationId> {
    let mut partners = scopes.iter().map(|scope| match scope.record_of() {
        RecordOf::People(organization) => Some(organization),
        RecordOf::All | RecordOf::Oneself => None,
    });
    let first = partners.next()??;
    partners
        .all(|partner| partner == Some(first))
        .then_some(first)
}

fn brief(columns: &mut Columns<'_>) -> Result<operation::Model, DbErr> {
    Ok(operation::Model {
        id: columns.read()?,
        organization_id: columns.read()?,
        seq: columns.read()?,
        kind: columns.read()?,
        outcome: columns.read()?,
        at: columns.read()?,
        authority: columns.read()?,
        reason: None,
        actor_id: None,
        actor_organization_id: None,
        session_id: None,
        grant_id: None,
        role: None,
        target_type: None,
        target_id: None,
        changes: None,
        hands: None,
        actor_name: None,
        actor_sign_in_name: None,
        actor_organization_name: None,
        target_name: None,
        ticket: None,
        note: None,
        note_folded: None,
        salts: Vec::new(),
        erased: None,
        link: Vec::new(),
    })
}

fn whole(columns: &mut Columns<'_>) -> Result<operation::Model, DbErr> {
    let brief = brief(columns)?;
    Ok(operation::Model {
        reason: columns.read()?,
        actor_id: columns.read()?,
        actor_organization_id: columns.read()?,
        session_id: columns.read()?,
        grant_id: columns.read()?,
        role: columns.read()?,
        target_type: columns.read()?,
        target_id: columns.read()?,
        changes: columns.read()?,
        hands: columns.read()?,
        actor_name: columns.read()?,
        actor_sign_in_name: columns.read()?,
        actor_organization_name: columns.read()?,
        target_name: columns.read()?,
        ticket: columns.read()?,
        note: columns.read()?,
        note_folded: columns.read()?,
        salts: columns.read()?,
        erased: columns.read()?,
        link: columns.read()?,
        ..brief
    })
}
