//! Enters into the record how often a refusal was repeated in an hour that is over.

use entity::refusal_count;

use crate::{operations::prelude::*, store::refusals};

/// The counter to be closed.
#[derive(Debug, Serialize)]
pub struct SummariseRefusals {
    #[serde(skip)]
    pub counter: refusal_count::Model,
}

impl Operation for SummariseRefusals {
    const KIND: OperationKind = OperationKind::SummariseRefusals;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Account(self.counter.organization_id, TargetId::None)
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let effect = Effect::on(self.counter.actor_id)
            .change(Key::Kind, self.counter.kind.clone())
            .change(Key::Reason, self.counter.reason.clone())
            .change(Key::Target, self.counter.target.clone())
            .change(Key::Hour, crate::domain::record::time(self.counter.hour));
        match refusals::close(act, &self.counter).await? {
            Some(repeats) if repeats > 0 => Ok(effect.change(Key::Repeats, repeats.to_string())),
            // Nothing was repeated, or another server closed it: no entry.
            _ => Ok(Effect::nothing()),
        }
    }
}
