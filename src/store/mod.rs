//! The only place with queries. Every finder takes a scope that only `domain::visibility` makes;
//! every write to an account takes an [`act::Act`] and takes the account from it.

pub mod act;
pub mod certifications;
pub mod db;
pub mod devices;
pub mod domains;
pub mod facts;
pub mod grants;
pub mod idempotency;
pub mod installation;
pub mod links;
pub mod mailing;
pub mod offers;
pub mod organizations;
pub mod outbox;
pub mod page;
pub mod record;
pub mod refusals;
pub mod responses;
pub mod roles;
pub mod sessions;
pub mod users;
pub mod viewer;
