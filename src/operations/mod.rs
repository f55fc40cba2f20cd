//! Everything that can be done: one file a kind, and the executor that does it.
//!
//! `domain/kind/catalogue.rs` says how to add a kind.
//!
//! An operation never opens a transaction, never reads the clock, and does nothing outside the
//! database: mails are deliveries that it leaves in the outbox.

pub mod account;
mod any_operation;
pub mod client;
pub mod effect;
mod entry;
pub mod explain;
mod group;
mod lane;
pub mod names;
mod notice;
pub mod operation;
pub mod partner;
pub mod personal;
pub mod platform;
mod prelude;
pub mod refuse;
pub mod run;
pub mod subjects;
pub mod system;
pub mod texts;

pub use effect::{Effect, Ids};
pub use operation::{Done, Envelope, Operation};
pub use run::{run, run_all};
