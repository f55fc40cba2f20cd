//! Objects of the schema: newtypes over rows, with fields chosen by hand, so that a new column
//! never leaks. Each holds the scope it was found by, and asks it for every field that not every
//! viewer may see.

mod access;
mod client;
mod delivery;
mod device;
mod domain;
mod grant;
mod grant_end;
mod hand;
mod left_behind;
mod licence;
mod node;
mod offer;
mod offer_preview;
mod operation;
mod organization;
mod plan;
mod recovery;
mod response;
mod rules;
mod service;
mod subscription;
mod user;

pub use access::AccessExplanation;
pub use client::Client;
pub use delivery::Delivery;
pub use device::Device;
pub use domain::Domain;
pub use grant::Grant;
pub use grant_end::GrantEnd;
pub use hand::{Hand, RecordedHand};
pub use left_behind::LeftBehind;
pub use node::Node;
pub use offer::{Offer, OfferItem, OfferSending};
pub use offer_preview::OfferPreview;
pub use operation::{LONG, Operation};
pub use organization::{AdminRoleInfo, Organization, OrganizationCard};
pub use plan::{Plan, Price};
pub use recovery::Recovery;
pub use response::Response;
pub use rules::AccountRules;
pub use service::Service;
pub use subscription::PlanSubscription;
pub use user::{Brought, User};
