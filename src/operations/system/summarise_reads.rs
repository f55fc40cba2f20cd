//! Enters into the record how many people of the account a delegate was shown in an hour that is over.

use entity::refusal_count;

use crate::{
    domain::kind::OperationKind,
    error::Result,
    operations::{Effect, Operation, nothing_to_prepare},
    store::{
        act::Act,
        facts::{Subject, TargetId},
        refusals, tallies,
    },
};

/// The counter to be closed.
#[derive(Debug)]
pub struct SummariseReads {
    pub counter: refusal_count::Model,
}

impl Operation for SummariseReads {
    const KIND: OperationKind = OperationKind::SummariseReads;

    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.counter.organization_id, TargetId::None)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let shown = refusals::close(act, &self.counter).await?;
        let Some(shown) = shown.filter(|shown| *shown > 0) else {
            // Another server closed it: no entry.
            return Ok(Effect::nothing(act.operation()));
        };
        let effect = Effect::on("user", self.counter.actor_id)
            .change("people_shown", shown.to_string())
            .change("hour", crate::domain::record::time(self.counter.hour));
        let reader = tallies::reader(act, self.counter.actor_id).await?;
        Ok(match reader {
            Some(name) => effect.named(name),
            None => effect,
        })
    }
}
