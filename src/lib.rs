//! Mandate: a delegated administration server.
//!
//! ```text
//! main -> cli -> http -> graphql --+
//!           \--> worker -----------+--> operations --> store --> entity
//!                                           \------------+-----> domain
//! ```
//!
//! - [`domain`]: the rules, which need no database: the catalogue of what can be done ([`domain::kind`]), who
//!   may do it ([`domain::policy`]), who may see what ([`domain::visibility`]), what a record's entry hashes to
//!   ([`domain::record`]). Pure.
//! - [`store`]: the only place with queries.
//! - [`operations`]: one file for each kind, and the executor ([`operations::run`]), which alone opens
//!   transactions for them.
//! - [`graphql`], [`http`]: the API and the pages. They parse, call, wrap.
//! - [`worker`]: work that is due. [`cli`]: the commands.
//! - [`ambient`], [`anchors`], [`app`], [`auth`], [`config`], [`db`], [`dns`], [`live`], [`mail`], [`error`],
//!   [`places`], [`private`], [`stop`], [`tally`] are beside the layers.

pub mod ambient;
pub mod anchors;
pub mod app;
pub mod auth;
pub mod cli;
pub mod config;
pub mod db;
pub mod disk;
pub mod dns;
pub mod domain;
pub mod error;
pub mod graphql;
pub mod http;
pub mod lanes;
pub mod live;
pub mod mail;
pub mod metrics;
pub mod operations;
pub mod places;
pub mod private;
pub mod process;
pub mod sql_state;
pub mod stop;
pub mod store;
pub mod tally;
pub mod words;
pub mod worker;
