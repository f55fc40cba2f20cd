//! The few statements that nearly every request runs, or that read whole records, as prepared SQL whose columns are read by their place. Each
//! stands beside a plain query that says the same in the words of the ORM, and a test compares the two.

pub mod clients;
pub mod entries;
pub mod facts;

use sea_orm::DatabaseBackend;
use uuid::Uuid;

/// Many ids as one parameter: PostgreSQL reads it by `string_to_array($1, ',')::uuid[]`, SQLite by `unhex(value)` of
/// `json_each($1)`.
fn ids(backend: DatabaseBackend, ids: impl Iterator<Item = Uuid>) -> String {
    match backend {
        DatabaseBackend::Postgres => ids.map(|id| id.to_string()).collect::<Vec<_>>().join(","),
        _ => {
            let ids: Vec<_> = ids.map(|id| format!("\"{}\"", id.simple())).collect();
            format!("[{}]", ids.join(","))
        }
    }
}

/// The least of a few numbers of rows that is enough: a statement is prepared for each of these, and for no other.
fn step(rows: usize) -> usize {
    rows.next_power_of_two()
}

/// The least of a few limits that is enough. A limit that is a parameter would hide from PostgreSQL how few rows are
/// wanted; what is too much is cut off by the reader.
fn limit(most: u64) -> u64 {
    let steps = [3, 4, 11, 21, 51, 101];
    steps.into_iter().find(|step| most <= *step).unwrap_or(most)
}

/// A parameter that is an id. PostgreSQL cannot tell its type from a row of parameters.
fn id(backend: DatabaseBackend, place: usize) -> String {
    match backend {
        DatabaseBackend::Postgres => format!("${place}::uuid"),
        _ => format!("${place}"),
    }
}
