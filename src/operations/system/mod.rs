//! What the server does by itself.

pub mod create_operator;
pub mod found_platform;
pub mod summarise_refusals;
