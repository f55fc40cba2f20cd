//! Passwords, tokens, keys and rate limits: the tools of sign-in. The operations decide who may sign in.

pub mod claims;
pub mod keys;
pub mod limit;
pub mod password;
mod public_keys;
pub mod secret;
pub mod signed_id;
pub mod token;
