//! What Mandate stores: one file for each table. Ids are newtypes, states are string-valued enums.
//!
//! Nothing here depends on the server, on GraphQL or on the migrations, and there are no rules here.
#![expect(
    missing_docs,
    reason = "the derives generate public columns and relations without docs"
)]

pub mod account_rules;
pub mod awaited_role;
pub mod certification;
pub mod certification_request;
pub mod chain_head;
pub mod client;
pub mod client_tag;
pub mod client_word;
pub mod device;
pub mod domain;
pub mod export;
pub mod familiar_place;
pub mod former_contact;
pub mod former_token;
pub mod grant;
pub mod hand;
pub mod idempotency;
pub mod ids;
pub mod installation;
pub mod language;
pub mod licence;
pub mod link;
pub mod offer;
pub mod offer_count;
pub mod offer_item;
pub mod offer_notice;
pub mod offer_revision;
pub mod offer_sending;
pub mod operation;
pub mod operation_hand;
pub mod organization;
pub mod outbox;
pub mod plan;
pub mod plan_location;
pub mod plan_service;
pub mod receipt;
pub mod recovery;
pub mod refresh_token;
pub mod refusal_count;
pub mod response;
pub mod response_item;
pub mod resting_name;
pub mod service;
pub mod service_off;
pub mod session;
pub mod sign_up;
pub mod states;
pub mod subscription;
pub mod suppressed;
pub mod user;
pub mod user_role;
