//! The tests: one binary, each test on SQLite and on PostgreSQL.
//!
//! PostgreSQL is used where a `postgres` binary is found or `MANDATE_TEST_POSTGRES_URL` names a
//! server; with `MANDATE_TEST_POSTGRES=required` its absence is a failure.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

mod awaited;
mod backup;
mod bad_input;
mod cli;
mod client_view;
mod conformance;
mod consent;
mod counted;
mod decisions;
mod dismissed;
mod doctor;
mod domains;
mod edge;
mod ends;
mod erased;
mod errors;
mod everyday;
mod exits;
mod export;
mod found;
mod fresh;
mod graph;
mod groups;
mod guards;
mod hands;
mod held;
mod hot;
mod lanes;
mod leak;
mod leaves;
mod licences;
mod live;
mod lost;
mod mail;
mod metrics;
mod migrations;
mod model;
mod names;
mod notices;
mod offers;
mod operation_matrix;
mod origins;
mod pages;
mod partner_view;
mod passwords;
mod pings;
mod query_plans;
mod races;
mod record;
mod recovery;
mod refusals;
mod renamed;
mod scenario;
mod schema;
mod sendings;
mod sessions;
mod settings;
mod sign_up;
mod statements;
mod stopping;
mod takeover;
mod texts;
mod tidy;
mod tls;
mod tour;
mod traces;
mod users;
mod values;
mod visibility_matrix;
mod words;
mod worker;
