//! A client's consent: answers to offers, and the grants that stand.

pub mod accept_offer;
pub mod decline_offer;
pub mod end_grant;
pub mod hold_grant;
pub mod lift_grant;
