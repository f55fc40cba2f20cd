//! A client's consent: answers to offers, and the grants that stand.

pub mod accept_offer;
pub mod clean_up_grant;
pub mod decline_offer;
pub mod end_grant;
pub mod export_record;
pub mod give_back_roles;
pub mod hold_grant;
pub mod lift_grant;
pub mod lower_grant;
pub mod shorten_grant;
pub mod update_account_rules;
