//! For whom facts are loaded.

use std::sync::Arc;

use entity::ids::{SessionId, UserId};

use super::Subject;
use crate::domain::{
    policy::Facts,
    viewer::{Actor, Job},
};

/// The caller, as the request claims; the facts about it are read again each time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Nobody is signed in.
    Anonymous,
    /// A signed-in user, as the request found it when it began, with the facts about what the request names first:
    /// enough for a first decision.
    Known(Arc<Known>),
    /// A signed-in user.
    Session(SessionId, UserId),
    /// A job.
    System(Job),
}

impl Who {
    /// The signed-in user.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::Known(known) => Some(known.actor.user),
            Self::Session(_, user) => Some(*user),
            Self::Anonymous | Self::System(_) => None,
        }
    }

    /// The same caller, to be read anew: for the decision that counts, and after an act of the same request.
    #[must_use]
    pub fn anew(&self) -> Self {
        match self {
            Self::Known(known) => Self::Session(known.actor.session, known.actor.user),
            other => other.clone(),
        }
    }
}

/// A caller, and the facts that were loaded with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The caller.
    pub actor: Actor,
    /// What the request names first, and the facts about it.
    pub first: Option<(Subject, Facts)>,
}

impl Known {
    /// A caller alone.
    pub fn caller(actor: Actor) -> Self {
        Self { actor, first: None }
    }
}
