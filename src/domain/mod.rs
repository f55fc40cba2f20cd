//! The rules, which need no database, network or clock: the catalogue, who may do what, who may see what, what
//! a grant's state is, what a value may be, what a record's entry hashes to.
//!
//! Pure: no async, no I/O, no ambient time or randomness, no queries, no GraphQL. Of `entity` it
//! names ids and states only.

pub mod acceptance;
pub mod certification;
pub mod confusable;
pub mod delivery;
pub mod described;
pub mod domain_check;
pub mod grant;
pub mod hands;
pub mod kind;
pub mod offer;
pub mod policy;
pub mod reason;
pub mod record;
pub mod recovery;
pub mod role;
pub mod rules;
pub mod values;
pub mod viewer;
pub mod visibility;
