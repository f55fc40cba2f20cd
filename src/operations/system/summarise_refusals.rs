//! Enters into the record how often a refusal was repeated in an hour that is over.

use entity::refusal_count;

use crate::{
    domain::kind::OperationKind,
    error::Result,
    operations::{Effect, Operation, nothing_to_prepare},
    store::{
        act::Act,
        facts::{Subject, TargetId},
        refusals,
    },
};

/// The counter to be closed.
#[derive(Debug)]
pub struct SummariseRefusals {
    pub counter: refusal_count::Model,
}

impl Operation for SummariseRefusals {
    const KIND: OperationKind = OperationKind::SummariseRefusals;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.counter.organization_id, TargetId::None)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let effect = Effect::on("user", self.counter.actor_id)
            .change("kind", self.counter.kind.clone())
            .change("reason", self.counter.reason.clone())
            .change("target", self.counter.target.clone())
            .change("hour", crate::domain::record::time(self.counter.hour));
        match refusals::close(act, &self.counter).await? {
            Some(repeats) if repeats > 0 => Ok(effect.change("repeats", repeats.to_string())),
            // Nothing was repeated, or another server closed it: no entry.
            _ => Ok(Effect::nothing(act.operation())),
        }
    }
}
