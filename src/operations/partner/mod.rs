//! A partner's own affairs: its staff and its offers.

pub mod assign_delegated_role;
pub mod create_offer;
pub mod remove_delegated_role;
pub mod set_client_tags;
