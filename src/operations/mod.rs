//! Everything that can be done: one file a kind, and the executor that does it.
//!
//! To add a kind: 1. its line in `domain/kind.rs`, 2. its file here, in the folder of what it
//! concerns, 3. its resolver in `graphql/mutation/`, 4. its sample input and test in `tests/it/`.
//! An operation never opens a transaction, never reads the clock, and does nothing outside the
//! database: mails are deliveries that it leaves in the outbox.

pub mod account;
pub mod client;
mod entry;
pub mod explain;
mod notice;
pub mod operation;
pub mod partner;
pub mod personal;
pub mod platform;
pub mod refuse;
pub mod run;
pub mod system;

pub(crate) use operation::nothing_to_prepare;
pub use operation::{Done, Effect, Envelope, Ids, Operation};
pub use run::run;
