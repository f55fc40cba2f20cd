//! Adds a plan to the platform's catalogue.

use crate::{
    operations::prelude::*,
    store::plans::{self, NewPlan},
};

/// The plan to be added.
#[derive(Debug, Serialize)]
pub struct CreatePlan(pub NewPlan);

impl Operation for CreatePlan {
    const KIND: OperationKind = OperationKind::CreatePlan;
    nothing_to_prepare!();

    fn subject(&self) -> Subject {
        Subject::Platform
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let id = plans::insert_plan(act, &self.0).await?;
        Ok(Effect::on(id)
            .named(self.0.name.as_str())
            .change(Key::Term, self.0.term.text())
            .change(Key::Seats, self.0.seats.to_string()))
    }
}
