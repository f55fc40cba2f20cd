//! Enters into the record how often a refusal was repeated in an hour that is over.

use entity::refusal_count;

use crate::{
    app::App,
    domain::{kind::OperationKind, policy::Facts},
    error::Result,
    operations::{Effect, Operation},
    store::{
        act::Act,
        facts::{Subject, TargetId},
        refusals,
    },
};

/// The counter to be closed.
#[derive(Debug)]
pub struct SummariseRefusals {
    /// The counter.
    pub counter: refusal_count::Model,
}

impl Operation for SummariseRefusals {
    const KIND: OperationKind = OperationKind::SummariseRefusals;
    type Prepared = ();

    fn subject(&self) -> Subject {
        Subject::Account(self.counter.organization_id, TargetId::None)
    }

    async fn prepare(&self, _: &App, _: &Facts) -> Result<()> {
        Ok(())
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
            _ => Ok(Effect {
                earlier: Some(act.operation()),
                ..Effect::default()
            }),
        }
    }
}
