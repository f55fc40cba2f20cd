//! What nearly every operation names.

pub use serde::Serialize;

pub(crate) use super::operation::nothing_to_prepare;
pub use super::{
    effect::{Effect, Ids},
    names,
    operation::Operation,
    subjects::{OnDevice, OnDomain, OnOffer, OnUser},
    texts,
};
pub use crate::{
    app::App,
    domain::{
        delivery::Delivery,
        kind::OperationKind,
        policy::{Facts, RequestFacts},
        reason::Reason,
        record::Key,
    },
    error::{Error, Result},
    store::{
        act::Act,
        awaited, contacts, domains,
        facts::{Subject, TargetId},
        grants, links, offers, passwords, roles, sessions, subscriptions, users,
    },
};
