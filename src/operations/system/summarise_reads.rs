//! Enters into the record how many people of the account a delegate was shown in an hour that is over.

use entity::refusal_count;

use crate::{
    operations::prelude::*,
    store::{refusals, tallies},
};

/// The counter to be closed.
#[derive(Debug, Serialize)]
pub struct SummariseReads {
    #[serde(skip)]
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
            return Ok(Effect::nothing());
        };
        let effect = Effect::on(self.counter.actor_id)
            .change(Key::PeopleShown, shown.to_string())
            .change(Key::Hour, crate::domain::record::time(self.counter.hour));
        let reader = tallies::reader(act, self.counter.actor_id).await?;
        Ok(match reader {
            Some(name) => effect.named(name),
            None => effect,
        })
    }
}
